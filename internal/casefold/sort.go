package casefold

import (
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKeyVersion names the rules of [SortKey]. Stored keys of other rules must be computed again, by a migration.
const SortKeyVersion = "CLDR " + collate.CLDRVersion + ", Unicode " + collate.UnicodeVersion

// maxSortKeyBytes keeps sort keys small enough for an index of PostgreSQL. Names that differ only beyond are equal.
const maxSortKeyBytes = 1000

// collators has collators of the root collation, which no language of a machine changes. A collator must not be used by two
// goroutines at once.
var collators = sync.Pool{New: func() any {
	return &collator{Collator: collate.New(language.Und, collate.Numeric)}
}}

type collator struct {
	*collate.Collator
	buffer collate.Buffer
}

// SortKey returns bytes whose order is the natural order of names: by the letters in the order of the alphabet, then by
// accents, and numbers by value. Names with the same [Text] have the same key.
func SortKey(name string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	c.buffer.Reset()
	key := c.KeyFromString(&c.buffer, Text(name))
	return append([]byte{}, key[:min(len(key), maxSortKeyBytes)]...)
}
