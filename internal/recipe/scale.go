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

// View says for how many servings and in which units the ingredients of a recipe are wanted. The zero value is the recipe as it is.
type View struct {
	Servings int64  // 0: not given
	Factor   string // an exact number, which the contract has checked; empty: not given
	Units    measure.System
}

// Check returns [apperr.InvalidInput] if both servings and a factor are given.
func (v View) Check() error {
	if v.Factor != "" && v.Servings > 0 {
		return apperr.Invalid(apperr.FieldError{Path: "factor", Code: "not_allowed", Detail: "Give servings or a factor, not both."})
	}
	return nil
}

// Tag returns a text of small letters, digits and hyphens that is the same for two views if they show the same. It is empty for the zero
// value.
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
	factor, _ := new(big.Rat).SetString(v.Factor) // it was checked
	return "f" + strings.ReplaceAll(factor.RatString(), "/", "o") + "-" + units
}

func (v View) units() measure.System {
	if v.Units == "" {
		return measure.AsWritten
	}
	return v.Units
}

// Scaling is how a view multiplies a recipe.
type Scaling struct {
	Factor   *big.Rat
	Servings int64 // 0: unknown, or not a whole number
	Units    measure.System
}

// quantities remembers what the quantities of all recipes mean.
var quantities = quantity.NewCache()

// Scaling returns how a view that was checked multiplies the recipe. It returns [apperr.InvalidInput] if servings are wanted and the
// recipe doesn't say how many it makes.
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

// Of returns what to take of an ingredient with a quantity.
func (s Scaling) Of(written string) measure.Scaled {
	return measure.Scale(quantities.Parse(written), s.Factor, s.Units)
}

// EachIngredient calls visit with the ingredients in their order. It returns an error if they aren't stored as [Ingredient] has them.
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
