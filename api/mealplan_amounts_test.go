package api_test

import (
	"bufio"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
)

// samePlanAmounts reports whether both lists have equal amounts, in any order.
func samePlanAmounts(t *testing.T, want []planAmount, got []models.Amount, tolerance int64) bool {
	t.Helper()
	rest := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(rest, func(a models.Amount) bool { return samePlanAmount(t, w, a, tolerance) })
		if i < 0 {
			return false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return len(rest) == 0
}

func hasPlanAmount(t *testing.T, want planAmount, got []models.Amount) bool {
	return want == (planAmount{}) || slices.ContainsFunc(got, func(a models.Amount) bool { return samePlanAmount(t, want, a, 0) })
}

func samePlanAmount(t *testing.T, w planAmount, a models.Amount, tolerance int64) bool {
	t.Helper()
	if w.Amount == "" && w.Min == "" {
		return a.Amount == nil && a.Min == nil && strings.EqualFold(strings.TrimSpace(w.Text), a.Text) && (w.Times == "" || w.Times == value(a.Times))
	}
	least, most := w.Amount+w.Min, w.Amount+w.Max
	low, high := value(a.Amount)+value(a.Min), value(a.Amount)+value(a.Max)
	if low == "" {
		return false
	}
	size, ok := unitSize(t, value(a.Unit))
	wanted, known := unitSize(t, w.Unit)
	if ok != known || !ok && value(a.Unit) != w.Unit || ok && size.dimension != wanted.dimension {
		return false
	}
	scale := big.NewRat(1, 1)
	if ok {
		scale.Quo(size.size, wanted.size)
	}
	if w.AtMost != "" { // the amount to buy may be rounded up
		x, limit := scaled(t, high, scale), percent(t, w.AtMost, 100+tolerance)
		if value(a.Unit) != w.Unit {
			limit.Add(limit, new(big.Rat).Mul(buyStep(*a.Unit), scale))
		}
		return x.Cmp(percent(t, most, 100-tolerance)) >= 0 && x.Cmp(limit) <= 0
	}
	return withinTolerance(t, scaled(t, low, scale), least, tolerance) && withinTolerance(t, scaled(t, high, scale), most, tolerance)
}

func scaled(t *testing.T, number string, by *big.Rat) *big.Rat {
	return new(big.Rat).Mul(parseNumber(t, number), by)
}

func withinTolerance(t *testing.T, x *big.Rat, want string, tolerance int64) bool {
	return x.Cmp(percent(t, want, 100-tolerance)) >= 0 && x.Cmp(percent(t, want, 100+tolerance)) <= 0
}

func percent(t *testing.T, number string, of int64) *big.Rat {
	return scaled(t, number, big.NewRat(of, 100))
}

func parseNumber(t *testing.T, number string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(number)
	require.True(t, ok, "%q is a number", number)
	return x
}

// buyStep returns an upper bound of the step to which an amount of this unit is rounded up for buying.
func buyStep(unit string) *big.Rat {
	for _, name := range []string{"tsp", "cup", "pint", "lb"} {
		if strings.HasSuffix(unit, name) {
			return big.NewRat(1, 4)
		}
	}
	if strings.HasSuffix(unit, "tbsp") || strings.HasSuffix(unit, "oz") {
		return big.NewRat(1, 2)
	}
	return big.NewRat(50, 1)
}

// measuredUnit is a unit of the table next to the cases.
type measuredUnit struct {
	size      *big.Rat
	dimension string // g or ml
}

// unitSize returns the size of a measured unit, or false for a counted unit.
func unitSize(t *testing.T, key string) (measuredUnit, bool) {
	t.Helper()
	file, err := os.Open("../internal/planner/testdata/units.tsv")
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // it was only read
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, size, _ := strings.Cut(lines.Text(), "\t")
		number, dimension, _ := strings.Cut(size, " ")
		if name == key {
			return measuredUnit{parseNumber(t, number), dimension}, true
		}
	}
	return measuredUnit{}, false
}
