package planner

import "math/big"

// Result is a grocery list.
type Result struct {
	// Lines has one element for each food that the meals need, in the order in which the meals name them.
	Lines []ShoppingLine
	// Lots has one element for each lot that the plan uses, in the order of Input.Lots.
	Lots []LotUse
}

// ShoppingLine is the line of one food on a grocery list. Need is the sum of FromFridge and Missing; a range counts with its upper end.
type ShoppingLine struct {
	// Key identifies the food.
	Key string
	// Food is the name to show, and Names has all names in the recipes, as written.
	Food  string
	Names []string
	// Need, FromFridge and Missing are exact. They are empty for nothing, and have several amounts if these can't be added up.
	Need, FromFridge, Missing []Amount
	// ToBuy is Missing, rounded up, or the user's decision.
	ToBuy []Amount
	// Merged reports whether Need is one amount. If not, Reason says why.
	Merged     bool
	Reason     Reason
	Confidence Confidence
	// Aisle is the user's setting, or empty.
	Aisle string
	// Override is the user's decision, or nil.
	Override *Override
	// Facts explain the line, in the order in which a person would state them.
	Facts []Fact
	// Taken has the amounts that the line takes from each lot.
	Taken []TakenAmount
}

// Amount is an exact amount, a range or a text.
type Amount struct {
	// Min and Max are the ends of a range. They are equal for a single number, and nil for a text without a measure.
	Min, Max *big.Rat
	// Unit is the key of a unit; "piece" for a bare count; empty for a text.
	Unit string
	// Text is the amount for people. Without a measure, it is the quantity in the recipe, word for word.
	Text string
	// Times says how often a text that can't be scaled counts. Nil means once.
	Times *big.Rat
}

// TakenAmount is an amount that a line takes from a lot.
type TakenAmount struct {
	LotID int64
	// Amount is in the unit of the lot. It is a text such as "to taste" if the need has no measure, and equal to the need if the
	// amount of the lot is unknown.
	Amount Amount
}

// LotUse says how all meals together use a lot.
type LotUse struct {
	LotID int64
	// Quantity is the remaining quantity in the unit of the lot: "650 g". It is the lot's own text if the plan takes no known
	// amount: from a lot with "some", for instance.
	Quantity string
	// Empty is set if nothing remains.
	Empty bool
	// Taken has the amounts taken, in the units of the lot, and the needs that the lot covers regardless of its amount.
	Taken []Amount
}

// Reason says why amounts are not added up.
type Reason string

// The reasons.
const (
	NoMeasure       Reason = "no_measure"
	NoDensity       Reason = "no_density"
	NoPieceWeight   Reason = "no_piece_weight"
	UnknownUnit     Reason = "unknown_unit"
	NotUnderstood   Reason = "not_understood"
	OtherUnit       Reason = "other_unit"
	PackSizeUnknown Reason = "pack_size_unknown"
)

// Confidence says how reliable the amounts of a line are.
type Confidence string

const (
	// Exact means that all amounts follow from the recipes, the fridge, the table of units and the user's settings.
	Exact Confidence = "exact"
	// Estimated means that an amount depends on an average, a range, an "about", a translated name, or a recipe without servings.
	Estimated Confidence = "estimated"
	// Incomplete means that an amount could not be added, compared or parsed, or that a lot of unknown amount covers a need.
	Incomplete Confidence = "incomplete"
)
