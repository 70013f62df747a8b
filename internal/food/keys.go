package food

import (
	"maps"
	"slices"
)

// Keys returns the keys to search for to find the foods with these names, in sorted order. A stored key matches if it was found without
// settings and without a language.
//
// For each name, Keys returns the key in the dictionary, which all synonyms and translations share, and the keys of all names that the
// user has set for the food. It also returns the key that the name would have if it weren't in the dictionary, because the name may have
// been stored before it was added to the dictionary.
func (c *Catalog) Keys(names []string) []string {
	keys := map[string]bool{}
	var dictionary *Catalog
	for _, name := range names {
		keys[dictionary.Find(name, "").Key] = true
		keys[unknownFood(name, builtin().withoutDropped(words(name))).Key] = true
		s, ok := c.Settings(c.Find(name, "").Key)
		if !ok {
			continue
		}
		for _, other := range append([]string{s.Name}, s.Aliases...) {
			keys[dictionary.Find(other, "").Key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
