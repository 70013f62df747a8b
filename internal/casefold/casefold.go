// Package casefold makes texts comparable: as names, as texts to search, and in the order of the alphabet.
package casefold

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
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
// does in lower case, in which the names of ingredients are stored. A text of white space and invisible characters becomes "". A text
// of more than 4 KiB that would become more than twice as long is cut off there.
func Text(text string) string {
	if isASCII(text) {
		return asciiText(text)
	}
	return unicodeText(text)
}

func unicodeText(text string) string {
	for {
		folded := compose(visible(Case(compose(text))))
		folded = strings.Join(strings.FieldsFunc(folded, isSpace), " ")
		if folded == text {
			return text
		}
		text = folded // a composed letter may fold again
	}
}

// asciiText is [unicodeText] for ASCII, which most texts are, at a tenth of its cost.
func asciiText(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	folded := make([]byte, 0, len(text))
	spaces := false
	for i := range len(text) {
		c := text[i]
		if isSpace(rune(c)) {
			spaces = true
			continue
		}
		if spaces && len(folded) > 0 {
			folded = append(folded, ' ')
		}
		spaces = false
		folded = append(folded, c)
	}
	return strings.ToLower(string(folded))
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// A compatibility character can stand for 18 others (U+FDFA). A text of more than unboundedBytes may become at most maxGrowth times
// as long when it is composed; the rest of the result is dropped. No text in a language comes near that.
const (
	unboundedBytes = 4 << 10
	maxGrowth      = 2
)

// compose returns a text in NFKC, in memory that is bounded by its length.
func compose(text string) string {
	if len(text) <= unboundedBytes || norm.NFKC.IsNormalString(text) {
		return norm.NFKC.String(text)
	}
	var composed strings.Builder
	limited := io.LimitReader(norm.NFKC.Reader(strings.NewReader(text)), int64(maxGrowth*len(text)))
	_, _ = io.Copy(&composed, limited)                // a text in memory can always be read
	return strings.ToValidUTF8(composed.String(), "") // the limit may have cut a character
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
