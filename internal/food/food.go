package food

import (
	"math/big"

	"github.com/ocipe/ocipe/internal/quantity"
)

// MatchKind says how a name was matched to its food.
type MatchKind int

// The ways to match a name.
const (
	// Spelling means that the name is the food's own, apart from case, plural, accents and words of preparation.
	Spelling MatchKind = iota
	// Synonym means that the name is another English name of the food in the dictionary.
	Synonym
	// Translation means that the name is one in another language in the dictionary.
	Translation
	// Alias means that the name is an alias in the user's settings.
	Alias
)

// Food is the food that [Catalog.Find] returns for a name.
type Food struct {
	// Key identifies the food: compare foods by it. It depends on the user's aliases. The keys of a Catalog without
	// settings are stable and may be stored.
	Key string
	// Term identifies the name: names with the same Term differ only in case, plural, accents and words of preparation.
	Term string
	// Name is the name to show: as written, without words of preparation.
	Name string
	// Match says how the name was matched to the food.
	Match MatchKind
	// OwnName is the food's own name. It is empty if Match is Spelling.
	OwnName string
}

// Setting has a user's settings for a food.
type Setting struct {
	Name string
	// Aliases are other names of the food.
	Aliases []string
	// Density is in grams per milliliter, or nil.
	Density *big.Rat
	// PieceWeight is in grams, or nil.
	PieceWeight *big.Rat
	Aisle       string
	// Staple is set if the food is always at home.
	Staple bool
}

// Source says where a Factor comes from.
type Source int

// The sources.
const (
	USDA Source = iota
	User
)

// Factor converts measures of a food to grams. Value is shared: callers must not change it.
type Factor struct {
	// Value is in grams per milliliter, or in grams per piece.
	Value  *big.Rat
	Source Source
	// Description names the source, such as "USDA SR21 20081, Wheat flour, white, all-purpose: 1 cup = 125 g".
	Description string
	// Unit is the unit of which the USDA has the weight, such as the cup. Nil for a User's setting.
	Unit *quantity.Unit
}
