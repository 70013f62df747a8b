package food

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Terms returns the terms of all names that mean the same foods as these names: their spelling, synonyms, translations and the
// user's aliases. It is sorted. A stored name is one of these foods if its [Food.Term], found without settings and without a language, is among them.
//
// A name that the dictionary knows is also returned as the term that it had before.
func (c *Catalog) Terms(names []string) []string {
	d := builtinTerms()
	terms, wanted := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		f := c.Find(name, "")
		terms[f.Term] = true
		terms[unknown(name, builtin().withoutDropped(words(name))).Term] = true
		wanted[f.Key] = true
	}
	add := func(term string) {
		f := Food{Term: term, Key: term}
		if key, ok := d.keys[term]; ok {
			f.Key = key
		}
		if wanted[c.redirected(f).Key] {
			terms[term] = true
		}
	}
	for key := range wanted {
		if strings.HasPrefix(key, unknownPrefix) {
			add(key)
		}
		for _, term := range d.terms[key] {
			add(term)
		}
	}
	if c != nil {
		for alias := range c.aliases {
			add(alias)
			for _, term := range d.terms[alias] { // all names of a food that is another one for the user
				add(term)
			}
		}
	}
	return slices.Sorted(maps.Keys(terms))
}

// termIndex has the terms of the dictionary that a name without a language leads to.
type termIndex struct {
	keys  map[string]string   // of foods, by term
	terms map[string][]string // by key
}

// builtinTerms is made once, when it is first needed.
var builtinTerms = sync.OnceValue(func() termIndex {
	index := termIndex{keys: map[string]string{}, terms: map[string][]string{}}
	for _, language := range builtin().indexes {
		for text := range language.texts {
			f := find(text, "")
			if _, known := index.keys[f.Term]; known || strings.HasPrefix(f.Term, unknownPrefix) {
				continue
			}
			index.keys[f.Term] = f.Key
			index.terms[f.Key] = append(index.terms[f.Key], f.Term)
		}
	}
	return index
})
