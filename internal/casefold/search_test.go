package casefold_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/casefold"
)

// finds returns how a search finds texts: "exact", "yes" or "no".
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
				continue // the cut separated a mark from its letter
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

func TestNamesAreInTheirNaturalOrder(t *testing.T) {
	t.Parallel()
	for _, want := range [][]string{
		{"2 minute noodles", "10 minute soup", "Apfel", "Äpfel", "apple", "Zucchini"},
		{"7-Up", "7up cake", "Cake 1", "cake 2", "Cake 10", "cake 10 b", "Cake 100"},
		{"cote", "coté", "côte", "côté"},
		{"creme", "crème", "creme brulee", "crème brûlée", "Cremé z", "cress"},
		{"ost", "øst", "östra", "Ozean"},
		{"99999999999999999998", "99999999999999999999", "100000000000000000000"},
		{"0", "0 x", "0.5 kg flour", "0.10 x", "1.5 kg flour", "1.05.10", "8 x", "12345678 x", "123456789 x", "1234567890 x"},
		{"v1.0.2", "v1.0.10", "v1.2", "v1.10"},
		{"007 a", "7 b", "٧ c", "７ d", "0٧ e", "8 a"},
		{"zoo", "Ωμέγα", "борщ", "щи", "ラーメン", "中"},
	} {
		names := slices.Clone(want)
		slices.Reverse(names)
		slices.SortStableFunc(names, func(a, b string) int { return bytes.Compare(casefold.SortKey(a), casefold.SortKey(b)) })
		assert.Equal(t, want, names)
	}
}

func TestTheSameNamesHaveTheSameSortKey(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{{"Straße", "STRASSE", "strasse"}, {"Äpfel", "ÄPFEL", "a\u0308pfel"}, {"olive oil", "Olive\u00a0\u200b Oil"}} {
		for _, name := range same {
			require.Equal(t, casefold.SortKey(same[0]), casefold.SortKey(name), name)
		}
	}
}

// TestStoredSortKeysStayValid fails if a new version of x/text makes keys that differ from stored ones. In that case, write a
// migration that computes all keys again.
func TestStoredSortKeysStayValid(t *testing.T) {
	t.Parallel()
	require.Equal(t, "CLDR 23, Unicode 6.2.0", casefold.SortKeyVersion)
	for name, key := range map[string]string{
		"Äpfel 10": "15ef17961684164c1711010914e814e714e600000020004700200020002000200020002000200020000002020202020202020202", "борщ": "19a91a771a941b3300000020002000200020000002020202",
	} {
		require.Equal(t, key, hex.EncodeToString(casefold.SortKey(name)), name)
	}
}

func TestSortKeysAreShortAndDoNotDependOnOtherCalls(t *testing.T) {
	t.Parallel()
	require.LessOrEqual(t, len(casefold.SortKey(strings.Repeat("\ufdfa", 200))), 1000)
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(rapid.String(), 1, 20).Draw(rt, "names")
		var calls sync.WaitGroup
		for _, name := range names {
			want := casefold.SortKey(name)
			calls.Go(func() { assert.Equal(t, want, casefold.SortKey(name)) })
		}
		calls.Wait()
	})
}
