package fridge_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/quantity"
)

func TestDifference(t *testing.T) {
	t.Parallel()
	state := func(quantity string) string {
		switch quantity {
		case "-":
			return ""
		case "":
			return `{"name":"x","group":"g"}`
		}
		return fmt.Sprintf(`{"name":"x","group":"g","quantity":%q}`, quantity)
	}
	text := func(m *quantity.Measure) string {
		if m == nil {
			return ""
		}
		unit := "piece"
		if m.Unit != nil {
			unit = m.Unit.Key
		}
		return m.Amount.Min.RatString() + " " + unit
	}
	for _, test := range []struct{ before, after, added, taken string }{
		{"-", "750 g", "750 g", ""},
		{"750 g", "-", "", "750 g"},
		{"1 kg", "750 g", "", "250 g"},
		{"750 g", "1 kg", "1/4 kg", ""},
		{"1/3 cup", "1 cup", "2/3 cup", ""},
		{"3", "5", "2 piece", ""},
		{"2-3", "5", "3 piece", ""},
		{"2 × 400 g", "500 g", "", "300 g"},
		{"1000 g", "1 kg", "", ""},
		{"1 l", "1 kg", "", ""},
		{"3", "200 g", "", ""},
		{"some", "200 g", "", ""},
		{"", "200 g", "", ""},
		{"200 g", "plenty", "", ""},
		{"-", "some", "", ""},
		{"-", "", "", ""},
	} {
		added, taken := fridge.Entry{Before: state(test.before), After: state(test.after)}.Difference()
		require.Equal(t, []string{test.added, test.taken}, []string{text(added), text(taken)}, "from %q to %q", test.before, test.after)
	}
}
