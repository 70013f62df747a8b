package makeable

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/planner"
)

// Wanted says which recipes are looked for.
type Wanted struct {
	// MostMissing is how many foods may be missing; a negative number stands for any number.
	MostMissing int
	// Soon asks for recipes with a food that is to be used soon.
	Soon bool
}

// Verdict is how far a kitchen suffices for a recipe.
type Verdict struct {
	Missing int // foods of which something is to buy
	Soon    int // foods that are to be used soon
}

// Judge counts the foods of a recipe that the kitchen lacks, if the recipe is wanted. The ingredients are a JSON array of objects with
// the members name and quantity, as recipes are stored.
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
		return Verdict{}, false, nil // before amounts are compared, which takes longer
	}
	for _, on := range k.touched {
		if len(on.lots) > 0 && !k.covers(on).enough {
			v.Missing++
		}
	}
	return v, w.MostMissing < 0 || v.Missing <= w.MostMissing, nil
}

// Lists returns the foods of a recipe that the kitchen has enough of, and the others, in the order of the recipe.
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

// lay puts the lines of a recipe on the shelves of their foods.
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

// appendLines appends the lines of a stored list. Nearly all lists are in the form in which package recipe writes them, which is
// read without a parser of JSON.
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

// member cuts a string of JSON without escapes off a text, and what stands before it.
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
