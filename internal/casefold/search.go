package casefold

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxWords is the maximum number of different words to search for separately. [Words] returns a text with more words as one phrase.
const MaxWords = 10

// maxPhrase is the maximum length of a search text, in bytes: 500 characters of any script. Only compatibility characters that expand to
// many others can make it longer.
const maxPhrase = 2000

// ExactEnd marks the end of the part of [Searchable] with accents.
const ExactEnd = "\x1e"

// Searchable joins texts in the form in which they are stored for searching: in the form of [Text] and, if they have accents, also
// without accents. So a word without accents finds both forms, and a word with accents only the form with the same accents.
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

// Words returns the different words of a search text. phrase is the whole text in the form of [Text], cut off after 2,000 bytes. If there
// are more than [MaxWords] words, words only contains the phrase.
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

// accents are marks that a search text may leave out: those of Latin, Greek and Cyrillic letters, the points of Hebrew and the
// vowel signs of Arabic. In other scripts, marks make different letters.
var accents = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036f, Stride: 1}, {Lo: 0x0591, Hi: 0x05bd, Stride: 1}, {Lo: 0x05bf, Hi: 0x05bf, Stride: 1}, {Lo: 0x05c1, Hi: 0x05c2, Stride: 1},
	{Lo: 0x05c4, Hi: 0x05c5, Stride: 1}, {Lo: 0x05c7, Hi: 0x05c7, Stride: 1}, {Lo: 0x064b, Hi: 0x065f, Stride: 1}, {Lo: 0x0670, Hi: 0x0670, Stride: 1},
	{Lo: 0x1ab0, Hi: 0x1aff, Stride: 1}, {Lo: 0x1dc0, Hi: 0x1dff, Stride: 1}, {Lo: 0x20d0, Hi: 0x20ff, Stride: 1}, {Lo: 0xfe20, Hi: 0xfe2f, Stride: 1},
}}

// plainLetters replaces letters with a stroke and ligatures, which people often type plainly, but which Unicode doesn't decompose.
var plainLetters = strings.NewReplacer(
	"ø", "o", "ł", "l", "đ", "d", "ħ", "h", "ŧ", "t", "ı", "i", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe",
)

// withoutAccents removes the accents from a result of [Text].
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
