package casefold_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/casefold"
)

// full lists the characters that fold to several characters: the lines with status F in Unicode's CaseFolding.txt. Each element is a
// character and its folding.
const full = "" +
	"ßss İi\u0307 ŉʼn ǰj\u030c ΐι\u0308\u0301 ΰυ\u0308\u0301 ևեւ ẖh\u0331 ẗt\u0308 ẘw\u030a ẙy\u030a ẚaʾ ẞss ὐυ\u0313 ὒυ\u0313\u0300 " +
	"ὔυ\u0313\u0301 ὖυ\u0313\u0342 ᾀἀι ᾁἁι ᾂἂι ᾃἃι ᾄἄι ᾅἅι ᾆἆι ᾇἇι ᾈἀι ᾉἁι ᾊἂι ᾋἃι ᾌἄι ᾍἅι ᾎἆι ᾏἇι ᾐἠι ᾑἡι ᾒἢι ᾓἣι ᾔἤι ᾕἥι ᾖἦι ᾗἧι ᾘἠι ᾙἡι " +
	"ᾚἢι ᾛἣι ᾜἤι ᾝἥι ᾞἦι ᾟἧι ᾠὠι ᾡὡι ᾢὢι ᾣὣι ᾤὤι ᾥὥι ᾦὦι ᾧὧι ᾨὠι ᾩὡι ᾪὢι ᾫὣι ᾬὤι ᾭὥι ᾮὦι ᾯὧι ᾲὰι ᾳαι ᾴάι ᾶα\u0342 ᾷα\u0342ι ᾼαι ῂὴι ῃηι ῄήι " +
	"ῆη\u0342 ῇη\u0342ι ῌηι ῒι\u0308\u0300 \u1fd3ι\u0308\u0301 ῖι\u0342 ῗι\u0308\u0342 ῢυ\u0308\u0300 \u1fe3υ\u0308\u0301 ῤρ\u0313 ῦυ\u0342 " +
	"ῧυ\u0308\u0342 ῲὼι ῳωι ῴώι ῶω\u0342 ῷω\u0342ι ῼωι \ufb00ff \ufb01fi \ufb02fl \ufb03ffi \ufb04ffl \ufb05st \ufb06st \ufb13մն \ufb14մե " +
	"\ufb15մի \ufb16վն \ufb17մխ"

// expected returns the folding of a character: the one in the table, or else its common or simple folding. That is the lower case of
// its upper case, with two exceptions.
func expected(table map[rune]string, r rune) string {
	folded, isFull := table[r]
	switch {
	case isFull:
		return folded
	case r == 'ı': // its upper case is I, whose lower case is i
		return "ı"
	case unicode.Is(unicode.Cherokee, r): // small letters fold to capital letters
		return string(unicode.ToUpper(r))
	}
	return string(unicode.ToLower(unicode.ToUpper(r)))
}

func TestCaseFoldsEveryCharacterAsUnicodeDoes(t *testing.T) {
	t.Parallel()
	table := map[rune]string{}
	for _, line := range strings.Fields(full) {
		r := []rune(line)
		table[r[0]] = string(r[1:])
	}
	require.Len(t, table, 104)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0xD800 && r <= 0xDFFF {
			continue // surrogates are not characters
		}
		if got, want := casefold.Case(string(r)), expected(table, r); got != want {
			t.Errorf("%U %q folds to %q instead of %q", r, r, got, want)
		}
	}
}

func TestTextIsTheSameForTextsThatAreTheSameToACook(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"straße", "STRASSE", "Straſſe", "STRAẞE"}, {"Crème Brûlée", "CRE\u0300ME BRU\u0302LE\u0301E"}, {"ΣΊΣΥΦΟΣ", "σίσυφος", "Σίσυφοσ"},
		{"ΐ", "Ϊ\u0301", "\u1fd3", "ι\u0308\u0301"}, {"ᾳ\u0301", "Α\u0301Ι", "ά\u0345"}, {"\u212b", "å", "A\u030a"}, {"\u2126", "ω"}, {"\u212a", "k"}, {"ǰ", "J\u030c"},
		{"\ufb03", "FFI", "\ufb00i"}, {"İ", "I\u0307", "i"}, {"ᏸ\uab70", "Ᏸ\u13a0"}, {"µ", "μ"}, {"가", "\u1100\u1161"}, {"q\u0323\u0307", "Q\u0307\u0323"},
		{"jalape\u00f1o", "jalapen\u0303o", "JALAPEÑO"}, {"İncir", "i\u0307ncir", "I\u0307NCİR", "incir", "İNCİR"}, {"ΣΟΦΟΣ", "σοφος", "σοφοσ"},
		{"Weißbrot", "WEISSBROT", "weissbrot"}, {"½", "1\u20442"}, {"ＳＡＬＴ", "salt"}, {"ｶﾞ", "ガ"},
		{"olive oil", "olive\u00a0oil", " Olive  Oil\t", "olive\u200b oil", "olive \ufeffoil", "olive\r\noil", "ol\u00adive\u3000\x1foil", "olive\u2028oil\u2060"},
		{"chili 🌶", "chili 🌶\ufe0f"}, {"", " ", "\u200b", "\u3164 \u00ad", "\x1c"},
	} {
		for _, text := range same {
			require.Equal(t, casefold.Text(same[0]), casefold.Text(text), "%q and %q", same[0], text)
			require.Equal(t, casefold.Name(same[0]), casefold.Name(text), "%q and %q", same[0], text)
		}
	}
	for _, other := range [][2]string{{"e", "é"}, {"i", "ı"}, {"ss", "s"}, {"ά", "α"}, {"100%", "100_"}, {"a", "а"}, {"か", "が"}, {"oliveoil", "olive oil"}, {"x\x01", "x"}} {
		require.NotEqual(t, casefold.Text(other[0]), casefold.Text(other[1]))
	}
}

