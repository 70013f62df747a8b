package makeable

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/planner"
)

// Wanted filters recipes.
type Wanted struct {
	// MostMissing is the maximum number of missing foods; a negative number means no maximum.
	MostMissing int
	// Soon selects only recipes with a food that expires soon.
	Soon bool
}

// Verdict is the result of comparing a recipe with a kitchen.
type Verdict struct {
	Missing int // foods of which the kitchen has none or not enough
	Soon    int // foods that expire soon
}

// Judge compares a recipe with the kitchen and reports whether w selects it. If it doesn't, ignore the verdict. The ingredients are a
// JSON array of objects with the members name and quantity, as recipes are stored.
func (k *Kitchen) Judge(ingredients []byte, w Wanted) (v Verdict, wanted bool, err error) {
	if err := k.lay(ingredients); err != nil {
		return Verdict{}, false, err
	}
	for _, on := range k.touched {
		if !on.always && len(on.lots) == 0 {
			v.Missing++
		}
		if !on.soon.IsZero() {
			v.Soon++
		}
	}
	if w.Soon && v.Soon == 0 || w.MostMissing >= 0 && v.Missing > w.MostMissing {
		return Verdict{}, false, nil // comparing amounts takes longer
	}
	for _, on := range k.touched {
		if len(on.lots) > 0 && !k.covers(on).enough {
			v.Missing++
		}
	}
	return v, w.MostMissing < 0 || v.Missing <= w.MostMissing, nil
}

// Lists returns the foods of a recipe that the kitchen has enough of, and those that it doesn't, in the order of the recipe. The
// ingredients have the form that [Kitchen.Judge] expects.
func (k *Kitchen) Lists(ingredients []byte) (have, missing []Ingredient, err error) {
	if err := k.lay(ingredients); err != nil {
		return nil, nil, err
	}
	have, missing = []Ingredient{}, []Ingredient{}
	for _, on := range k.touched {
		i := Ingredient{Name: strings.Clone(on.name), Quantity: joined(on.quantities), BestBefore: on.soon}
		if k.covers(on).enough {
			have = append(have, i)
			continue
		}
		if len(on.lots) > 0 {
			i.ToBuy = k.asked(on).toBuy
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

// lay adds the quantities of a recipe to the shelves of their foods. It replaces those of the last recipe.
func (k *Kitchen) lay(ingredients []byte) error {
	for _, on := range k.touched {
		on.quantities = on.quantities[:0]
	}
	k.touched = k.touched[:0]
	var err error
	if k.lines, err = appendLines(k.lines[:0], ingredients); err != nil {
		return err
	}
	for _, l := range k.lines {
		on := k.shelf(l.Name)
		if len(on.quantities) == 0 {
			k.touched = append(k.touched, on)
			on.name = l.Name
		}
		on.quantities = append(on.quantities, l.Quantity)
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
