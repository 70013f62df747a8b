package planner

import (
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/quantity"
)

var (
	piece      = quantity.ByKey("piece")
	gram       = quantity.ByKey("g")
	milliliter = quantity.ByKey("ml")
	centimeter = quantity.ByKey("cm")
)

// tinyUnits are counted units for tiny amounts. They are added up, but any lot of the food is enough for them.
var tinyUnits = map[string]bool{"pinch": true, "knife-tip": true, "dash": true, "drop": true}

// packages are counted units that have no common size. The weight of one is only known if the recipe states it.
var packages = map[string]bool{
	"can": true, "jar": true, "packet": true, "bag": true, "box": true, "carton": true, "tub": true, "bottle": true,
	"block": true, "bar": true, "ball": true, "loaf": true, "roll": true,
}

// weighedUnits are the counted units that may have a weight in a table, because their sizes differ little.
var weighedUnits = map[string]bool{"piece": true, "clove": true, "slice": true, "stick": true, "stalk": true, "leaf": true, "sprig": true, "ear": true, "strip": true, "pod": true}

// weight is the weight of one unit of a food.
type weight struct {
	grams       *big.Rat
	source      Source
	description string
	measured    *quantity.Unit // the unit in the USDA's table, or nil
}

// conversion is a conversion of amounts of a food between two units.
type conversion struct{ from, to *quantity.Unit }

// converter converts amounts of one food, and records the conversions for the explanation.
type converter struct {
	catalog  *food.Catalog
	key      string
	weights  map[*quantity.Unit]*weight // nil if unknown
	ratios   map[conversion]*big.Rat    // nil if there is none
	recorded []conversion
}

// weight returns the weight of one unit, or nil if it is unknown.
func (conv *converter) weight(u *quantity.Unit) *weight {
	if w, ok := conv.weights[u]; ok {
		return w
	}
	var w *weight
	switch u.Dimension {
	case quantity.Mass:
		w = &weight{grams: u.Size(), source: FromUnits}
	case quantity.Volume:
		if d, ok := conv.catalog.Density(conv.key); ok {
			w = &weight{new(big.Rat).Mul(d.Value, u.Size()), source(d, FromDensity), d.Description, d.Unit}
		}
	case quantity.Count:
		if !weighedUnits[u.Key] {
			break
		}
		if x, ok := conv.catalog.PieceWeight(conv.key, u); ok {
			w = &weight{x.Value, source(x, FromPieceWeight), x.Description, x.Unit}
		}
	default: // a length has no weight
	}
	if w != nil && w.grams.Sign() <= 0 {
		w = nil
	}
	if conv.weights == nil {
		conv.weights = map[*quantity.Unit]*weight{}
	}
	conv.weights[u] = w
	return w
}

func source(f food.Factor, usda Source) Source {
	if f.Source == food.User {
		return FromCorrection
	}
	return usda
}

// ratio returns the factor to convert amounts from one unit to another, or nil if they can't be converted. Counted units are never
// converted to each other.
func (conv *converter) ratio(from, to *quantity.Unit) *big.Rat {
	if from == to {
		return one
	}
	c := conversion{from, to}
	if r, ok := conv.ratios[c]; ok {
		return r
	}
	var r *big.Rat
	if from.Dimension == to.Dimension {
		if from.Dimension != quantity.Count {
			r = new(big.Rat).Quo(from.Size(), to.Size())
		}
	} else if a := conv.weight(from); a != nil {
		if b := conv.weight(to); b != nil {
			r = new(big.Rat).Quo(a.grams, b.grams)
		}
	}
	if conv.ratios == nil {
		conv.ratios = map[conversion]*big.Rat{}
	}
	conv.ratios[c] = r
	return r
}

// record records a conversion for the explanation, from the larger unit to the smaller one. If the dimensions differ, it records
// conversions of both units to grams. If the ratio isn't an integer, it records conversions of both to the base unit.
func (conv *converter) record(from, to *quantity.Unit) {
	switch {
	case from == to:
		return
	case from.Dimension != to.Dimension:
		conv.addBase(from, gram)
		conv.addBase(to, gram)
		return
	case from.Size().Cmp(to.Size()) < 0:
		from, to = to, from
	}
	base := baseUnits[from.Dimension]
	if conv.ratio(from, to).IsInt() || base == nil {
		conv.add(conversion{from, to})
		return
	}
	conv.addBase(from, base)
	conv.addBase(to, base)
}

// baseUnits are the base units, to which other units are converted.
var baseUnits = map[quantity.Dimension]*quantity.Unit{quantity.Mass: gram, quantity.Volume: milliliter, quantity.Length: centimeter}

func (conv *converter) addBase(u, base *quantity.Unit) {
	if u != base {
		conv.add(conversion{u, base})
	}
}

func (conv *converter) add(c conversion) {
	for _, m := range conv.recorded {
		if m == c {
			return
		}
	}
	conv.recorded = append(conv.recorded, c)
}

// unitSystem returns the system of a unit: "si", "us", "metric", "imperial", "australian" or "japanese".
func unitSystem(u *quantity.Unit) string {
	switch u.Key {
	case "mg", "g", "hg", "kg", "metric-pound", "ml", "cl", "dl", "l", "mm", "cm":
		return "si"
	}
	if country, _, ok := strings.Cut(u.Key, "-"); ok {
		return country
	}
	return "us"
}

// isUS reports whether a unit is a US unit of volume. Other countries have units with the same name, but another size.
func isUS(u *quantity.Unit) bool {
	return u.Dimension == quantity.Volume && unitSystem(u) == "us" && u.Key != "dessertspoon"
}
