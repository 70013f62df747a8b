package quantity

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// Dimension is the kind of a unit. Amounts can only be converted between units of the same dimension.
type Dimension int

// The dimensions. A counted unit, such as a clove or a can, has no fixed size and can't be converted to any other unit.
const (
	Count Dimension = iota
	Mass
	Volume
	Length
	Temperature
)

// Unit is a unit of measure. Each unit has only one value, so pointers to units can be compared with ==.
type Unit struct {
	// Key identifies the unit and its country: "g", "metric-tbsp", "imperial-pint", "clove".
	Key string
	// Generic is the key without the country: "tbsp", "pint".
	Generic   string
	Dimension Dimension
	// size is the size of one unit in grams, milliliters, centimeters or kelvins; nil for a counted unit.
	size *big.Rat
	// zero is the zero of a temperature scale in kelvins.
	zero *big.Rat
}

// String returns the unit's key.
func (u *Unit) String() string { return u.Key }

// Size returns the number of grams, milliliters or centimeters in one unit, or nil for a counted unit.
func (u *Unit) Size() *big.Rat {
	if u.size == nil {
		return nil
	}
	return new(big.Rat).Set(u.size)
}

// ByKey returns the unit with a key, or nil.
func ByKey(key string) *Unit { return units[key] }

// Convert converts x from one unit to another, exactly. It returns an error if the units have different dimensions, or if they are
// different counted units.
func Convert(x *big.Rat, from, to *Unit) (*big.Rat, error) {
	if from == to {
		return new(big.Rat).Set(x), nil
	}
	if from.Dimension != to.Dimension || from.Dimension == Count {
		return nil, fmt.Errorf("quantity: %s doesn't convert to %s", from.Key, to.Key)
	}
	base := new(big.Rat).Mul(x, from.size)
	if from.Dimension == Temperature {
		base.Add(base, from.zero).Sub(base, to.zero)
	}
	return base.Quo(base, to.size), nil
}

// units maps keys to units. The sizes of US, imperial and avoirdupois units follow from the international yard and
// pound agreement of 1959, the US gallon of 231 cubic inches and the imperial gallon of 4.54609 l.
var units = makeUnits()

// measuredUnits has the units with a size: key, generic key, size.
var measuredUnits = map[Dimension][][3]string{
	Mass: {
		{"mg", "mg", "1/1000"}, {"g", "g", "1"}, {"hg", "hg", "100"}, {"kg", "kg", "1000"}, {"metric-pound", "metric-pound", "500"},
		{"oz", "oz", "28.349523125"}, {"lb", "lb", "453.59237"},
	},
	Volume: {
		{"ml", "ml", "1"}, {"cl", "cl", "10"}, {"dl", "dl", "100"}, {"l", "l", "1000"},
		{"tsp", "tsp", "4.92892159375"}, {"metric-tsp", "tsp", "5"},
		{"dessertspoon", "dessertspoon", "10"},
		{"tbsp", "tbsp", "14.78676478125"}, {"metric-tbsp", "tbsp", "15"}, {"australian-tbsp", "tbsp", "20"},
		{"fl oz", "fl oz", "29.5735295625"}, {"imperial-fl oz", "fl oz", "28.4130625"},
		{"cup", "cup", "236.5882365"}, {"metric-cup", "cup", "250"}, {"imperial-cup", "cup", "284.130625"}, {"japanese-cup", "cup", "200"},
		{"pint", "pint", "473.176473"}, {"imperial-pint", "pint", "568.26125"},
		{"quart", "quart", "946.352946"}, {"imperial-quart", "quart", "1136.5225"},
		{"gallon", "gallon", "3785.411784"}, {"imperial-gallon", "gallon", "4546.09"},
	},
	Length:      {{"mm", "mm", "1/10"}, {"cm", "cm", "1"}, {"inch", "inch", "2.54"}},
	Temperature: {{"°C", "°C", "1"}, {"°F", "°F", "5/9"}},
}

// countedUnits has the units without a size. Spoon, ladle, glass, mug, bowl and shot are vessels of unknown size.
var countedUnits = []string{
	"piece", "clove", "bunch", "slice", "strip", "stick", "stalk", "head", "bulb", "sprig", "leaf", "ear", "pod", "strand", "thumb",
	"can", "jar", "packet", "bag", "box", "carton", "tub", "bottle", "block", "bar", "ball", "loaf", "roll", "sheet", "cube", "nest",
	"pinch", "knife-tip", "dash", "drop", "splash", "drizzle", "knob", "handful",
	"spoon", "ladle", "glass", "mug", "bowl", "shot",
}

// packages are the counted units that may have a content: "1 can (400 g)".
var packages = map[string]bool{
	"can": true, "jar": true, "packet": true, "bag": true, "box": true, "carton": true, "tub": true, "bottle": true,
	"block": true, "bar": true, "ball": true, "loaf": true, "roll": true, "piece": true, "glass": true,
}

func makeUnits() map[string]*Unit {
	all := map[string]*Unit{}
	for dimension, list := range measuredUnits {
		for _, m := range list {
			size, _ := new(big.Rat).SetString(m[2])
			all[m[0]] = &Unit{Key: m[0], Generic: m[1], Dimension: dimension, size: size}
		}
	}
	for _, key := range countedUnits {
		all[key] = &Unit{Key: key, Generic: key}
	}
	all["°C"].zero = big.NewRat(27315, 100)
	all["°F"].zero = new(big.Rat).Sub(all["°C"].zero, new(big.Rat).Mul(big.NewRat(32, 1), all["°F"].size))
	return all
}

// system is a system of units, such as "us" or "metric".
type system string

// inSystem returns the unit with a generic key in a system. If the system doesn't have the unit, it returns the metric unit, or else the
// US unit.
func inSystem(generic string, s system) *Unit {
	for _, prefix := range []system{s, "metric"} {
		if u := units[string(prefix)+"-"+generic]; u != nil && s != "us" && u.Generic == generic {
			return u
		}
	}
	return units[generic]
}

// Units returns all units, ordered by key.
func Units() []*Unit {
	return slices.SortedFunc(maps.Values(units), func(a, b *Unit) int { return strings.Compare(a.Key, b.Key) })
}
