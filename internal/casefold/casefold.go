// Package casefold converts texts to forms for comparing names, searching texts and sorting names alphabetically.
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

// Separator separates texts that are stored and searched as one. [Text] never returns a text that contains it.
const Separator = "\x1f"

// maxNameBytes keeps names small enough for a PostgreSQL index, whose entries have at most 2,700 bytes.
const maxNameBytes = 1000

// Case returns the full case folding of a text (Unicode, section 3.13.3): "Straße" and "STRASSE" become the same.
func Case(text string) string { return strings.Map(foldCherokee, cases.Fold().String(text)) }

// Text returns the form in which texts are compared: Unicode's toNFKC_Casefold (section 3.13.5) with white space collapsed
// and trimmed. Texts that differ only in case, composition, width or invisible characters become the same. İ becomes i, as in lower
// case, because the names of ingredients are stored in lower case. A text of only white space and invisible characters becomes "". If a
// text of more than 4 KiB would become more than twice as long, Text cuts off the rest.
func Text(text string) string {
	if isASCII(text) {
		return asciiText(text)
	}
	return unicodeText(text)
}

func unicodeText(text string) string {
	for {
		folded := compose(removeInvisible(Case(compose(text))))
		folded = strings.Join(strings.FieldsFunc(folded, isSpace), " ")
		if folded == text {
			return text
		}
		text = folded // a composed letter may need folding again
	}
}

// asciiText is a fast path of [unicodeText] for ASCII. It takes a tenth of the time, and most texts are ASCII.
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

// A compatibility character can become up to 18 characters (U+FDFA). If a text has more than unboundedBytes, compose cuts off its result
// at maxGrowth times its length. No text in a real language grows that much.
const (
	unboundedBytes = 4 << 10
	maxGrowth      = 2
)

// compose returns a text in NFKC. It limits the memory to a multiple of the length of the text.
func compose(text string) string {
	if len(text) <= unboundedBytes || norm.NFKC.IsNormalString(text) {
		return norm.NFKC.String(text)
	}
	var composed strings.Builder
	limited := io.LimitReader(norm.NFKC.Reader(strings.NewReader(text)), int64(maxGrowth*len(text)))
	_, _ = io.Copy(&composed, limited)                // reading from memory never fails
	return strings.ToValidUTF8(composed.String(), "") // the limit may have split a character
}

// Name returns the form in which names are compared: [Text], or a hash of it if it is too long for an index.
func Name(text string) string {
	folded := Text(text)
	if len(folded) <= maxNameBytes {
		return folded
	}
	sum := sha256.Sum256([]byte(folded))
	return Separator + hex.EncodeToString(sum[:])
}

// isPlain reports whether a text is ASCII without control characters and without white space to collapse, as most texts are.
// Such a text only needs conversion to lower case.
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

// isSpace reports whether a character is white space. It includes the ASCII separators, which some programs count as white space.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// removeInvisible removes invisible characters, and the combining dot that folding İ adds.
func removeInvisible(text string) string {
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

// foldCherokee corrects x/text for Cherokee, the only script whose small letters fold to capital letters (CaseFolding.txt). x/text
// swaps them.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	}
	return r
}
