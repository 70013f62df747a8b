package planner_test

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

// compareFacts returns the expected facts that a line lacks. A fact of the line matches if its fields have the expected values and its
// text has the expected names and numbers, in any unit.
func compareFacts(t testing.TB, w expectation, l planner.ShoppingLine) []string {
	t.Helper()
	var problems []string
	for _, e := range w.Explains {
		if !slices.ContainsFunc(l.Facts, func(f planner.Fact) bool { return factMatches(t, e, f) }) {
			problems = append(problems, fmt.Sprintf("%s: no fact tells %+v", w.Food, e))
		}
	}
	for _, f := range l.Facts {
		if f.Text == "" || !strings.HasSuffix(f.Text, ".") && !strings.HasSuffix(f.Text, ").") {
			problems = append(problems, fmt.Sprintf("%s: the text of %s is no sentence: %q", w.Food, f.Kind, f.Text))
		}
	}
	return problems
}

// factMatches reports whether a fact matches an expected one.
func factMatches(t testing.TB, e explanation, f planner.Fact) bool {
	t.Helper()
	if string(f.Kind) != e.Fact || !strings.Contains(f.Text, e.Recipe) {
		return false
	}
	says := func(w expected, got []planner.Amount) bool {
		if w.Text == nil && w.Amount == "" && w.Min == "" {
			return true
		}
		i := slices.IndexFunc(got, func(a planner.Amount) bool { return sameAmount(t, w, a, 0, false) })
		return i >= 0 && mentions(t, f.Text, w)
	}
	switch f.Kind {
	case planner.FactRecipe:
		times := "1"
		if e.Times != "" {
			times = e.Times
		}
		name := e.Name == "" || strings.EqualFold(e.Name, f.Name) && strings.Contains(f.Text, f.Name)
		return f.Recipe == e.Recipe && f.Quantity == e.Quantity && strings.Contains(f.Text, e.Quantity) && name &&
			f.Times.RatString() == times && says(e.Share, f.Share)
	case planner.FactLot:
		return f.LotID == e.Lot && says(e.Taken, f.Taken)
	case planner.FactAmountUnknown, planner.FactStaple:
		return f.LotID == e.Lot
	case planner.FactLotNotUsed:
		return f.LotID == e.Lot && f.Because == e.Because
	case planner.FactConversion:
		if string(f.Source) != e.Source || !says(e.From, f.From) {
			return false
		}
		if e.Accepted.Min != "" {
			return inUnit(t, f.To[0].Min, f.To[0].Unit, e.To.Unit).Cmp(rat(t, e.Accepted.Min)) >= 0 &&
				inUnit(t, f.To[0].Min, f.To[0].Unit, e.To.Unit).Cmp(rat(t, e.Accepted.Max)) <= 0
		}
		return says(e.To, f.To)
	case planner.FactSameFood:
		for _, name := range e.Names {
			if !strings.Contains(strings.ToLower(f.Text), strings.ToLower(name)) {
				return false
			}
		}
		return string(f.Source) == e.Source
	case planner.FactUpperEnd:
		return says(e.Range, f.Range) && len(f.To) == 1 && f.To[0].Max.Cmp(f.Range[0].Max) == 0
	case planner.FactRoundedUp:
		return says(e.From, f.From) && says(e.To, f.To)
	case planner.FactNotAdded:
		return f.Because == e.Reason
	case planner.FactVerbatim:
		return f.Because == e.Because && strings.Contains(f.Text, e.Text)
	default:
		return true
	}
}

var numbers = regexp.MustCompile(`\d+(?:\.\d+)?(?: \d+/\d+|/\d+)?[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]?|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]|\b(?:a|one)\b`)

// mentions reports whether a text contains an amount, in any unit.
func mentions(t testing.TB, text string, w expected) bool {
	t.Helper()
	if w.Text != nil {
		return strings.Contains(text, *w.Text)
	}
	if w.Min != "" {
		return mentions(t, text, expected{Amount: w.Min, Unit: ""}) && mentions(t, text, expected{Amount: w.Max, Unit: w.Unit})
	}
	want := rat(t, w.Amount)
	for _, at := range numbers.FindAllStringIndex(text, -1) {
		words := strings.Fields(text[at[1]:])
		for n := min(2, len(words)); n >= 0; n-- {
			phrase := text[at[0]:at[1]] + " " + strings.TrimRight(strings.Join(words[:n], " "), ".,:;)")
			total := quantity.Parse(phrase, "").Total()
			if len(total) != 1 {
				continue
			}
			unit := "piece"
			if total[0].Unit != nil {
				unit = total[0].Unit.Key
			}
			if w.Unit == "" {
				unit = ""
			}
			x := inUnit(t, total[0].Amount.Min, unit, w.Unit)
			if x != nil && close(want, x) {
				return true
			}
		}
	}
	return false
}

// close reports whether two numbers differ by at most 0.001.
func close(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(big.NewRat(1, 1000)) <= 0
}
