package planner

import (
	"math/big"
	"time"

	"github.com/ocipe/ocipe/internal/food"
)

// System is a system of units for the amounts that the planner returns.
type System string

// The systems. AsWritten keeps the units of the recipes where it can.
const (
	AsWritten System = "as_written"
	Metric    System = "metric"
	US        System = "us"
)

// Input is the input of [Compute], which doesn't change it.
type Input struct {
	Meals []Meal
	// Lots are the foods at home, in the order of the fridge.
	Lots []Lot
	// Today is the day on which meals without a date are cooked: midnight in UTC.
	Today time.Time
	// Units is the system of the returned amounts; empty means AsWritten.
	Units System
	// Ignore has the names of foods to leave out.
	Ignore []string
	// Overrides are decisions of the user on single foods. If a food has several, the last one counts.
	Overrides []Override
	// Catalog has the user's foods. A nil Catalog has no settings.
	Catalog *food.Catalog
}

// Meal is a recipe to cook on a day.
type Meal struct {
	RecipeID int64
	Recipe   string
	// Factor multiplies the amounts of the recipe. Nil means 1.
	Factor *big.Rat
	// Servings is the number of servings that the meal asks for, and RecipeServings the number that the recipe makes; 0 if not
	// given. They are only used in the explanation: Factor determines the amounts.
	Servings, RecipeServings int64
	// AsWritten is set if the meal asks for servings, but the recipe doesn't say how many it makes. Factor must be 1 then.
	AsWritten bool
	// Date is the day on which the meal is cooked, at midnight in UTC. The zero time means today.
	Date  time.Time
	Lines []Line
}

// Line is an ingredient of a recipe, as written in the recipe.
type Line struct {
	Name string
	// Quantity is text such as "1 1/2 cups", "to taste" or "".
	Quantity string
}

// Lot is an item in the fridge. A food may have several lots.
type Lot struct {
	ID   int64
	Name string
	// Quantity is text such as "750 g". "some", "plenty" and "" mean that the amount is unknown.
	Quantity string
	// BestBefore is the last day on which the lot is good, at midnight in UTC. The zero time means that it doesn't expire.
	BestBefore time.Time
	// Staple is set if the food is always at home. The plan never buys it.
	Staple bool
}

// LotsOf returns lots from the columns of a table, one element for each lot. Dates are in the form of [time.DateOnly], or empty.
func LotsOf(ids []int64, names, quantities, bestBefore []string, staples []bool) []Lot {
	lots := make([]Lot, 0, len(ids))
	for i, id := range ids {
		date, _ := time.Parse(time.DateOnly, bestBefore[i]) // the zero time for an empty text
		lots = append(lots, Lot{ID: id, Name: names[i], Quantity: quantities[i], BestBefore: date, Staple: staples[i]})
	}
	return lots
}

// Override is a decision of the user on how much of a food to buy.
type Override struct {
	// Food is any name of the food.
	Food  string
	State OverrideState `json:"Kind"` // the name in the stored results of requests with an idempotency key
	// Quantity is the quantity to buy, as text, if State is BuyAmount.
	Quantity string
}

// OverrideState says what an override does.
type OverrideState string

// The kinds of overrides.
const (
	// HaveEnough means that the user has the food: buy nothing.
	HaveEnough OverrideState = "have"
	// StillNeed means that the user doesn't have the food: ignore the fridge and buy everything.
	StillNeed OverrideState = "need"
	// BuyAmount means that the user buys the quantity of the override.
	BuyAmount OverrideState = "amount"
)
