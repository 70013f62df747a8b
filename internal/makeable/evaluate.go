package makeable

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/planner"
)

// Filter filters recipes.
type Filter struct {
	// MaxMissing is the maximum number of missing foods; a negative number means no maximum.
	MaxMissing int
	// ExpiringSoon selects only recipes with a food that expires soon.
	ExpiringSoon bool
}

// Counts is the result of comparing a recipe with a kitchen.
type Counts struct {
	Missing      int // foods of which the kitchen has none or not enough
	ExpiringSoon int // foods that expire soon
}

// Evaluate compares a recipe with the kitchen and reports whether f selects it. If it doesn't, ignore the counts. The ingredients are a
// JSON array of objects with the members name and quantity, as recipes are stored.
func (k *Kitchen) Evaluate(ingredients []byte, f Filter) (c Counts, matches bool, err error) {
	if err := k.loadRecipe(ingredients); err != nil {
		return Counts{}, false, err
	}
	for _, s := range k.current {
		if !s.alwaysEnough && len(s.lots) == 0 {
			c.Missing++
		}
		if !s.bestBefore.IsZero() {
			c.ExpiringSoon++
		}
	}
	if f.ExpiringSoon && c.ExpiringSoon == 0 || f.MaxMissing >= 0 && c.Missing > f.MaxMissing {
		return Counts{}, false, nil // comparing amounts takes longer
	}
	for _, s := range k.current {
		if len(s.lots) > 0 && !k.coverageOf(s).enough {
			c.Missing++
		}
	}
	return c, f.MaxMissing < 0 || c.Missing <= f.MaxMissing, nil
}

// SplitFoods returns the foods of a recipe that the kitchen has enough of, and those that it doesn't, in the order of the recipe. The
// ingredients have the form that [Kitchen.Evaluate] expects.
func (k *Kitchen) SplitFoods(ingredients []byte) (have, missing []Ingredient, err error) {
	if err := k.loadRecipe(ingredients); err != nil {
		return nil, nil, err
	}
	have, missing = []Ingredient{}, []Ingredient{}
	for _, s := range k.current {
		i := Ingredient{Name: strings.Clone(s.name), Quantity: joined(s.quantities), BestBefore: s.bestBefore}
		if k.coverageOf(s).enough {
			have = append(have, i)
			continue
		}
		if len(s.lots) > 0 {
			i.ToBuy = k.askPlanner(s).toBuy
		}
		missing = append(missing, i)
	}
	return have, missing, nil
}

// joined joins the texts that aren't empty.
func joined(texts []string) string {
	var some []string
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return strings.Join(some, " + ")
}

// loadRecipe adds the quantities of a recipe to the stocks of their foods. It replaces those of the last recipe.
func (k *Kitchen) loadRecipe(ingredients []byte) error {
	for _, s := range k.current {
		s.quantities = s.quantities[:0]
	}
	k.current = k.current[:0]
	var err error
	if k.lines, err = appendLines(k.lines[:0], ingredients); err != nil {
		return err
	}
	for _, l := range k.lines {
		s := k.stockOf(l.Name)
		if len(s.quantities) == 0 {
			k.current = append(k.current, s)
			s.name = l.Name
		}
		s.quantities = append(s.quantities, l.Quantity)
	}
	return nil
}

// appendLines appends the lines of a stored list. Nearly all lists have the exact form in which package recipe writes them, which it
// reads without a JSON parser.
func appendLines(lines []planner.Line, list []byte) ([]planner.Line, error) {
	first := len(lines)
	rest, ok := strings.CutPrefix(string(list), "[")
	for ok && rest != "]" {
		var l planner.Line
		if l.Name, rest, ok = member(strings.TrimPrefix(rest, ","), `{"name":"`); !ok {
			break
		}
		if l.Quantity, rest, ok = member(rest, `,"quantity":"`); !ok {
			break
		}
		rest, ok = strings.CutPrefix(rest, "}")
		lines = append(lines, l)
	}
	if ok {
		return lines, nil
	}
	var all []planner.Line
	if err := json.Unmarshal(list, &all, json.MatchCaseInsensitiveNames(true)); err != nil {
		return lines[:first], fmt.Errorf("decode the ingredients: %w", err)
	}
	return append(lines[:first], all...), nil
}

// member cuts before and a JSON string off the start of a text. ok is false if the string has escapes.
func member(text, before string) (value, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(text, before); !ok {
		return "", text, false
	}
	end := strings.IndexByte(rest, '"')
	if end < 0 || strings.IndexByte(rest[:end], '\\') >= 0 {
		return "", text, false
	}
	return rest[:end], rest[end+1:], true
}
