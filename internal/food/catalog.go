package food

import (
	"math/big"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Catalog finds foods in the dictionary and in a user's settings, which take precedence. The zero value and nil have no
// settings. A Catalog doesn't change; it is safe for concurrent use.
type Catalog struct {
	settings map[string]Setting // by key
	aliases  map[string]alias   // by term
}

// alias is the food that a term means because of the user's settings: its key, and its name in the settings.
type alias struct {
	key, name string
}

// New returns a Catalog with a user's settings. If two settings are for one food, New merges them: the first one takes precedence for
// each field that it sets.
func New(settings []Setting) *Catalog {
	c := &Catalog{settings: map[string]Setting{}, aliases: map[string]alias{}}
	var none *Catalog
	for _, s := range settings {
		key := none.Find(s.Name, "").Key
		for _, a := range s.Aliases {
			f := none.Find(a, "")
			if _, taken := c.aliases[f.Term]; f.Term != none.Find(s.Name, "").Term && !taken {
				c.aliases[f.Term] = alias{key: key, name: s.Name}
			}
		}
	}
	for _, s := range settings {
		f := c.Find(s.Name, "")
		c.settings[f.Key] = merged(c.settings[f.Key], s)
	}
	return c
}

// merged sets the empty fields of s to those of other, and joins their aliases.
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

// Find returns the food with this name. The language is one of [quantity.Languages]. With any other, such as "", Find tries all of them,
// English first. It never fails: an unknown name becomes a new food.
func (c *Catalog) Find(name, language string) Food {
	f := findCached(name, language)
	if c == nil {
		return f
	}
	seen := map[string]bool{}
	for a, ok := c.aliases[f.Term]; ok && !seen[a.key]; a, ok = c.aliases[f.Key] {
		seen[a.key] = true
		f.Key, f.Match, f.OwnName = a.key, Alias, a.name
	}
	return f
}

// Settings returns the user's settings for a food, and whether there are any.
func (c *Catalog) Settings(key string) (Setting, bool) {
	if c == nil {
		return Setting{}, false
	}
	s, ok := c.settings[key]
	return s, ok
}

// Density returns the weight of a milliliter of a food, in grams: from the user's settings, or else from the USDA's table.
func (c *Catalog) Density(key string) (Factor, bool) {
	if s, ok := c.Settings(key); ok && s.Density != nil {
		return Factor{Value: s.Density, Source: User, Description: "your setting: 1 ml = " + decimal(s.Density) + " g"}, true
	}
	if d := weightsOf(key).density; d != nil {
		return *d, true
	}
	return Factor{}, false
}

// PieceWeight returns the weight of one counted unit of a food, such as a piece or a clove, in grams. A nil unit means a piece of medium
// size. The weight of a piece is from the user's settings if they have one. All other weights are from the USDA's table.
func (c *Catalog) PieceWeight(key string, unit *quantity.Unit) (Factor, bool) {
	counted := "piece"
	if unit != nil {
		counted = unit.Key
	}
	if s, ok := c.Settings(key); ok && counted == "piece" && s.PieceWeight != nil {
		return Factor{Value: s.PieceWeight, Source: User, Description: "your setting: 1 piece = " + decimal(s.PieceWeight) + " g"}, true
	}
	f, ok := weightsOf(key).counted[counted]
	return f, ok
}

// decimal writes a number with up to four decimals.
func decimal(x *big.Rat) string {
	s := x.FloatString(4)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
