package food

import "math/big"

// Via is how a name leads to its food.
type Via int

// The ways, from the surest to the most daring.
const (
	// Spelling: the name is that of the food, apart from case, plural, accents and words of preparation.
	Spelling Via = iota
	// Synonym: the dictionary has the name as another English name of the food.
	Synonym
	// Translation: the dictionary has the name as one of another language.
	Translation
	// Alias: the user has set it.
	Alias
)

// Food is a food as a name leads to it.
type Food struct {
	// Key identifies the food: compare foods by it. It depends on the user's aliases; the keys of a Catalog without
	// settings are stable and may be stored.
	Key string
	// Term identifies the spelling: names with one Term differ only in case, plural, accents and words of preparation.
	Term string
	// Name is the name to show: as written, without words of preparation.
	Name string
	// Via is how the name led to the food.
	Via Via
	// Of is the name of the food that the name is taken for. It is empty if Via is Spelling.
	Of string
}

// Setting is what a user has set for a food.
type Setting struct {
	Name string
	// Aliases are other names of the food.
	Aliases []string
	// Density is in grams per milliliter, or nil.
	Density *big.Rat
	// PieceWeight is in grams, or nil.
	PieceWeight *big.Rat
	Aisle       string
	// Staple is set if the food is always in the house.
	Staple bool
}

// Source says where a Factor comes from.
type Source int

// The sources.
const (
	USDA Source = iota
	User
)

// Factor converts measures of a food. Value is shared: callers must not change it.
type Factor struct {
	// Value is in grams per milliliter, or in grams per piece.
	Value  *big.Rat
	Source Source
	// Description names the source: "USDA SR21 20081, Wheat flour, white, all-purpose: 1 cup = 125 g".
	Description string
}
