package planner

import "math/big"

// Result is a grocery list.
type Result struct {
	// Lines has one element for each food that the meals need, in the order in which the meals name them.
	Lines []ShoppingLine
	// Lots has one element for each lot that gives an amount, in the order of Input.Lots.
	Lots []LotUse
}

// ShoppingLine is what the plan needs of one food. Need is the sum of FromFridge and Missing, with the upper end of a range.
type ShoppingLine struct {
	// Key identifies the food.
	Key string
	// Food is the name to show, and Names has all names that the meals use, as written.
	Food  string
	Names []string
	// Need, FromFridge and Missing are exact, and empty for nothing. Need has more than one amount if they can't be added up.
	Need, FromFridge, Missing []Amount
	// ToBuy is what is missing, rounded up, or what the user has decided.
	ToBuy []Amount
	// Merged reports whether Need is one amount. If it isn't, Reason says why.
	Merged     bool
	Reason     Reason
	Confidence Confidence
	// Aisle is the user's setting, or empty.
	Aisle string
	// Override is the user's decision, or nil.
	Override *Override
	// Facts explain the line, in the order in which a person would tell them.
	Facts []Fact
	// Taken is what the line takes from each lot.
	Taken []Taking
}

// Amount is an exact amount, a range or a text.
type Amount struct {
	// Min and Max are the ends of a range. They are equal for a single number, and nil for a text without a measure.
	Min, Max *big.Rat
	// Unit is the key of a unit; "piece" for a bare count; empty for a text.
	Unit string
	// Text is the amount for people. Without a measure it is the quantity of the recipe, word for word.
	Text string
	// Times says how often a text that can't be scaled counts. Nil means once.
	Times *big.Rat
}

// Taking is what a line takes from a lot.
type Taking struct {
	LotID int64
	// Amount is in the unit of the lot. It is a text such as "to taste" if the need has no measure, and the need itself
	// if nobody knows the amount of the lot.
	Amount Amount
}

// LotUse is what a lot gives to all meals.
type LotUse struct {
	LotID int64
	// Quantity is the quantity of what remains, in the unit of the lot: "650 g". It is the lot's own text if nothing is
	// taken from a known amount, as from "some" and from staples.
	Quantity string
	// Empty is set if nothing remains.
	Empty bool
	// Taken is what all meals take: amounts in the units of the lot, and the needs that the lot covers whatever its amount.
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

// Confidence says how far the figures of a line can be trusted.
type Confidence string

const (
	// Exact means that all figures follow from the recipes, the fridge, the table of units and the user's settings.
	Exact Confidence = "exact"
	// Estimated means that a figure rests on an average, a range or an "about".
	Estimated Confidence = "estimated"
	// Incomplete means that something could not be added, compared or read.
	Incomplete Confidence = "incomplete"
)
