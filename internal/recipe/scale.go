package recipe

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// View selects the servings or the factor, and the units, in which to show the ingredients of a recipe. The zero value shows the recipe
// as written.
type View struct {
	Servings int64  // 0: not given
	Factor   string // exact, and checked by the contract; empty: not given
	Units    measure.System
}

// Check returns [apperr.InvalidInput] if both servings and a factor are given.
func (v View) Check() error {
	if v.Factor != "" && v.Servings > 0 {
		return apperr.Invalid(apperr.FieldError{Path: "factor", Code: "not_allowed", Detail: "Give servings or a factor, not both."})
	}
	return nil
}

// Tag returns a text that identifies the view: equivalent views have the same tag. It consists of lowercase letters, digits and hyphens,
// and is empty for the zero value.
func (v View) Tag() string {
	if v == (View{}) {
		return ""
	}
	units := map[measure.System]string{measure.AsWritten: "written", measure.Metric: "metric", measure.US: "us"}[v.units()]
	switch {
	case v.Servings > 0:
		return fmt.Sprintf("s%d-%s", v.Servings, units)
	case v.Factor == "":
		return "x-" + units
	}
	factor, _ := new(big.Rat).SetString(v.Factor) // the contract has checked it
	return "f" + strings.ReplaceAll(factor.RatString(), "/", "o") + "-" + units
}

func (v View) units() measure.System {
	if v.Units == "" {
		return measure.AsWritten
	}
	return v.Units
}

// Scaling says how to scale the ingredients of a recipe for a view.
type Scaling struct {
	Factor   *big.Rat
	Servings int64 // 0: unknown, or not a whole number
	Units    measure.System
}

// quantities caches the parsed quantities of all recipes.
var quantities = quantity.NewCache()

// Scaling returns the scaling of the recipe for a view, which must have passed [View.Check]. It returns [apperr.InvalidInput] if the view
// has servings and the recipe doesn't say how many it makes.
func (r Recipe) Scaling(v View) (Scaling, error) {
	s := Scaling{Factor: big.NewRat(1, 1), Servings: v.Servings, Units: v.units()}
	switch {
	case v.Servings > 0 && r.Servings == 0:
		return Scaling{}, apperr.Invalid(apperr.FieldError{
			Path: "servings", Code: "servings_unknown",
			Detail: "This recipe doesn't say how many servings it makes. Add servings to the recipe, or use factor.",
		})
	case v.Servings > 0:
		s.Factor.SetFrac64(v.Servings, r.Servings)
	case v.Factor != "":
		s.Factor.SetString(v.Factor)
	}
	if v.Servings == 0 {
		if servings := new(big.Rat).Mul(s.Factor, big.NewRat(r.Servings, 1)); servings.IsInt() && servings.Num().IsInt64() {
			s.Servings = servings.Num().Int64()
		}
	}
	return s, nil
}

// Scale scales the quantity of an ingredient.
func (s Scaling) Scale(written string) measure.Scaled {
	return measure.Scale(quantities.Parse(written), s.Factor, s.Units)
}

// EachIngredient calls visit with each ingredient in order. It returns an error if Ingredients isn't a JSON array of [Ingredient].
func (r Recipe) EachIngredient(visit func(Ingredient)) error {
	var ingredients []Ingredient
	if err := json.Unmarshal(r.Ingredients, &ingredients); err != nil {
		return fmt.Errorf("read the ingredients: %w", err)
	}
	for _, i := range ingredients {
		visit(i)
	}
	return nil
}
