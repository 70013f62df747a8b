package grocery

import (
	"fmt"
	"math/big"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// check returns [apperr.InvalidInput] if the request breaks a rule that the contract can't express.
func (r MealRequest) check() error {
	var invalid []apperr.FieldError
	for i, m := range r.Meals {
		if e := m.check(); e.Code != "" {
			e.Path = fmt.Sprintf("meals.%d.factor", i)
			invalid = append(invalid, e)
		}
	}
	keys := map[string]bool{}
	for i, o := range r.Overrides {
		path := fmt.Sprintf("overrides.%d.", i)
		if o.lacksAmount() {
			invalid = append(invalid, apperr.FieldError{Path: path + "amount", Code: "required", Detail: amountRequired})
		}
		if keys[o.key()] {
			invalid = append(invalid, apperr.FieldError{Path: path + "food", Code: "repeated", Detail: "Another element has this food."})
		}
		keys[o.key()] = true
	}
	if len(invalid) > 0 {
		return apperr.Invalid(invalid...)
	}
	return nil
}

// check returns a field error without a path, or a zero field error if the meal is valid. The contract has checked that the factor is a
// positive number.
func (m Meal) check() apperr.FieldError {
	if m.Factor != "" && m.Servings != 0 {
		return apperr.FieldError{Code: "not_allowed", Detail: "A meal has servings or a factor, not both."}
	}
	return apperr.FieldError{}
}

// times returns the factor of the meal for a recipe that makes this number of servings. asWritten is true if the meal asks for servings,
// but the recipe doesn't say how many it makes.
func (m Meal) times(servings int64) (times *big.Rat, asWritten bool) {
	if m.Factor != "" {
		times, _ = new(big.Rat).SetString(m.Factor) // the contract has checked it
		return times, false
	}
	if m.Servings == 0 || servings == 0 {
		return big.NewRat(1, 1), m.Servings != 0
	}
	return big.NewRat(m.Servings, servings), false
}

func (r MealRequest) loadParams(userID int64) db.LoadMealPlanParams {
	return db.LoadMealPlanParams{UserID: userID, RecipeIds: r.recipeIDs(), WithCurrent: !r.Replace, MaxBytes: maxIngredients}
}

func (r MealRequest) recipeIDs() []int64 {
	ids := make([]int64, len(r.Meals))
	for i, m := range r.Meals {
		ids[i] = m.RecipeID
	}
	return ids
}

func (r MealRequest) recordParams(userID int64) db.RecordMealsParams {
	params := db.RecordMealsParams{UserID: userID, RecipeIds: r.recipeIDs()}
	for _, m := range r.Meals {
		date := ""
		if !m.Date.IsZero() {
			date = m.Date.Format(time.DateOnly)
		}
		params.Servings = append(params.Servings, m.Servings)
		params.Factors = append(params.Factors, m.Factor)
		params.Dates = append(params.Dates, date)
	}
	return params
}
