package casefold_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/casefold"
)

// finds reports how a text is found: "exact", "yes" or "no".
func finds(search string, texts ...string) string {
	stored := casefold.Searchable(texts...)
	phrase, words := casefold.Words(search)
	exact, _, _ := strings.Cut(stored, casefold.ExactEnd)
	if strings.Contains(exact, phrase) {
		return "exact"
	}
	for _, word := range words {
		if !strings.Contains(stored, word) {
			return "no"
		}
	}
	return "yes"
}

func TestSearchIgnoresAccentsUnlessTheyAreTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ search, text, want string }{
		{"creme brulee", "Crème brûlée", "yes"}, {"CRÈME BRÛLÉE", "Crème brûlée", "exact"}, {"crème brulee", "Crème brûlée", "yes"},
		{"crème", "Creme fraiche", "no"}, {"creme", "Creme, not crème", "exact"}, {"pho bo", "Phở bò", "yes"}, {"kasespatzle", "Käsespätzle", "yes"},
		{"smorrebrod", "Smørrebrød", "yes"}, {"zurek", "Żurek", "yes"}, {"lodz", "Łódź", "yes"}, {"oeuf", "Œuf cocotte", "yes"}, {"ispanak", "ıspanak", "yes"},
		{"jalapeno", "jalapen\u0303os", "yes"}, {"jalapeño", "jalapen\u0303os", "exact"}, {"jalapeño", "jalapenos", "no"}, {"борщ с пирожками", "Борщ с пирожка\u0301ми", "yes"},
		{"μουσακας", "Μουσακάς", "yes"}, {"か", "が", "no"}, {"소", "손", "no"}, {"कम", "काम", "no"},
		{"chicken soup", "Chicken noodle soup", "yes"}, {"soup chicken", "Chicken soup", "yes"}, {"chicken soup", "CHICKEN  Soup", "exact"},
		{"chicken soup", "Chicken stew", "no"}, {"olive oil", "olive\u00a0\u200boil", "exact"}, {"", "anything", "exact"},
	} {
		require.Equal(t, c.want, finds(c.search, c.text), "%q in %q", c.search, c.text)
	}
	require.Equal(t, "yes", finds("eel soup", "Soup", "eel"), "each word in any of the texts")
	require.Equal(t, "no", finds("eelsoup", "eel", "soup"), "no word across two")
}

func TestATextOfManyWordsIsSearchedAsAWhole(t *testing.T) {
	t.Parallel()
	_, words := casefold.Words("j i h g f e d c b a a b c")
	require.Equal(t, strings.Fields("a b c d e f g h i j"), words)
	phrase, words := casefold.Words("k j i h g f e d c b a")
	require.Equal(t, []string{phrase}, words)
	require.Equal(t, "k j i h g f e d c b a", phrase)
}

func TestWhatIsFoundExactlyIsFoundByItsWords(t *testing.T) {
	t.Parallel()
	odd := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("aAéßİıøŁœ \u0301\u0307\u00a0\u200bがが"))))
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		for range 50 {
			text := odd.Draw(t, "text")
			from := rapid.IntRange(0, len([]rune(text))).Draw(t, "from")
			part := string([]rune(text)[from:])
			if finds(part, text) != "exact" {
				continue // a mark was cut off its letter
			}
			found++
			stored := casefold.Searchable(text)
			_, words := casefold.Words(part)
			for _, word := range words {
				require.Contains(t, stored, word)
			}
		}
	})
	require.Greater(t, found, 100)
}
