package planner

import (
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Compute returns the grocery list of a plan. An empty plan needs nothing.
func Compute(in Input) Result {
	var result Result
	lines := map[string]*ShoppingLine{}
	var keys []string
	for _, meal := range in.Meals {
		for _, l := range meal.Lines {
			key := strings.ToLower(l.Name)
			if lines[key] == nil {
				lines[key] = &ShoppingLine{Key: key, Food: l.Name, Names: []string{l.Name}, Confidence: Exact}
				keys = append(keys, key)
			}
			factor := meal.Factor
			if factor == nil {
				factor = big.NewRat(1, 1)
			}
			lines[key].need(quantity.Parse(l.Quantity, ""), factor)
		}
	}
	for _, key := range keys {
		lines[key].ToBuy = lines[key].Need
		lines[key].Merged = len(lines[key].Need) == 1
		result.Lines = append(result.Lines, *lines[key])
	}
	return result
}

// need adds a quantity to the need.
func (s *ShoppingLine) need(q quantity.Quantity, factor *big.Rat) {
	if len(q.Total()) == 0 {
		s.Need = append(s.Need, Amount{Text: q.Text})
	}
	for _, m := range q.Total() {
		unit := "piece"
		if m.Unit != nil {
			unit = m.Unit.Key
		}
		a := m.Amount.Times(factor)
		found := false
		for i := range s.Need {
			if n := &s.Need[i]; n.Unit == unit {
				n.Min, n.Max, found = new(big.Rat).Add(n.Min, a.Min), new(big.Rat).Add(n.Max, a.Max), true
				n.Text = n.Max.RatString() + " " + unit
			}
		}
		if !found {
			s.Need = append(s.Need, Amount{Min: a.Min, Max: a.Max, Unit: unit, Text: a.Max.RatString() + " " + unit})
		}
	}
}
