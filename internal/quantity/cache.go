package quantity

import "sync"

// Cache parses quantities and remembers them: recipes use the same ones over and over. The zero value is ready to use, and safe for
// concurrent use.
type Cache struct {
	mu          sync.Mutex
	recent, old map[string]Quantity
}

// A cache has two generations of so many quantities at most, with texts of so many bytes: about 2 MB.
const (
	maxCached     = 1000
	maxCachedText = 64
)

// Parse is [Parse] in any language. The numbers of the quantity are shared: callers must not change them.
func (c *Cache) Parse(text string) Quantity {
	if len(text) > maxCachedText {
		return Parse(text, "")
	}
	c.mu.Lock()
	q, known := c.recent[text]
	if !known {
		q, known = c.old[text]
	}
	c.mu.Unlock()
	if !known {
		q = Parse(text, "")
		c.remember(text, q)
	}
	return q
}

func (c *Cache) remember(text string, q Quantity) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.recent == nil || len(c.recent) >= maxCached {
		c.recent, c.old = make(map[string]Quantity, maxCached), c.recent
	}
	c.recent[text] = q
}
