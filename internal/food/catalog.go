package food

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Catalog finds foods: those of the dictionary, and the user's settings, which win. The zero value and nil have no
// settings. A Catalog doesn't change; it is safe for concurrent use.
type Catalog struct {
	settings map[string]Setting // by key
	aliases  map[string]alias   // by term
}

// alias leads a term to another food.
type alias struct {
	key, of string
}

// New returns a Catalog with a user's settings. Of two settings for one food the first wins, member by member.
func New(settings []Setting) *Catalog {
	c := &Catalog{settings: map[string]Setting{}, aliases: map[string]alias{}}
	var none *Catalog
	for _, s := range settings {
		key := none.Find(s.Name, "").Key
		for _, a := range s.Aliases {
			f := none.Find(a, "")
			if _, taken := c.aliases[f.Term]; f.Term != none.Find(s.Name, "").Term && !taken {
				c.aliases[f.Term] = alias{key: key, of: s.Name}
			}
		}
	}
	for _, s := range settings {
		f := c.Find(s.Name, "")
		c.settings[f.Key] = merged(c.settings[f.Key], s)
	}
	return c
}

// merged fills what a setting leaves open from another one.
func merged(s, other Setting) Setting {
	if s.Name == "" {
		s.Name = other.Name
	}
	s.Aliases = append(slices.Clone(s.Aliases), other.Aliases...)
	if s.Density == nil {
		s.Density = other.Density
	}
	if s.PieceWeight == nil {
		s.PieceWeight = other.PieceWeight
	}
	if s.Aisle == "" {
		s.Aisle = other.Aisle
	}
	s.Staple = s.Staple || other.Staple
	return s
}

// Find returns the food that a name means. The language is one of [quantity.Languages]; with any other, such as "", all of them
// are tried, English first. Find never fails: a name that nobody knows is a food of its own.
func (c *Catalog) Find(name, language string) Food {
	f := find(name, language)
	if c == nil {
		return f
	}
	seen := map[string]bool{}
	for a, ok := c.aliases[f.Term]; ok && !seen[a.key]; a, ok = c.aliases[f.Key] {
		seen[a.key] = true
		f.Key, f.Via, f.Of = a.key, Alias, a.of
	}
	return f
}

// Settings returns what the user has set for a food.
func (c *Catalog) Settings(key string) (Setting, bool) {
	if c == nil {
		return Setting{}, false
	}
	s, ok := c.settings[key]
	return s, ok
}

// Density returns the weight of a milliliter of a food, in grams: what the user has set, or else what the USDA's table says.
func (c *Catalog) Density(key string) (Factor, bool) {
	if s, ok := c.Settings(key); ok && s.Density != nil {
		return Factor{Value: s.Density, Source: User, Description: "your setting: 1 ml = " + decimal(s.Density) + " g"}, true
	}
	if d := table()[key].density; d != nil {
		return *d, true
	}
	return Factor{}, false
}

// PieceWeight returns the weight of one piece of a food, in grams, or of one counted unit such as a clove: what the user has set
// for pieces, or else what the USDA's table says. Without a unit it is that of a piece of medium size.
func (c *Catalog) PieceWeight(key string, unit *quantity.Unit) (Factor, bool) {
	counted := "piece"
	if unit != nil {
		counted = unit.Key
	}
	if s, ok := c.Settings(key); ok && counted == "piece" && s.PieceWeight != nil {
		return Factor{Value: s.PieceWeight, Source: User, Description: "your setting: 1 piece = " + decimal(s.PieceWeight) + " g"}, true
	}
	f, ok := table()[key].counted[counted]
	return f, ok
}

// decimal writes a number with up to four decimals.
func decimal(x *big.Rat) string {
	s := x.FloatString(4)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

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
	if rest := d.withoutDropped(w, language); len(rest) < len(w) {
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
	return Food{Key: "?" + key, Term: "?" + key, Name: strings.TrimSpace(name)}
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
func (d *dictionary) withoutDropped(w []string, language string) []string {
	drops := slices.Collect(maps.Values(d.drop))
	if d.drop[language] != nil {
		drops = []map[string]bool{d.drop[language]}
	}
	var rest []string
	for _, word := range w {
		if !slices.ContainsFunc(drops, func(m map[string]bool) bool { return m[plain(word)] }) {
			rest = append(rest, word)
		}
	}
	if len(rest) == 0 {
		return w
	}
	return rest
}
