package quantity

import "github.com/maypok86/otter/v2"

// Cache parses quantities and caches the results, because recipes repeat the same quantities. It is safe for concurrent use. Create it
// with [NewCache].
type Cache struct {
	parsed *otter.Cache[string, Quantity]
}

// The maximum number of quantities in a cache, and the maximum length of their texts in bytes. Together they limit a cache to about 2 MB.
const (
	maxCached     = 2000
	maxCachedText = 64
)

// NewCache returns an empty cache.
func NewCache() *Cache {
	return &Cache{otter.Must(&otter.Options[string, Quantity]{MaximumSize: maxCached})}
}

// Parse calls the function [Parse] without a language, or returns a cached result. The numbers of the quantity are shared: callers must
// not change them.
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
