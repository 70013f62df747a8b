package planner

import "math/big"

// Fact is one reason for the figures of a line. Which members are set depends on its kind.
type Fact struct {
	Kind FactKind
	// Text tells the fact in one or two English sentences.
	Text string

	// RecipeID and Recipe name the recipe, Name is the food as the recipe writes it, and Quantity the recipe's text.
	RecipeID               int64
	Recipe, Name, Quantity string
	// Times is how often the line of the recipe counts, over all its meals, and Share what it adds to the need.
	Times *big.Rat
	Share []Amount

	// LotID and Lot name a lot of the fridge. Taken is what the line takes from it.
	LotID int64
	Lot   string
	Taken []Amount

	// From and To are both sides of a conversion or of rounding up.
	From, To []Amount
	// Source says where a conversion or an identity comes from.
	Source Source

	// Names are taken for one food.
	Names []string
	// Because says why something isn't used, added or understood.
	Because string
	// Range is the range whose upper end counts.
	Range []Amount
}

// FactKind names the kind of a fact.
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

// The values of Fact.Because of a lot that isn't used. Facts that amounts weren't added or understood have a Reason.
const (
	SpoilsBeforeMeal = "spoils_before_meal"
	CannotCompare    = "cannot_compare"
)

// Source says where a conversion or an identity comes from.
type Source string

// The sources.
const (
	FromUnits       Source = "units"        // the table of units
	FromDensity     Source = "density"      // USDA
	FromPieceWeight Source = "piece_weight" // USDA
	FromCorrection  Source = "correction"   // the user's density or piece weight
	FromPack        Source = "pack"         // the content that the recipe or the lot states
	FromSynonym     Source = "synonym"      // in one language or in two
	FromAlias       Source = "alias"        // the user's
)
