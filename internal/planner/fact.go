package planner

import "math/big"

// Fact explains a part of a line. Its kind determines which fields are set.
type Fact struct {
	Kind FactKind
	// Text states the fact in one or two English sentences.
	Text string

	// RecipeID and Recipe identify the recipe. Name and Quantity are the texts of an ingredient in it.
	RecipeID               int64
	Recipe, Name, Quantity string
	// Times is how often the ingredient counts in all meals together, and Share is the amount that it adds to the need.
	Times *big.Rat
	Share []Amount

	// LotID and Lot identify a lot in the fridge. Taken has the amounts that the line takes from it.
	LotID int64
	Lot   string
	Taken []Amount

	// From and To are the amounts before and after a conversion or rounding.
	From, To []Amount
	// Source says where a conversion, or the fact that two names are one food, comes from.
	Source Source

	// Names are names of the same food.
	Names []string
	// Because says why something isn't used, added or understood.
	Because string
	// Range is a range of which the upper end counts.
	Range []Amount
}

// FactKind is the kind of a fact.
type FactKind string

// The kinds of facts.
const (
	FactRecipe        FactKind = "recipe"
	FactAsWritten     FactKind = "as_written"
	FactVerbatim      FactKind = "verbatim"
	FactSameFood      FactKind = "same_food"
	FactConversion    FactKind = "conversion"
	FactUpperEnd      FactKind = "upper_end"
	FactNotAdded      FactKind = "not_added"
	FactLot           FactKind = "lot"
	FactStaple        FactKind = "staple"
	FactAmountUnknown FactKind = "amount_unknown"
	FactLotNotUsed    FactKind = "lot_not_used"
	FactRoundedUp     FactKind = "rounded_up"
	FactOverride      FactKind = "override"
)

// The values of Fact.Because for lots that aren't used. For amounts that aren't added or understood, it is a [Reason].
const (
	SpoilsBeforeMeal = "spoils_before_meal"
	CannotCompare    = "cannot_compare"
)

// Source says where a conversion, or the fact that two names are one food, comes from.
type Source string

// The sources.
const (
	FromUnits       Source = "units"        // the table of units
	FromDensity     Source = "density"      // USDA
	FromPieceWeight Source = "piece_weight" // USDA
	FromCorrection  Source = "correction"   // the user's density or piece weight
	FromPack        Source = "pack"         // the content of a pack in a recipe or in the fridge
	FromSynonym     Source = "synonym"      // a synonym or a translation
	FromAlias       Source = "alias"        // the user's alias
)
