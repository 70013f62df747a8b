package casefold

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxWords is how many different words are searched for one by one. A text of more words is searched as a whole.
const MaxWords = 10

// maxPhrase is the length, in bytes, at which a text to search is cut off: 500 characters of any script. Only characters that stand
// for many others make a longer one.
const maxPhrase = 2000

// ExactEnd ends the part of [Searchable] that has the accents.
const ExactEnd = "\x1e"

// Searchable returns texts in the form in which they are stored to be searched, as one: in the form of [Text] and, if they
// have accents, once more without. So a word without accents finds both forms, and a word with accents only its own.
func Searchable(texts ...string) string {
	folded := make([]string, len(texts))
	for i, text := range texts {
		folded[i] = Text(text)
	}
	exact := strings.Join(folded, Separator)
	if plain := withoutAccents(exact); plain != exact {
		return exact + ExactEnd + plain
	}
	return exact
}

// Words returns the different words of a text to search. phrase is the text as a whole, in the form of [Text], of which the first
// 2,000 bytes count.
func Words(text string) (phrase string, words []string) {
	phrase = Text(text)
	if len(phrase) > maxPhrase {
		phrase = strings.TrimSpace(strings.ToValidUTF8(phrase[:maxPhrase], ""))
	}
	words = strings.Fields(phrase)
	slices.Sort(words)
	if words = slices.Compact(words); len(words) > MaxWords {
		words = []string{phrase}
	}
	return phrase, words
}

// accents are the marks that a search may leave out: those of Latin, Greek and Cyrillic letters, the points of Hebrew and the
// vowel signs of Arabic. Marks of other scripts make other letters.
var accents = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036f, Stride: 1}, {Lo: 0x0591, Hi: 0x05bd, Stride: 1}, {Lo: 0x05bf, Hi: 0x05bf, Stride: 1}, {Lo: 0x05c1, Hi: 0x05c2, Stride: 1},
	{Lo: 0x05c4, Hi: 0x05c5, Stride: 1}, {Lo: 0x05c7, Hi: 0x05c7, Stride: 1}, {Lo: 0x064b, Hi: 0x065f, Stride: 1}, {Lo: 0x0670, Hi: 0x0670, Stride: 1},
	{Lo: 0x1ab0, Hi: 0x1aff, Stride: 1}, {Lo: 0x1dc0, Hi: 0x1dff, Stride: 1}, {Lo: 0x20d0, Hi: 0x20ff, Stride: 1}, {Lo: 0xfe20, Hi: 0xfe2f, Stride: 1},
}}

// plainLetters are letters that people type without their stroke or ligature, but that Unicode doesn't decompose.
var plainLetters = strings.NewReplacer(
	"ø", "o", "ł", "l", "đ", "d", "ħ", "h", "ŧ", "t", "ı", "i", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe",
)

// withoutAccents returns a text of [Text] without accents.
func withoutAccents(text string) string {
	if isASCII(text) {
		return text
	}
	letters := strings.Map(func(r rune) rune {
		if r >= 0x300 && unicode.Is(accents, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	return norm.NFC.String(plainLetters.Replace(letters))
}
