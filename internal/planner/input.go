package planner

import (
	"math/big"
	"time"

	"github.com/ocipe/ocipe/internal/food"
)

// System says in which units amounts are returned.
type System string

// The systems. AsWritten keeps the units of the recipes as far as one unit can be kept.
const (
	AsWritten System = "as_written"
	Metric    System = "metric"
	US        System = "us"
)

// Input is what a plan is computed from. Compute doesn't change it.
type Input struct {
	Meals []Meal
	// Lots is what is at home, in the order of the fridge.
	Lots []Lot
	// Today is the day on which meals without a date are cooked: midnight in UTC.
	Today time.Time
	// Units is the system of the amounts returned; empty means AsWritten.
	Units System
	// Ignore lists names of foods that the plan leaves out.
	Ignore []string
	// Overrides are decisions of the user on single foods. The last one for a food counts.
	Overrides []Override
	// Catalog has the user's foods. Nil is one without settings.
	Catalog *food.Catalog
}

// Meal is a recipe to be cooked on a day.
type Meal struct {
	RecipeID int64
	Recipe   string
	// Factor multiplies the amounts of the recipe. Nil means 1.
	Factor *big.Rat
	// Servings are those asked for and RecipeServings those that the recipe makes, for the explanation; 0 if not given. The
	// factor counts.
	Servings, RecipeServings int64
	// AsWritten is set if servings were asked for and the recipe doesn't say how many it serves. The factor is 1 then.
	AsWritten bool
	// Date is midnight in UTC of the day on which the meal is cooked. The zero time means today.
	Date  time.Time
	Lines []Line
}

// Line is an ingredient of a recipe, as the recipe names it.
type Line struct {
	Name string
	// Quantity is text such as "1 1/2 cups", "to taste" or "".
	Quantity string
}

// Lot is an item of the fridge. Several lots may be of one food.
type Lot struct {
	ID   int64
	Name string
	// Quantity is text such as "750 g". "some", "plenty" and "" mean that nobody knows how much there is.
	Quantity string
	// BestBefore is midnight in UTC of the last day on which the lot is good. The zero time means that it keeps.
	BestBefore time.Time
	// Staple is set if the food is always there. It is never bought then.
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

// Override is a decision of the user on what to buy of a food.
type Override struct {
	// Food is any name of the food.
	Food string
	Kind OverrideKind
	// Quantity is what to buy, as text, if Kind is BuyAmount.
	Quantity string
}

// OverrideKind says what an override does.
type OverrideKind string

// The kinds of overrides.
const (
	// Have means that the food is at home: nothing is to buy.
	Have OverrideKind = "have"
	// StillNeed means that the food isn't at home: all that is needed is to buy.
	StillNeed OverrideKind = "need"
	// BuyAmount means that the quantity of the override is to buy.
	BuyAmount OverrideKind = "amount"
)
