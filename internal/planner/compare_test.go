package planner_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/planner"
)

var sizesOnce struct {
	sync.Once
	all map[string]*big.Rat
}

// sizes returns the sizes of units in g or ml. They are from units.tsv, not from package quantity.
func sizes(t testing.TB) map[string]*big.Rat {
	t.Helper()
	sizesOnce.Do(func() {
		file, err := os.Open("testdata/units.tsv")
		require.NoError(t, err)
		defer file.Close() //nolint:errcheck // it was only read
		sizesOnce.all = map[string]*big.Rat{}
		for s := bufio.NewScanner(file); s.Scan(); {
			key, size, _ := strings.Cut(s.Text(), "\t")
			number, _, _ := strings.Cut(size, " ")
			key = strings.Replace(key, "imperial fl oz", "imperial-fl oz", 1)
			sizesOnce.all[key] = rat(t, number)
		}
	})
	return sizesOnce.all
}

// dimension returns "g" or "ml" for a measured unit, and the key of a counted unit.
func dimension(unit string) string {
	switch unit {
	case "mg", "g", "hg", "metric-pound", "kg", "oz", "lb":
		return "g"
	case "ml", "cl", "dl", "l", "tsp", "tbsp", "fl oz", "cup", "pint", "quart", "gallon":
		return "ml"
	}
	for _, prefix := range []string{"metric-", "imperial-", "australian-", "japanese-"} {
		if strings.HasPrefix(unit, prefix) {
			return "ml"
		}
	}
	return unit
}

// inUnit converts an amount to another unit. It returns nil if the units can't be converted.
func inUnit(t testing.TB, x *big.Rat, from, to string) *big.Rat {
	t.Helper()
	if from == to {
		return x
	}
	a, b := sizes(t)[from], sizes(t)[to]
	if dimension(from) != dimension(to) || a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Quo(new(big.Rat).Mul(x, a), b)
}

// step returns the step to which an amount to buy is rounded up.
func step(t testing.TB, x *big.Rat, unit string) *big.Rat {
	t.Helper()
	generic := unit[strings.Index(unit, "-")+1:]
	switch generic {
	case "tsp", "cup", "pint", "lb":
		return big.NewRat(1, 4)
	case "tbsp", "fl oz", "oz":
		return big.NewRat(1, 2)
	}
	size := sizes(t)[unit]
	if size == nil {
		return big.NewRat(1, 1)
	}
	base, _ := new(big.Rat).Mul(x, size).Float64()
	steps := int64(50)
	switch {
	case base < 10:
		steps = 1
	case base < 100:
		steps = 5
	case base < 1000:
		steps = 10
	}
	return new(big.Rat).Quo(big.NewRat(steps, 1), size)
}

// compareAll compares a result with the expected lines and returns the differences.
func compareAll(t testing.TB, want []expectation, got planner.Result) []string {
	t.Helper()
	var problems []string
	seen := map[string]bool{}
	for _, w := range want {
		var lines []planner.ShoppingLine
		for _, l := range got.Lines {
			if containsFold(w.Names, l.Food) {
				lines = append(lines, l)
				seen[l.Key] = true
			}
		}
		if len(lines) != 1 {
			problems = append(problems, fmt.Sprintf("%s has %d lines", w.Food, len(lines)))
			continue
		}
		problems = append(problems, compareLine(t, w, lines[0])...)
	}
	for _, l := range got.Lines {
		if !seen[l.Key] {
			problems = append(problems, "there is a line for "+l.Food)
		}
	}
	return problems
}

func containsFold(all []string, s string) bool {
	return slices.ContainsFunc(all, func(a string) bool { return strings.EqualFold(a, s) })
}

// compareLine compares a line with the expected one and its accepted alternatives.
func compareLine(t testing.TB, w expectation, l planner.ShoppingLine) []string {
	t.Helper()
	problems := compareFigures(t, w, l)
	if len(problems) == 0 {
		return compareFacts(t, w, l)
	}
	for _, raw := range w.Accept {
		other := w
		other.Need, other.FromFridge, other.ToBuy = clone(w.Need), clone(w.FromFridge), clone(w.ToBuy)
		require.NoError(t, json.Unmarshal(raw, &other))
		if len(compareFigures(t, other, l)) == 0 {
			return nil
		}
	}
	return problems
}

func clone(e []expected) []expected { return slices.Clone(e) }

func compareFigures(t testing.TB, w expectation, l planner.ShoppingLine) []string {
	t.Helper()
	var problems []string
	report := func(what string, want []expected, got []planner.Amount, buys bool) {
		if !sameAmounts(t, want, got, w.Tolerance, buys) {
			problems = append(problems, fmt.Sprintf("%s: %s is %v", w.Food, what, shown(got)))
		}
	}
	report("need", w.Need, l.Need, false)
	report("from_fridge", w.FromFridge, l.FromFridge, false)
	report("to_buy", w.ToBuy, l.ToBuy, true)
	if l.Merged != w.Merged || l.Merged != (len(l.Need) == 1) {
		problems = append(problems, fmt.Sprintf("%s: merged is %v", w.Food, l.Merged))
	}
	if !w.Merged && l.Reason != w.Reason && w.Reason != "kept_apart" {
		problems = append(problems, fmt.Sprintf("%s: reason is %q", w.Food, l.Reason))
	}
	return problems
}

// sameAmounts reports whether the amounts are the expected ones, in any order.
func sameAmounts(t testing.TB, want []expected, got []planner.Amount, tolerance int64, buys bool) bool {
	t.Helper()
	if len(want) != len(got) {
		return false
	}
	used := make([]bool, len(got))
	for _, w := range want {
		i := slices.IndexFunc(got, func(a planner.Amount) bool { return sameAmount(t, w, a, tolerance, buys) })
		if i < 0 || used[i] {
			return false
		}
		used[i] = true
	}
	return true
}

func sameAmount(t testing.TB, w expected, a planner.Amount, tolerance int64, buys bool) bool {
	t.Helper()
	if w.Text != nil {
		times := "1"
		if a.Times != nil {
			times = a.Times.RatString()
		}
		return a.Min == nil && strings.EqualFold(strings.TrimSpace(*w.Text), strings.TrimSpace(a.Text)) && (w.Times == times || w.Times == "" && times == "1")
	}
	if a.Min == nil {
		return false
	}
	low, high := w.Min, w.Max
	if low == "" {
		low, high = w.Amount, w.Amount
	}
	gotLow, gotHigh := inUnit(t, a.Min, a.Unit, w.Unit), inUnit(t, a.Max, a.Unit, w.Unit)
	if gotLow == nil {
		return false
	}
	if !buys {
		return near(rat(t, low), rat(t, low), gotLow, tolerance) && near(rat(t, high), rat(t, high), gotHigh, tolerance)
	}
	most := rat(t, high)
	if w.AtMost != "" {
		most = rat(t, w.AtMost)
	}
	if tolerance > 0 || a.Unit != w.Unit {
		next := inUnit(t, step(t, a.Max, a.Unit), a.Unit, w.Unit)
		most = new(big.Rat).Add(most, next)
	}
	return near(rat(t, low), most, gotHigh, tolerance)
}

// near reports whether x is between two numbers, with a tolerance in percent.
func near(low, high, x *big.Rat, tolerance int64) bool {
	least := new(big.Rat).Mul(low, big.NewRat(100-tolerance, 100))
	most := new(big.Rat).Mul(high, big.NewRat(100+tolerance, 100))
	return x.Cmp(least) >= 0 && x.Cmp(most) <= 0
}
