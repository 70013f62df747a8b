package planner_test

import (
	"fmt"
	"math/big"
	"sort"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
)

// measured is an amount that a text states: low and high are in units of unit.
type measured struct {
	low, high *big.Rat
	unit      string // "" for a text without a measure, "?" for an unknown amount
	text      string
}

// kitchen is a plan whose quantities are known without parsing.
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
	until  int // day; -1 for none
}

var today = time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)

// names are no words, so that each is a food of its own. The second has a density, the third a piece weight, the fourth both.
var names = []string{"zorbel", "quuxel", "blipel", "frumel"}

// writtenUnits are ways to write units, by key.
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

// writeNumber writes a number that has a short decimal or a fraction with two digits.
func writeNumber(x *big.Rat) string {
	if n, exact := x.FloatPrec(); exact {
		if n == 3 { // 1.250 is a thousand and more in some languages
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

// drawKitchen draws a plan.
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

// input returns the plan as the planner sees it.
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

// figures are what the model says of one food in one unit: g, ml or a counted one.
type figures struct{ low, high, given *big.Rat }

// base returns an amount of a food in g, ml or its counted unit.
func (k kitchen) base(t testing.TB, foodName string, x *big.Rat, unit string) (*big.Rat, string) {
	b := dimension(unit)
	if size := sizes(t)[unit]; size != nil {
		x = new(big.Rat).Mul(x, size)
	}
	if w := k.weights[foodName][b]; w != nil {
		return new(big.Rat).Mul(x, w), "g"
	}
	return x, b
}

// model computes the figures slowly: it looks for the best lot anew for each crumb of each need.
func (k kitchen) model(t testing.TB) map[string]map[string]*figures {
	type crumb struct {
		day, order int
		food, unit string
		need       *big.Rat
	}
	var crumbs []crumb
	all := map[string]map[string]*figures{}
	for i, m := range k.meals {
		for _, l := range m.lines {
			if all[l.food] == nil {
				all[l.food] = map[string]*figures{}
			}
			if l.amount.low == nil {
				continue
			}
			low, unit := k.base(t, l.food, new(big.Rat).Mul(l.amount.low, m.factor), l.amount.unit)
			high, _ := k.base(t, l.food, new(big.Rat).Mul(l.amount.high, m.factor), l.amount.unit)
			f := all[l.food][unit]
			if f == nil {
				f = &figures{new(big.Rat), new(big.Rat), new(big.Rat)}
				all[l.food][unit] = f
			}
			f.low.Add(f.low, low)
			f.high.Add(f.high, high)
			crumbs = append(crumbs, crumb{m.day, i, l.food, unit, high})
		}
	}
	left := make([]*big.Rat, len(k.lots))
	for i, s := range k.lots {
		if s.amount.low != nil {
			left[i], _ = k.base(t, s.food, s.amount.low, s.amount.unit)
		}
	}
	sort.SliceStable(crumbs, func(i, j int) bool { return crumbs[i].day < crumbs[j].day })
	for _, c := range crumbs {
		f := all[c.food][c.unit]
		for c.need.Sign() > 0 {
			i := k.best(t, c.food, c.unit, c.day, left)
			if i < 0 {
				break
			}
			x := left[i]
			if x.Cmp(c.need) > 0 {
				x = c.need
			}
			left[i] = new(big.Rat).Sub(left[i], x)
			c.need = new(big.Rat).Sub(c.need, x)
			f.given.Add(f.given, x)
		}
		if k.covered(c.food, c.day) {
			f.given.Add(f.given, c.need)
		}
	}
	return all
}

// best returns the lot to take from, or -1: of those good on the day the one that expires first.
func (k kitchen) best(t testing.TB, foodName, unit string, day int, left []*big.Rat) int {
	best := -1
	for i, s := range k.lots {
		if s.food != foodName || left[i] == nil || left[i].Sign() == 0 || s.until >= 0 && s.until < day {
			continue
		}
		if _, u := k.base(t, s.food, s.amount.low, s.amount.unit); u != unit {
			continue
		}
		if best < 0 || s.until >= 0 && (k.lots[best].until < 0 || s.until < k.lots[best].until) {
			best = i
		}
	}
	return best
}

// covered reports whether a lot of unknown amount is good on a day.
func (k kitchen) covered(foodName string, day int) bool {
	for _, s := range k.lots {
		if s.food == foodName && s.amount.unit == "?" && (s.until < 0 || s.until >= day) {
			return true
		}
	}
	return false
}

// figuresOf adds a line of a result up in base units.
func (k kitchen) figuresOf(t testing.TB, l planner.ShoppingLine) (need map[string]*figures, missing, buy map[string]*big.Rat) {
	need, missing, buy = map[string]*figures{}, map[string]*big.Rat{}, map[string]*big.Rat{}
	at := func(unit string) *figures {
		if need[unit] == nil {
			need[unit] = &figures{new(big.Rat), new(big.Rat), new(big.Rat)}
			missing[unit], buy[unit] = new(big.Rat), new(big.Rat)
		}
		return need[unit]
	}
	each := func(amounts []planner.Amount, add func(f *figures, unit string, low, high *big.Rat)) {
		for _, a := range amounts {
			if a.Min != nil {
				low, unit := k.base(t, l.Food, a.Min, a.Unit)
				high, _ := k.base(t, l.Food, a.Max, a.Unit)
				add(at(unit), unit, low, high)
			}
		}
	}
	each(l.Need, func(f *figures, _ string, low, high *big.Rat) { f.low.Add(f.low, low); f.high.Add(f.high, high) })
	each(l.FromFridge, func(f *figures, _ string, _, x *big.Rat) { f.given.Add(f.given, x) })
	each(l.Missing, func(_ *figures, unit string, _, x *big.Rat) { missing[unit].Add(missing[unit], x) })
	each(l.ToBuy, func(_ *figures, unit string, _, x *big.Rat) { buy[unit].Add(buy[unit], x) })
	return need, missing, buy
}
