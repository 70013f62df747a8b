package casefold

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKeyVersion identifies the rules of [SortKey]. When it changes, a migration must compute all stored keys again.
const SortKeyVersion = "CLDR " + collate.CLDRVersion + ", Unicode " + collate.UnicodeVersion

// maxSortKeyBytes keeps sort keys small enough for a PostgreSQL index. Names whose keys differ only after it count as equal.
const maxSortKeyBytes = 1000

// collators has collators of the root collation, which doesn't depend on the language of the machine. Collators aren't safe for
// concurrent use.
var collators = sync.Pool{New: func() any {
	return &collator{Collator: collate.New(language.Und)}
}}

type collator struct {
	*collate.Collator
	buffer collate.Buffer
}

// SortKey returns a key that sorts names in natural order: alphabetically, then by accents, and numbers by value. Names with the same
// [Text] have the same key.
func SortKey(name string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	c.buffer.Reset()
	key := c.KeyFromString(&c.buffer, byValue(Text(name)))
	return append([]byte{}, key[:min(len(key), maxSortKeyBytes)]...)
}

// byValue replaces each number with digits that sort alphabetically in the order of the values: the number of digits without leading
// zeros, then these digits. The number of digits is written as one 9 for each 9 digits, then the remainder: 0 becomes 0, 2 becomes 12,
// 010 becomes 210. The option collate.Numeric can't be used, because it loses zeros: it sorts 0.5 after 100.
func byValue(text string) string {
	if !strings.ContainsFunc(text, unicode.IsDigit) {
		return text
	}
	var sorted strings.Builder
	var digits []byte
	flush := func() {
		for range len(digits) / 9 {
			sorted.WriteByte('9')
		}
		sorted.WriteByte('0' + byte(len(digits)%9))
		sorted.Write(digits)
		digits = digits[:0]
	}
	inNumber := false
	for _, r := range text {
		isDigit := unicode.IsDigit(r)
		if inNumber && !isDigit {
			flush()
		}
		if inNumber = isDigit; !isDigit {
			sorted.WriteRune(r)
		} else if d := digit(r); len(digits) > 0 || d != 0 {
			digits = append(digits, '0'+d)
		}
	}
	if inNumber {
		flush()
	}
	return sorted.String()
}

// digit returns the value of a decimal digit in any script. In Unicode, the digits of a script are consecutive, from zero to nine.
func digit(r rune) byte {
	for _, row := range unicode.Nd.R16 {
		if lo, hi := rune(row.Lo), rune(row.Hi); r >= lo && r <= hi {
			return byte((r - lo) % 10) //nolint:gosec // 0 to 9
		}
	}
	for _, row := range unicode.Nd.R32 {
		if lo, hi := rune(row.Lo), rune(row.Hi); r >= lo && r <= hi { //nolint:gosec // code points fit a rune
			return byte((r - lo) % 10) //nolint:gosec // 0 to 9
		}
	}
	return 0
}
