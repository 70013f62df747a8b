package planner_test

import (
	"fmt"
	"math/big"
	"sort"
	"time"

	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
)

// measured is an amount and its text. low and high are in unit.
type measured struct {
	low, high *big.Rat
	unit      string // "" for a text without a measure, "?" for an unknown amount
	text      string
}

// kitchen is a plan for which the tests know all amounts without parsing texts.
type kitchen struct {
	meals   []meal
	lots    []stock
	catalog *food.Catalog
	// weights has the grams of a milliliter and of a piece of each food, if they are known.
	weights map[string]map[string]*big.Rat
}

type meal struct {
	day    int
	factor *big.Rat
	lines  []line
}

type line struct {
	food   string
	amount measured
}

type stock struct {
	food   string
	amount measured
	until  int // the last good day; -1: doesn't expire
}

var today = time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)

// names aren't in the dictionary, so each is a separate food. The second has a density, the third a piece weight, the fourth both.
var names = []string{"zorbel", "quuxel", "blipel", "frumel"}

// writtenUnits has a spelling of each unit, by key.
var writtenUnits = map[string]string{
	"g": "g", "kg": "kg", "metric-pound": "Pfund", "hg": "etti", "oz": "oz", "lb": "lb",
	"ml": "ml", "dl": "dl", "l": "l", "cup": "cups", "tbsp": "tbsp", "metric-tbsp": "EL", "imperial-pint": "imperial pint", "japanese-cup": "Japanese cups",
	"piece": "", "clove": "cloves", "bunch": "bunches",
}

var unitKeys = sortedKeys(writtenUnits)

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

var someNumbers = []string{"1", "2", "3", "5", "12", "100", "250", "1/2", "1/3", "2/3", "3/4", "1.5", "0.25"}

func drawMeasured(t *rapid.T, units []string, label string) measured {
	unit := rapid.SampledFrom(units).Draw(t, label+" unit")
	number := rapid.SampledFrom(someNumbers).Draw(t, label)
	low, _ := new(big.Rat).SetString(number)
	m := measured{low: low, high: low, unit: unit}
	if low.IsInt() && rapid.IntRange(0, 4).Draw(t, label+" range") == 0 {
		m.high = new(big.Rat).Add(low, big.NewRat(1, 1))
	}
	m.text = m.write()
	return m
}

// write writes the amount as a cook does.
func (m measured) write() string {
	if m.low == nil {
		return m.text
	}
	text := writeNumber(m.low)
	if m.low.Cmp(m.high) != 0 {
		text += "-" + writeNumber(m.high)
	}
	if name := writtenUnits[m.unit]; name != "" {
		text += " " + name
	}
	return text
}

// writeNumber writes a number as a decimal or a fraction.
func writeNumber(x *big.Rat) string {
	if n, exact := x.FloatPrec(); exact {
		if n == 3 { // 1.250 is more than a thousand in some languages
			n = 4
		}
		return x.FloatString(n)
	}
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if whole.Sign() == 0 {
		return x.RatString()
	}
	return fmt.Sprintf("%s %s/%s", whole, rest, x.Denom())
}

// drawKitchen draws a random plan.
func drawKitchen(t *rapid.T, units []string) kitchen {
	k := kitchen{weights: map[string]map[string]*big.Rat{}}
	k.weights[names[1]] = map[string]*big.Rat{"ml": big.NewRat(7, 10)}
	k.weights[names[2]] = map[string]*big.Rat{"piece": big.NewRat(150, 1)}
	k.weights[names[3]] = map[string]*big.Rat{"ml": big.NewRat(3, 2), "piece": big.NewRat(80, 1)}
	var settings []food.Setting
	for _, name := range names {
		settings = append(settings, food.Setting{Name: name, Density: k.weights[name]["ml"], PieceWeight: k.weights[name]["piece"]})
	}
	k.catalog = food.New(settings)
	for range rapid.IntRange(1, 5).Draw(t, "meals") {
		factor, _ := new(big.Rat).SetString(rapid.SampledFrom([]string{"1", "2", "1/2", "2/3", "3/2", "0.685"}).Draw(t, "factor"))
		m := meal{day: rapid.IntRange(0, 4).Draw(t, "day"), factor: factor}
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			l := line{food: rapid.SampledFrom(names).Draw(t, "food")}
			if rapid.IntRange(0, 9).Draw(t, "open") == 0 {
				l.amount = measured{text: rapid.SampledFrom([]string{"to taste", ""}).Draw(t, "text")}
			} else {
				l.amount = drawMeasured(t, units, "need")
			}
			m.lines = append(m.lines, l)
		}
		k.meals = append(k.meals, m)
	}
	for range rapid.IntRange(0, 8).Draw(t, "lots") {
		s := stock{food: rapid.SampledFrom(names).Draw(t, "stocked"), until: rapid.IntRange(-1, 4).Draw(t, "until")}
		if rapid.IntRange(0, 9).Draw(t, "unknown") == 0 {
			s.amount = measured{text: "some", unit: "?"}
		} else {
			s.amount = drawMeasured(t, units, "stock")
		}
		k.lots = append(k.lots, s)
	}
	return k
}

// input returns the plan as an input of the planner.
func (k kitchen) input() planner.Input {
	in := planner.Input{Today: today, Catalog: k.catalog}
	for i, m := range k.meals {
		pm := planner.Meal{RecipeID: int64(i), Recipe: fmt.Sprintf("Recipe %d", i), Factor: m.factor, Date: today.AddDate(0, 0, m.day)}
		for _, l := range m.lines {
			pm.Lines = append(pm.Lines, planner.Line{Name: l.food, Quantity: l.amount.text})
		}
		in.Meals = append(in.Meals, pm)
	}
	for i, s := range k.lots {
		l := planner.Lot{ID: int64(i), Name: s.food, Quantity: s.amount.text}
		if s.until >= 0 {
			l.BestBefore = today.AddDate(0, 0, s.until)
		}
		in.Lots = append(in.Lots, l)
	}
	return in
}
