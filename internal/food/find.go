package food

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/quantity"
)

// maxName is the maximum length of a name to look up, in bytes. A longer one is a text, not a name, and becomes a new food.
const maxName = 300

// find is [Catalog.Find] without settings.
func find(name, language string) Food {
	d := builtin()
	if len(name) > maxName {
		return unknownFood(name, words(name))
	}
	w := words(name)
	if t := d.lookup(w, language); t != nil {
		return t.toFood(name)
	}
	shown := name
	if line := quantity.ParseLine(name, language); line.Quantity.Text == "" && line.Name != "" {
		if n := words(line.Name); !slices.Equal(n, w) {
			w, shown = n, line.Name
			if t := d.lookup(w, language); t != nil {
				return t.toFood(shown)
			}
		}
	}
	if rest := d.withoutDropped(w); len(rest) < len(w) {
		w, shown = rest, strings.Join(rest, " ")
		if t := d.lookup(w, language); t != nil {
			return t.toFood(shown)
		}
	}
	return unknownFood(shown, w)
}

// toFood returns the food of a term, which was found with this name.
func (t *term) toFood(name string) Food {
	f := Food{Key: t.food.key, Term: t.text, Name: strings.TrimSpace(name)}
	switch {
	case t.language != "en":
		f.Match, f.OwnName = Translation, t.food.key
	case t.text != t.food.key:
		f.Match, f.OwnName = Synonym, t.food.key
	}
	return f
}

// unknownPrefix marks the keys of foods that aren't in the dictionary.
const unknownPrefix = "?"

// unknownFood returns the food of a name that isn't in the dictionary. Names that differ only in plural or accents have the same key, but
// not in Vietnamese, where a different mark makes a different word.
func unknownFood(name string, w []string) Food {
	keys := make([]string, 0, len(w))
	for _, word := range w {
		if isASCII(word) || !keepsMarks(word) {
			word = stem(withoutMarks(word))
		}
		keys = append(keys, word)
	}
	key := strings.Join(keys, " ")
	if key == "" {
		key = strings.TrimSpace(name)
	}
	return Food{Key: unknownPrefix + key, Term: unknownPrefix + key, Name: strings.TrimSpace(name)}
}

// keepsMarks reports whether the key of a word includes its marks: it does for a short word and for one with Vietnamese letters.
func keepsMarks(word string) bool {
	return utf8.RuneCountInString(word) <= 3 || strings.ContainsAny(word, "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ")
}

// lookup finds the term for a name: in its language, then in all languages, English first. In all languages, it tries the exact name
// before its stem: Spanish "col" is cabbage, not cola. Of terms with the same stem, it prefers the closest: "Kirschen" is the plural of
// Kirsche, not of kirsch.
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
	var closest *term
	smallest := 0
	for _, l := range languages {
		t := choose(d.indexes[l].stems[stems], w)
		if t == nil {
			continue
		}
		if n := difference(t.words, w); closest == nil || n < smallest {
			closest, smallest = t, n
		}
	}
	return closest
}

// difference returns how many bytes of two names follow their common beginning.
func difference(a, b []string) int {
	x, y := strings.Join(a, " "), strings.Join(b, " ")
	common := 0
	for common < min(len(x), len(y)) && x[common] == y[common] {
		common++
	}
	return len(x) + len(y) - 2*common
}

// withoutDropped removes words that don't change the food: "fresh coriander" is coriander. It returns all words if none would be left.
// It uses the words of all languages, because the language of a fridge is unknown.
func (d *dictionary) withoutDropped(w []string) []string {
	rest := slices.DeleteFunc(slices.Clone(w), func(word string) bool { return d.droppedWords[withoutMarks(word)] })
	if len(rest) == 0 {
		return w
	}
	return rest
}

// choose returns the term that fits a name best: one with the same words, else one with the same letters and marks, else one with
// compatible marks. Of equal ones, it prefers the closest: "pimientos" is the plural of pimiento, not of pimienta. It returns nil if terms
// of different foods fit equally well.
func choose(terms []*term, name []string) *term {
	if len(terms) == 0 {
		return nil
	}
	var found *term
	best, ambiguous := 0, false
	for _, t := range terms {
		rank := t.rank(name)
		closer := 0 // positive: t is closer than found
		if found != nil && rank == best && t.food != found.food {
			closer = difference(found.words, name) - difference(t.words, name)
		}
		switch {
		case rank > best, rank == best && closer > 0:
			best, found, ambiguous = rank, t, false
		case rank == best && rank > 0 && t.food != found.food && closer == 0:
			ambiguous = true
		}
	}
	if ambiguous {
		return nil
	}
	return found
}

// rank returns how well a term fits a name with the same plain letters or stems; 0 means not at all.
func (t *term) rank(name []string) int {
	if slices.Equal(t.words, name) {
		return 4
	}
	own, text := strings.Join(t.words, ""), strings.Join(name, "")
	switch {
	case own == text:
		return 3
	case compatibleMarks(own, text):
		return 2
	}
	return 0
}