// TestASCIITakesAShortcutToTheSameResult compares the fast path with the general case: an added é makes the text take the latter.
func TestASCIITakesAShortcutToTheSameResult(t *testing.T) {
	t.Parallel()
	plain := rapid.StringOf(rapid.RuneFrom(nil, &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: 0x7f, Stride: 1}}}))
	rapid.Check(t, func(t *rapid.T) {
		text := plain.Draw(t, "text")
		require.Equal(t, casefold.Text(text+"|é"), casefold.Text(text+"|")+"é", "%q", text)
		require.Equal(t, casefold.Text("é|"+text+"|"), "é"+casefold.Text("|"+text+"|"), "%q", text)
	})
}

func TestTextIsIdempotentAndNormalized(t *testing.T) {
	t.Parallel()
	odd := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("aAéßẞſİıiǰΐΣςᾳάαιΙ\u0345\u0301\u0308\u0307\u030c\u0323ŉʼ\ufb03ᏸ\uab70\u212a\u1100\u1161\u11a8\x1f \u00a0\u200b\u00b4\u00a8\ufdfa\u034f"))))
	changed := 0
	rapid.Check(t, func(t *rapid.T) {
		for range 50 {
			text := odd.Draw(t, "text")
			folded := casefold.Text(text)
			if folded != text && text != "" {
				changed++
			}
			require.Equal(t, folded, casefold.Text(folded), "%q", text)
			require.True(t, norm.NFKC.IsNormalString(folded), "%q", text)
			require.NotContains(t, folded, casefold.Separator)
			for _, form := range []norm.Form{norm.NFC, norm.NFD, norm.NFKC, norm.NFKD} {
				require.Equal(t, folded, casefold.Text(form.String(text)), "%q in another normal form", text)
			}
		}
	})
	require.Positive(t, changed, "some texts must fold to another one")
}

// TestNamesFitIntoAnIndex uses the character that grows the most.
func TestNamesFitIntoAnIndex(t *testing.T) {
	t.Parallel()
	long, longer := casefold.Name(strings.Repeat("\ufdfa", 199)), casefold.Name(strings.Repeat("\ufdfa", 200))
	require.Less(t, len(longer), 100)
	require.NotEqual(t, long, longer)
	require.Equal(t, longer, casefold.Name(" "+casefold.Text(strings.Repeat("\ufdfa", 200))))
	require.Equal(t, strings.Repeat("🍋", 200), casefold.Name(strings.Repeat("🍋", 200)))
}

// TestALongTextGrowsToTwiceItsLengthAtMost uses the characters that grow the most.
func TestALongTextGrowsToTwiceItsLengthAtMost(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"\ufdfa", "\u3300", "\u0390", "a\ufdfa"} {
		for _, count := range []int{1_000, 20_000} {
			text := strings.Repeat(c, count)
			folded := casefold.Text(text)
			require.LessOrEqual(t, len(folded), max(2*len(text), 11<<12), "%q", c)
			require.Equal(t, folded, casefold.Text(folded), "%q", c)
			require.LessOrEqual(t, len(casefold.Searchable(text)), max(4*len(text), 22<<12), "%q", c)
		}
		require.Equal(t, norm.NFKC.String(strings.Repeat("\ufdfa", 500)), casefold.Text(strings.Repeat("\ufdfa", 500)), "short texts are whole")
	}
	macOS := strings.Repeat("Crème brûlée ", 1_000)
	require.Equal(t, casefold.Text(macOS), casefold.Text(norm.NFD.String(macOS)), "a text in a language isn't cut off")
	phrase, _ := casefold.Words(strings.Repeat("\ufdfa", 500))
	require.LessOrEqual(t, len(phrase), 2_000)
}
