package grocery

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/catalog"
	"github.com/ocipe/ocipe/internal/planner"
)

// draft is a plan before it is computed.
type draft struct {
	meals       []Meal
	input       planner.Input
	earlier     int     // how many of input.Meals are from the current plan; they are the first ones
	overrideIDs []int64 // of input.Overrides; 0: not stored
}

// cookbook maps ids to the recipes of a plan.
type cookbook map[int64]cookbookRecipe

type cookbookRecipe struct {
	name     string
	servings int64 // 0: not stated
	lines    []planner.Line
}

// draft combines the current plan with the request.
func (r MealRequest) draft(row db.LoadMealPlanRow) (*draft, error) {
	if len(row.UnknownIds) > 0 {
		return nil, &apperr.Error{Code: apperr.NotFound, Detail: unknownIDs(row.UnknownIds)}
	}
	if !row.Fits {
		return nil, tooManyMeals("These recipes have too many ingredients for one plan. Choose fewer recipes, or replace the current plan.")
	}
	recipes, err := cookbookOf(row)
	if err != nil {
		return nil, err
	}
	foods, err := catalog.Decode(row.Settings)
	if err != nil {
		return nil, err
	}
	d := &draft{meals: append(currentMeals(row), r.Meals...)}
	if len(r.Meals) > 0 && len(d.meals) > maxMeals { // an import may have added more than the maximum
		return nil, tooManyMeals(fmt.Sprintf("A plan has at most %d meals. Delete meals of the current plan, or replace it.", maxMeals))
	}
	d.input = planner.Input{Today: r.Today, Units: r.Units, Ignore: r.Ignore, Catalog: foods}
	d.input.Lots = planner.LotsOf(row.LotIds, row.LotNames, row.LotQuantities, row.LotBestBefore, row.LotStaples)
	if d.input.Units == "" {
		d.input.Units = planner.System(row.Units)
	}
	if d.input.Units == "" {
		d.input.Units = planner.AsWritten
	}
	if d.input.Ignore == nil {
		d.input.Ignore = row.Ignored
	}
	d.addOverrides(row, r.Overrides)
	return d, d.addMeals(recipes, len(row.MealIds))
}

// addMeals adds the meals to the input of the planner. It leaves out past meals of the current plan, which are the first ones of d.meals:
// current is their number.
func (d *draft) addMeals(recipes cookbook, current int) error {
	needed := 0
	for i := range d.meals {
		m := &d.meals[i]
		recipe := recipes[m.RecipeID]
		var asWritten bool
		m.Times, asWritten = m.times(recipe.servings)
		m.Recipe = recipe.name
		if i < current && !m.Date.IsZero() && m.Date.Before(d.input.Today) {
			continue
		}
		if needed += len(recipe.lines); needed > maxNeeded {
			return tooManyMeals(fmt.Sprintf("The meals have more than %d ingredients, each recipe counted as often as it is planned. Plan fewer meals, or replace the current plan.", maxNeeded))
		}
		d.input.Meals = append(d.input.Meals, planner.Meal{
			RecipeID: m.RecipeID, Recipe: m.Recipe, Factor: m.Times, Servings: m.Servings, RecipeServings: recipe.servings,
			AsWritten: asWritten, Date: m.Date, Lines: recipe.lines,
		})
		if i < current {
			d.earlier++
		}
	}
	return nil
}

func tooManyMeals(detail string) error {
	return apperr.Invalid(apperr.FieldError{Path: "meals", Code: "too_many", Detail: detail})
}

// addOverrides adds the stored overrides, then those of the request: the planner uses the last one for a food. An override of the request
// that is stored has its id, but the place of the request.
func (d *draft) addOverrides(row db.LoadMealPlanRow, changes []OverrideChange) {
	for i, id := range row.OverrideIds {
		d.input.Overrides = append(d.input.Overrides, planner.Override{
			Food: row.OverrideFoods[i], State: planner.OverrideState(row.OverrideStates[i]), Quantity: row.OverrideAmounts[i],
		})
		d.overrideIDs = append(d.overrideIDs, id)
	}
	for _, c := range changes {
		o, id := planner.Override{Food: c.Food, State: c.State, Quantity: c.amount()}, int64(0)
		if i := slices.Index(d.input.Overrides, o); i >= 0 { // a commit has stored it before this
			id = d.overrideIDs[i]
			d.input.Overrides, d.overrideIDs = slices.Delete(d.input.Overrides, i, i+1), slices.Delete(d.overrideIDs, i, i+1)
		}
		d.input.Overrides, d.overrideIDs = append(d.input.Overrides, o), append(d.overrideIDs, id)
	}
}

// withoutNewMeals returns a copy of the draft without the meals of the request.
func (d *draft) withoutNewMeals() *draft {
	rest := *d
	rest.input.Meals = d.input.Meals[:d.earlier]
	return &rest
}

// plan computes the plan.
func (d *draft) plan() MealPlan {
	p := MealPlan{Today: d.input.Today, Units: d.input.Units, Meals: d.meals}
	for _, line := range planner.Compute(d.input).Lines {
		p.Lines = append(p.Lines, PlanLine{ShoppingLine: line, OverrideID: d.overrideID(line.Override)})
	}
	return p
}

func (d *draft) overrideID(o *planner.Override) int64 {
	if o != nil {
		for i, known := range slices.Backward(d.input.Overrides) {
			if known == *o {
				return d.overrideIDs[i]
			}
		}
	}
	return 0
}

func cookbookOf(row db.LoadMealPlanRow) (cookbook, error) {
	recipes := make(cookbook, len(row.RecipeIds))
	for i, id := range row.RecipeIds {
		var ingredients []ingredient
		if err := json.Unmarshal([]byte(row.RecipeIngredients[i]), &ingredients); err != nil {
			return nil, fmt.Errorf("decode the ingredients: %w", err)
		}
		recipe := cookbookRecipe{row.RecipeNames[i], row.RecipeServings[i], make([]planner.Line, 0, len(ingredients))}
		for _, one := range ingredients {
			recipe.lines = append(recipe.lines, planner.Line(one))
		}
		recipes[id] = recipe
	}
	return recipes, nil
}

func currentMeals(row db.LoadMealPlanRow) []Meal {
	meals := make([]Meal, 0, len(row.MealIds))
	for i, id := range row.MealIds {
		meals = append(meals, Meal{
			ID: id, RecipeID: row.MealRecipes[i], Servings: row.MealServings[i], Factor: row.MealFactors[i], Date: dateOf(row.MealDates[i]),
		})
	}
	return meals
}

// dateOf returns the zero time for an empty text.
func dateOf(text string) time.Time {
	date, _ := time.Parse(time.DateOnly, text) // only valid dates are stored
	return date
}
