package food

import (
	_ "embed"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/ocipe/ocipe/internal/quantity"
)

//go:embed table.txt
var tableFile string

// weights has the values of the USDA's table for a food.
type weights struct {
	density *Factor
	counted map[string]Factor // by the key of a unit
}

// table returns the weights by the key of the food. It reads the file on first use.
var table = sync.OnceValue(func() map[string]weights {
	all := map[string]weights{}
	for line := range strings.Lines(tableFile) {
		if line[0] == '#' {
			continue
		}
		if err := addRow(all, strings.Split(strings.TrimSpace(line), "\t")); err != nil {
			panic(fmt.Sprintf("food: table.txt: %v", err)) // the file is part of the program
		}
	}
	return all
})

// addRow adds a row of the table. Its fields are food, unit, number in SR21, description, amount, measure, grams.
func addRow(all map[string]weights, row []string) error {
	if len(row) != 7 {
		return fmt.Errorf("%q doesn't have 7 fields", row)
	}
	unit := quantity.ByKey(row[1])
	amount, ok := new(big.Rat).SetString(row[4])
	grams, ok2 := new(big.Rat).SetString(row[6])
	if unit == nil || !ok || !ok2 || amount.Sign() <= 0 {
		return fmt.Errorf("%q has an unknown unit or a wrong number", row)
	}
	w := all[row[0]]
	f := Factor{
		Value:       new(big.Rat).Quo(grams, amount),
		Source:      USDA,
		Unit:        unit,
		Description: fmt.Sprintf("USDA SR21 %s, %s: %s %s = %s g", row[2], row[3], decimal(amount), row[5], decimal(grams)),
	}
	if unit.Dimension == quantity.Volume {
		f.Value.Quo(f.Value, unit.Size())
		w.density = &f
	} else {
		if w.counted == nil {
			w.counted = map[string]Factor{}
		}
		w.counted[unit.Key] = f
	}
	all[row[0]] = w
	return nil
}

// weightsOf returns the weights of a food. For a food that isn't in the dictionary, it looks up the name without words such as
// "low-sodium". For a name with "or", it looks up the part after it: "beef or chicken stock" has the weights of chicken stock.
func weightsOf(key string) weights {
	name, unknown := strings.CutPrefix(key, unknownPrefix)
	if !unknown {
		return table()[key]
	}
	d := builtin()
	stems := strings.Fields(name)
	if i := slices.Index(stems, "or"); i >= 0 {
		stems = stems[i+1:]
	}
	rest := slices.DeleteFunc(stems, func(s string) bool { return d.weightNeutral[s] })
	for _, l := range languages {
		if terms := d.indexes[l].stems[strings.Join(rest, "")]; len(terms) > 0 {
			return table()[terms[0].food.key]
		}
	}
	return weights{}
}
