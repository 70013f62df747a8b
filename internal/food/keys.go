package food

import (
	"maps"
	"slices"
)

// Keys returns the keys under which a search finds the foods that these names mean, sorted. A stored name is one of these foods if
// its key, found without settings and without a language, is among them.
//
// Each name has the key of the dictionary, so that it is found under its synonyms and translations, and those of the names that the
// user has set for the food. It also has the key of a name that the dictionary doesn't know: it may have been stored before the
// dictionary learned it.
func (c *Catalog) Keys(names []string) []string {
	keys := map[string]bool{}
	var dictionary *Catalog
	for _, name := range names {
		keys[dictionary.Find(name, "").Key] = true
		keys[unknown(name, builtin().withoutDropped(words(name))).Key] = true
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
