package food

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/quantity"
)

// maxName is the length from which a name isn't examined: it is a text, and a food of its own.
const maxName = 300

// find is Find without settings.
func find(name, language string) Food {
	d := builtin()
	if len(name) > maxName {
		return unknown(name, words(name))
	}
	w := words(name)
	if t := d.lookup(w, language); t != nil {
		return t.as(name)
	}
	shown := name
	if line := quantity.ParseLine(name, language); line.Quantity.Text == "" && line.Name != "" {
		if n := words(line.Name); !slices.Equal(n, w) {
			w, shown = n, line.Name
			if t := d.lookup(w, language); t != nil {
				return t.as(shown)
			}
		}
	}
	if rest := d.withoutDropped(w); len(rest) < len(w) {
		w, shown = rest, strings.Join(rest, " ")
		if t := d.lookup(w, language); t != nil {
			return t.as(shown)
		}
	}
	return unknown(shown, w)
}

// as returns the food of a term that was found under a name.
func (t *term) as(name string) Food {
	f := Food{Key: t.food.key, Term: t.text, Name: strings.TrimSpace(name)}
	switch {
	case t.language != "en":
		f.Via, f.Of = Translation, t.food.key
	case t.text != t.food.key:
		f.Via, f.Of = Synonym, t.food.key
	}
	return f
}

// unknownPrefix marks the keys of foods that aren't in the dictionary.
const unknownPrefix = "?"

// unknown returns the food of a name that isn't in the dictionary. Names that differ in plural or accents have one key. In
// Vietnamese each mark makes another word.
func unknown(name string, w []string) Food {
	keys := make([]string, 0, len(w))
	for _, word := range w {
		if isASCII(word) || !keepsMarks(word) {
			word = stem(plain(word))
		}
		keys = append(keys, word)
	}
	key := strings.Join(keys, " ")
	if key == "" {
		key = strings.TrimSpace(name)
	}
	return Food{Key: unknownPrefix + key, Term: unknownPrefix + key, Name: strings.TrimSpace(name)}
}

// keepsMarks reports whether the marks of a word must not be missing: in a short word, or one with letters of Vietnamese.
func keepsMarks(word string) bool {
	return utf8.RuneCountInString(word) <= 3 || strings.ContainsAny(word, "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ")
}

// lookup finds a name: in its language, then in all of them, English first. A name as it is in the files goes before one with
// other endings: Spanish "col" is cabbage, and no cola.
func (d *dictionary) lookup(w []string, language string) *term {
	exact, stems := joined(w)
	if x := d.indexes[language]; x != nil {
		if t := choose(x.exact[exact], w); t != nil {
			return t
		}
		if t := choose(x.stems[stems], w); t != nil {
			return t
		}
	}
	for _, l := range languages {
		if t := choose(d.indexes[l].exact[exact], w); t != nil {
			return t
		}
	}
	for _, l := range languages {
		if t := choose(d.indexes[l].stems[stems], w); t != nil {
			return t
		}
	}
	return nil
}

// withoutDropped returns the words that make the food: "fresh coriander" is coriander. It returns all if none would be left.
// The language doesn't matter: a fridge has none.
func (d *dictionary) withoutDropped(w []string) []string {
	rest := slices.DeleteFunc(slices.Clone(w), func(word string) bool { return d.drop[plain(word)] })
	if len(rest) == 0 {
		return w
	}
	return rest
}

// choose returns the term that the name means: the one with the same words, then the one with the same letters and marks,
// then the only food that the marks allow.
func choose(terms []*term, name []string) *term {
	if len(terms) == 0 {
		return nil
	}
	var found *term
	best, ambiguous := 0, false
	for _, t := range terms {
		rank := t.rank(name)
		switch {
		case rank > best:
			best, found, ambiguous = rank, t, false
		case rank == best && rank > 0 && t.food != found.food:
			ambiguous = true
		}
	}
	if ambiguous {
		return nil
	}
	return found
}

// rank says how well a term fits a name with the same plain letters, or the same stems: 0 is not at all.
func (t *term) rank(name []string) int {
	if slices.Equal(t.words, name) {
		return 4
	}
	own, text := strings.Join(t.words, ""), strings.Join(name, "")
	switch {
	case own == text:
		return 3
	case compatible(own, text):
		return 2
	}
	return 0
}
