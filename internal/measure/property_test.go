package measure_test

import (
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

var systems = []measure.System{measure.AsWritten, measure.Metric, measure.US}

func float(x *big.Rat) float64 {
	f, _ := x.Float64()
	return f
}

// requireRight fails unless a scaled quantity has the dimensions of the written one and differs from the exact amount only as
// [measure.Round] allows.
func requireRight(t require.TestingT, written string, factor *big.Rat, s measure.System, seen map[string]int) {
	q := quantity.Parse(written, "")
	scaled := measure.Scale(q, factor, s)
	total := q.Total()
	require.NotEmpty(t, scaled.Amounts, "%q", written)
	if len(total) == 0 {
		require.Equal(t, q.Text, scaled.Text, "%q", written)
		seen["a text"]++
		return
	}
	require.Len(t, scaled.Amounts, len(total), "%q", written)
	for i, a := range scaled.Amounts {
		exact := total[i]
		if !isTemperature(exact.Unit) {
			exact.Amount = exact.Amount.Times(factor)
		}
		requireNear(t, q, exact, a, factor)
	}
	seen["amounts"]++
}

// requireReadable fails unless parsing the text of a scaled quantity gives its amount.
func requireReadable(t require.TestingT, written string, factor *big.Rat, s measure.System, seen map[string]int) {
	scaled := measure.Scale(quantity.Parse(written, ""), factor, s)
	again := quantity.Parse(scaled.Text, "").Total()
	if len(scaled.Amounts) == 1 && !scaled.Amounts[0].Amount.IsZero() {
		require.Len(t, again, 1, "%q, written for %q", scaled.Text, written)
		requireSame(t, scaled.Amounts[0].Measure, again[0], "%q × %s in %s: %q", written, factor.RatString(), s, scaled.Text)
		seen["a measure"]++
	}
}

func requireSame(t require.TestingT, want, got quantity.Measure, message string, args ...any) {
	if want.Unit == got.Unit {
		require.Zero(t, want.Amount.Min.Cmp(got.Amount.Min), append([]any{message}, args...)...)
		require.Zero(t, want.Amount.Max.Cmp(got.Amount.Max), append([]any{message}, args...)...)
		return
	}
	require.NotNil(t, want.Unit, append([]any{message}, args...)...)
	require.NotNil(t, got.Unit, append([]any{message}, args...)...)
	converted, err := quantity.Convert(want.Amount.Max, want.Unit, got.Unit)
	require.NoError(t, err, append([]any{message}, args...)...)
	require.Zero(t, converted.Cmp(got.Amount.Max), append([]any{message}, args...)...)
}

// requireNear fails unless an amount differs from the exact one by at most 4 % or half a step, and isn't 0. Two significant digits, as of
// a tenth of a gram, may differ by 5 %. The number of packs and the content of one may both differ.
func requireNear(t require.TestingT, q quantity.Quantity, exact quantity.Measure, a measure.Amount, factor *big.Rat) {
	written := q.Text
	ends := [][2]*big.Rat{{exact.Amount.Min, a.Amount.Min}, {exact.Amount.Max, a.Amount.Max}}
	for _, end := range ends {
		want := end[0]
		if exact.Unit != a.Unit {
			require.NotNil(t, exact.Unit, "%q", written)
			require.NotNil(t, a.Unit, "%q", written)
			require.Equal(t, exact.Unit.Dimension, a.Unit.Dimension, "%q became %q", written, a.Text)
			converted, err := quantity.Convert(want, exact.Unit, a.Unit)
			require.NoError(t, err)
			want = converted
		}
		off := math.Abs(float(want) - float(end[1]))
		atMost := max(allowed(a.Unit), 0.04*float(want))
		if tiny := a.Unit != nil && (a.Unit.Generic == "g" || a.Unit.Generic == "ml") && float(want) < 0.125; tiny {
			atMost = 0.05 * float(want)
		}
		if q.Content != nil {
			count := float(q.Amount.Max) * float(factor)
			atMost = atMost*1.25 + count*allowed(a.Unit)*1.25 + 0.14*float(want)/count
		}
		require.LessOrEqual(t, off, atMost+1e-9, "%q became %q", written, a.Text)
		if want.Sign() > 0 && !isTemperature(a.Unit) { // 32.5 °F are 0 °C
			require.Positive(t, end[1].Sign(), "%q became %q", written, a.Text)
		}
	}
}

func isTemperature(u *quantity.Unit) bool { return u != nil && u.Dimension == quantity.Temperature }

// allowed returns half of the step of a unit.
func allowed(u *quantity.Unit) float64 {
	if u == nil {
		return 0.125
	}
	switch u.Generic {
	case "g", "ml", "kg", "l", "mg", "cl", "dl", "hg", "metric-pound":
		return 0
	case "tbsp":
		return 0.25
	case "°C", "°F":
		return 0.5
	case "fl oz", "inch":
		return 0.125
	case "cm", "mm":
		return 0.25
	case "lb", "oz", "tsp", "cup", "pint", "quart", "gallon":
		return 0.0625
	}
	return 0.125
}

func anyFactor(t *rapid.T) *big.Rat {
	return big.NewRat(rapid.Int64Range(1, 30).Draw(t, "numerator"), rapid.Int64Range(1, 30).Draw(t, "denominator"))
}

// writtenQuantities returns the quantities of the labeled lines, which are in seven languages.
func writtenQuantities(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("../quantity/testdata/lines.tsv")
	require.NoError(t, err)
	written := map[string]bool{}
	for _, line := range strings.Split(string(data), "\n")[1:] {
		if fields := strings.Split(line, "\t"); len(fields) > 2 {
			written[quantity.ParseLine(fields[1], fields[0]).Quantity.Text] = true
		}
	}
	return written
}

// TestEveryScaledQuantityThatPeopleWroteIsRight scales the quantities of the demo recipes and of the labeled lines.
func TestEveryScaledQuantityThatPeopleWroteIsRight(t *testing.T) {
	t.Parallel()
	kitchen, err := demo.Load()
	require.NoError(t, err)
	written := writtenQuantities(t)
	for _, r := range kitchen.Recipes {
		for _, i := range r.Ingredients {
			written[i.Quantity] = true
		}
	}
	seen := map[string]int{}
	for text := range written {
		for _, factor := range []string{"1", "1/3", "1/2", "3/4", "1.3", "2", "5", "17/7"} {
			for _, s := range systems {
				requireRight(t, text, rat(t, factor), s, seen)
				requireReadable(t, text, rat(t, factor), s, seen)
			}
		}
	}
	require.Greater(t, seen["a measure"], 8_000)
	require.Greater(t, seen["a text"], 100)
}

func TestScaledQuantities(t *testing.T) {
	t.Parallel()
	units := quantity.Units()
	anyMeasure := func(t *rapid.T) quantity.Measure {
		x := big.NewRat(rapid.Int64Range(1, 500).Draw(t, "numerator"), rapid.SampledFrom([]int64{1, 1, 2, 3, 4, 8}).Draw(t, "denominator"))
		m := quantity.Measure{Amount: quantity.Amount{Min: x, Max: x}}
		if i := rapid.IntRange(-1, len(units)-1).Draw(t, "unit"); i >= 0 {
			m.Unit = units[i]
		}
		return m
	}

	t.Run("AreReadAsTheyWereWritten", func(t *testing.T) {
		t.Parallel()
		seen := map[string]int{}
		rapid.Check(t, func(t *rapid.T) {
			m := anyMeasure(t)
			factor, s := anyFactor(t), rapid.SampledFrom(systems).Draw(t, "system")
			requireRight(t, measure.Text(m), factor, s, seen)
			requireReadable(t, measure.Text(m), factor, s, seen)
		})
		require.Positive(t, seen["a measure"])
	})

	t.Run("ScaleBackToWhatTheyWere", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			m, factor := anyMeasure(t), anyFactor(t)
			if m.Unit != nil && m.Unit.Dimension == quantity.Temperature {
				return
			}
			there := measure.Scale(quantity.Parse(measure.Text(m), ""), factor, measure.AsWritten).Amounts[0]
			exact := there.Measure
			if !there.Exact.IsZero() {
				exact.Amount = there.Exact
			}
			back := exact.Amount.Times(new(big.Rat).Inv(factor))
			got := back.Max
			if m.Unit != exact.Unit {
				converted, err := quantity.Convert(got, exact.Unit, m.Unit)
				require.NoError(t, err)
				got = converted
			}
			require.InDelta(t, float(m.Amount.Max), float(got), 0.0001, "without rounding, nothing is lost")
		})
	})
}
