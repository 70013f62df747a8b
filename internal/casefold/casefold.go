// Package casefold makes texts comparable: as names, as texts to search, and in the order of the alphabet.
package casefold

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Separator is put between texts that are stored and searched as one. [Text] never returns a text that contains it.
const Separator = "\x1f"

// maxNameBytes keeps names small enough for an index of PostgreSQL, whose entries have at most 2,700 bytes.
const maxNameBytes = 1000

// Case returns the full case folding of a text (Unicode, section 3.13.3): "Straße" and "STRASSE" become the same.
func Case(text string) string { return strings.Map(foldCherokee, cases.Fold().String(text)) }

// Text returns the form in which texts are compared: Unicode's toNFKC_Casefold (section 3.13.5) with white space collapsed
// and trimmed. Texts that differ only in case, composition, width or invisible characters become the same. İ becomes i, as it
// does in lower case, in which the names of ingredients are stored. A text of white space and invisible characters becomes "".
func Text(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	for {
		folded := norm.NFKC.String(visible(Case(norm.NFKC.String(text))))
		folded = strings.Join(strings.FieldsFunc(folded, isSpace), " ")
		if folded == text {
			return text
		}
		text = folded // a composed letter may fold again
	}
}

// Name returns the form in which names are the same: [Text], or a hash of it if it is longer than an index allows.
func Name(text string) string {
	folded := Text(text)
	if len(folded) <= maxNameBytes {
		return folded
	}
	sum := sha256.Sum256([]byte(folded))
	return Separator + hex.EncodeToString(sum[:])
}

// isPlain reports whether a text is ASCII without control characters and without white space to collapse, as most are.
// Folding such a text only takes lower case.
func isPlain(text string) bool {
	afterSpace := true
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= utf8.RuneSelf || c == ' ' && afterSpace {
			return false
		}
		afterSpace = c == ' '
	}
	return text == "" || !afterSpace
}

// isSpace includes the separators of ASCII, which some programs count as white space.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// visible removes the invisible characters, and the dot that İ leaves when it is folded.
func visible(text string) string {
	last := rune(0)
	return strings.Map(func(r rune) rune {
		if isIgnorable(r) || r == '\u0307' && last == 'i' {
			return -1
		}
		last = r
		return r
	}, text)
}

// isIgnorable reports whether a character has the property Default_Ignorable_Code_Point (DerivedCoreProperties.txt).
func isIgnorable(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	case !unicode.Is(unicode.Cf, r):
		return false
	}
	return !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && (r < 0xfff9 || r > 0xfffb) && (r < 0x13430 || r > 0x13440)
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
