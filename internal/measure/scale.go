package measure

import (
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Scaled is the scaled quantity of an ingredient.
type Scaled struct {
	// Text has the texts of the amounts, joined with " + ".
	Text string
	// Amounts has at least one amount. It has several if they can't be added, as in "1 cup plus 100 g".
	Amounts []Amount
}

// Amount is a rounded measure, or a text without one.
type Amount struct {
	quantity.Measure
	// Exact is the amount in the same unit before rounding, or zero if nothing was rounded.
	Exact quantity.Amount
	Text  string
	// Times is the factor if the text could not be scaled; nil: 1.
	Times *big.Rat
}

// Scale returns a quantity multiplied by a positive factor, in units of a system, rounded by [Round]. The number changes; the other
// words stay if possible: "1 heaped EL" becomes "2 heaped EL".
//
// With the factor 1, a quantity in a unit of the system stays as it was written, and isn't rounded. Temperatures are converted, but not
// scaled. A quantity without a measure ("to taste") isn't scaled. A quantity with an unknown unit, or that can't be parsed, keeps its
// text and gets [Amount.Times]. Packs are multiplied; the content of one is converted, but not scaled.
func Scale(q quantity.Quantity, factor *big.Rat, s System) Scaled {
	total := q.Total()
	isSame := factor.Cmp(one) == 0
	switch {
	case q.Indefinite:
		return single(Amount{Text: q.Text})
	case len(total) == 0:
		a := Amount{Text: q.Text}
		if !isSame {
			a.Times = factor
		}
		return single(a)
	case isSame && keepsUnits(total, s):
		return unchanged(q.Text, total)
	case q.Content != nil && len(q.Plus) == 0:
		return single(scalePacks(q, factor, s))
	case len(total) == 1:
		return single(scaleMeasure(q, total[0], factor, s))
	}
	all := Scaled{Amounts: make([]Amount, len(total))}
	texts := make([]string, len(total))
	for i, m := range total {
		all.Amounts[i] = scaleMeasure(quantity.Quantity{}, m, factor, s)
		texts[i] = all.Amounts[i].Text
	}
	all.Text = strings.Join(texts, " + ")
	return all
}

func single(a Amount) Scaled { return Scaled{a.Text, []Amount{a}} }

// keepsUnits reports whether the system has the units of all measures.
func keepsUnits(total []quantity.Measure, s System) bool {
	for _, m := range total {
		if !keepsUnit(m, s) {
			return false
		}
	}
	return true
}

func keepsUnit(m quantity.Measure, s System) bool {
	if rule, measured := unitRules[m.Unit]; measured {
		_, keeps := rule.rangesFor(s)
		return keeps
	}
	return m.Unit == nil || m.Unit.Dimension != quantity.Temperature || convertTemperature(m, s).Unit == m.Unit
}

// unchanged returns measures as they are written.
func unchanged(text string, total []quantity.Measure) Scaled {
	if len(total) == 1 {
		return single(Amount{Measure: total[0], Text: text})
	}
	all := Scaled{Text: text}
	for _, m := range total {
		all.Amounts = append(all.Amounts, Amount{Measure: m, Text: Text(m)})
	}
	return all
}

// scaleMeasure scales a measure. If q isn't zero, the measure is the whole of q.
func scaleMeasure(q quantity.Quantity, m quantity.Measure, factor *big.Rat, s System) Amount {
	if m.Unit == nil || m.Unit.Dimension != quantity.Temperature {
		m.Amount = m.Amount.Times(factor)
	}
	rounded := round(m, s, len(moreWords(q)) > 0)
	a := Amount{Measure: rounded, Exact: exactOf(m, rounded)}
	if q.Rest != "" && q.Unit == rounded.Unit {
		a.Text = rewrite(q, rounded)
	} else {
		a.Text = replace(q, rounded)
	}
	return a
}

// exactOf returns the amount of m in the unit of the rounded measure, or zero if both are the same.
func exactOf(m, rounded quantity.Measure) quantity.Amount {
	exact := m.Amount
	if m.Unit != rounded.Unit {
		low, _ := quantity.Convert(exact.Min, m.Unit, rounded.Unit) // both have one dimension
		high := low
		if exact.IsRange() {
			high, _ = quantity.Convert(exact.Max, m.Unit, rounded.Unit)
		}
		exact = quantity.Amount{Min: low, Max: high, About: exact.About}
	}
	if exact.Min.Cmp(rounded.Amount.Min) == 0 && exact.Max.Cmp(rounded.Amount.Max) == 0 {
		return quantity.Amount{}
	}
	return exact
}

// scalePacks scales packs whose content is known. The amount is the content of all packs.
func scalePacks(q quantity.Quantity, factor *big.Rat, s System) Amount {
	count := quantity.Measure{Amount: q.Amount.Times(factor)}
	if factor.Cmp(one) != 0 {
		count = Round(count, s)
	}
	content, keepsContent := *q.Content, keepsUnit(*q.Content, s)
	if !keepsContent {
		content = Round(content, s)
	}
	all := quantity.Measure{Amount: product(count.Amount, content.Amount), Unit: content.Unit}
	a := Amount{Measure: all, Exact: exactOf(quantity.Measure{Amount: product(q.Amount.Times(factor), q.Content.Amount), Unit: q.Content.Unit}, all)}
	switch number := Number(count); {
	case keepsContent && q.Rest != "":
		a.Text = rewrite(q, count)
	case q.Multiplied && q.Unit != nil:
		a.Text = number + " × " + Text(content) + " " + UnitName(q.Unit, count.Amount.Max)
	case q.Unit == nil:
		a.Text = number + " × " + Text(content)
	default:
		a.Text = number + " " + UnitName(q.Unit, count.Amount.Max) + " (" + Text(content) + ")"
	}
	return a
}

func product(a, b quantity.Amount) quantity.Amount {
	return quantity.Amount{Min: new(big.Rat).Mul(a.Min, b.Min), Max: new(big.Rat).Mul(a.Max, b.Max), About: a.About || b.About}
}
