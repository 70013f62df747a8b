// Package casefold makes texts comparable without regard to case.
package casefold

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Separator is put between texts that are stored and searched as one. [Text] never returns a text that contains it.
const Separator = "\x1f"

// control escapes the separator and the characters that the escapes consist of. The escapes are such that a substring
// search can't match across two of them.
var control = strings.NewReplacer(
	"\x1c", "\x1c\x1d\x1d", "\x1d", "\x1c\x1d\x1e", "\x1e", "\x1c\x1e\x1d", Separator, "\x1c\x1e\x1e",
)

// Case returns the full case folding of a text (Unicode, section 3.13.3): "Straße" and "STRASSE" become the same.
func Case(text string) string { return strings.Map(foldCherokee, cases.Fold().String(text)) }

// Text returns the form in which a text is searched and sorted: case-folded, in NFC (UAX #15). İ becomes i, as it does in
// lower case, in which the names of ingredients are stored. The result has at most three times as many characters.
func Text(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	return norm.NFC.String(Case(strings.ToLower(norm.NFC.String(control.Replace(text)))))
}

// isPlain reports whether a text is ASCII without the characters that [control] escapes, as most are. Folding such a text
// only takes lower case.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c >= 0x1c && c <= 0x1f {
			return false
		}
	}
	return true
}

// foldCherokee corrects x/text for the one script whose small letters fold to capitals (CaseFolding.txt): x/text swaps
// the two.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	}
	return r
}
