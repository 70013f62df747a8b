// Package fold brings texts into a form in which they can be compared without regard to case.
package fold

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Separator parts texts that are searched as one. No text that [Text] returns holds it.
const Separator = "\x1f"

// control writes the separator, and the characters that this takes, each as a code of its own: no code begins within
// another, so that a text is found where it stands and nowhere else.
var control = strings.NewReplacer(
	"\x1c", "\x1c\x1d\x1d", "\x1d", "\x1c\x1d\x1e", "\x1e", "\x1c\x1e\x1d", Separator, "\x1c\x1e\x1e",
)

// Case folds (Unicode, section 3.13.3, full): "Straße" and "STRASSE" become the same.
func Case(text string) string { return strings.Map(foldCherokee, cases.Fold().String(text)) }

// Text returns the form in which a text is searched and sorted: case-folded, in NFC (UAX #15). İ counts as i, as in the
// lower case in which the names of ingredients are kept. It has at most three times as many characters.
func Text(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	return norm.NFC.String(Case(strings.ToLower(norm.NFC.String(control.Replace(text)))))
}

// isPlain tells whether a text is of printable ASCII and blanks alone, as most are: there folding is lower case, and
// nothing composes.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c >= 0x1c && c <= 0x1f {
			return false
		}
	}
	return true
}

// foldCherokee puts right the one script whose case folding goes to the capitals (CaseFolding.txt), and which
// x/text swaps instead.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	}
	return r
}
