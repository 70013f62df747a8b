package quantity

import "github.com/maypok86/otter/v2"

// Cache parses quantities and remembers them: recipes use the same ones over and over. It is safe for concurrent use. Create it with
// [NewCache].
type Cache struct {
	parsed *otter.Cache[string, Quantity]
}

// A cache has so many quantities at most, with texts of so many bytes: about 2 MB.
const (
	maxCached     = 2000
	maxCachedText = 64
)

// NewCache returns an empty cache.
func NewCache() *Cache {
	return &Cache{otter.Must(&otter.Options[string, Quantity]{MaximumSize: maxCached})}
}

// Parse is [Parse] in any language. The numbers of the quantity are shared: callers must not change them.
func (c *Cache) Parse(text string) Quantity {
	if len(text) > maxCachedText {
		return Parse(text, "")
	}
	if q, known := c.parsed.GetIfPresent(text); known {
		return q
	}
	q := Parse(text, "")
	c.parsed.Set(text, q)
	return q
}
