package quantity

import "math/big"

// Amount is an exact number or a range. The zero value means no amount. The numbers are shared: callers must not change them.
type Amount struct {
	// Min and Max are the ends of a range. They are equal for a single number, and nil for no amount.
	Min, Max *big.Rat
	// About is set if the text says that the number isn't exact: "about", "ca.", "~".
	About bool
}

// IsZero reports whether there is no amount.
func (a Amount) IsZero() bool { return a.Min == nil }

// IsRange reports whether the ends differ.
func (a Amount) IsRange() bool { return a.Min != nil && a.Min.Cmp(a.Max) != 0 }

// Times returns the amount multiplied by a factor, which must not be negative.
func (a Amount) Times(factor *big.Rat) Amount {
	if a.IsZero() {
		return a
	}
	low := new(big.Rat).Mul(a.Min, factor)
	if a.Max == a.Min {
		return Amount{Min: low, Max: low, About: a.About}
	}
	return Amount{Min: low, Max: new(big.Rat).Mul(a.Max, factor), About: a.About}
}

// String returns the amount without words: "1+1/2", "0.35", "2-3", "~300", or "" for no amount.
func (a Amount) String() string {
	if a.IsZero() {
		return ""
	}
	text := formatNumber(a.Min)
	if a.IsRange() {
		text += "-" + formatNumber(a.Max)
	}
	if a.About {
		return "~" + text
	}
	return text
}

// formatNumber writes a number as a cook would. It writes fractions that measuring cups have as fractions, and other numbers as decimals
// if that is exact, otherwise also as fractions.
func formatNumber(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	den := x.Denom()
	fraction := den.IsInt64() && (den.Int64() <= 4 || den.Int64() == 6 || den.Int64() == 8)
	if places, exact := x.FloatPrec(); exact && !fraction {
		return x.FloatString(places)
	}
	whole, rest := new(big.Int).QuoRem(x.Num(), den, new(big.Int))
	text := rest.String() + "/" + den.String()
	if whole.Sign() > 0 {
		return whole.String() + "+" + text
	}
	return text
}

// Measure is an amount of a unit.
type Measure struct {
	Amount Amount
	Unit   *Unit
}

// Quantity is a parsed quantity of a food.
type Quantity struct {
	// Text is the text as written, without white space at its ends.
	Text string
	// Amount is the number of units, or of packs if Content is set. It is zero for "to taste", for "Dash of", and for a text that
	// isn't understood.
	Amount Amount
	// Unit is nil for a number without a unit, for an unknown unit, and for a text without an amount.
	Unit *Unit
	// UnitText is the unit as written, even if it is unknown.
	UnitText string
	// Content is the content of one pack: 400 g in "1 can (400 g)" and in "2 × 400 g".
	Content *Measure
	// Plus has the amounts to add: 2 oz in "1 lb 2 oz", 2 tbsp in "1 cup plus 2 tbsp".
	Plus []Measure
	// Multiplied is set if packs and content are written as a product: "2 × 400 g".
	Multiplied bool
	// Rest is the text after the number: " EL", " × 400 g cans". It is empty if it has a number that must change together with the
	// first one, as in "1 cup / 240 ml". Only [Parse] sets it, not [ParseLine].
	Rest string
	// Before is the text before the number, if Rest is set: "up to".
	Before string
	// Indefinite is set if the text is understood but has no measure: "to taste", "some", and an empty text.
	Indefinite bool
}

// Understood reports whether the amount and the unit are known, or the text is known to have no measure.
func (q Quantity) Understood() bool {
	return q.Indefinite || q.Unit != nil || !q.Amount.IsZero() && q.UnitText == ""
}

// Total returns the measures to calculate with: the content of all packs if it is known, otherwise the amount in its unit. It returns one
// measure, several if they can't be added, as in "1 cup plus 100 g", or none if the text has no amount or an unknown unit.
func (q Quantity) Total() []Measure {
	if q.Amount.IsZero() || !q.Understood() {
		return nil
	}
	total := []Measure{{q.Amount, q.Unit}}
	if q.Content != nil {
		total[0] = Measure{q.Amount.multiply(q.Content.Amount), q.Content.Unit}
	}
	for _, m := range q.Plus {
		if sum, ok := total[0].add(m); ok {
			total[0] = sum
		} else {
			total = append(total, m)
		}
	}
	return total
}

// Multiple returns the amount in the unit that [Quantity.Notation] returns, with products calculated: 800 for "2 × 400 g".
func (q Quantity) Multiple() Amount {
	if q.Multiplied {
		return q.Amount.multiply(q.Content.Amount)
	}
	return q.Amount
}

// multiply returns the product of two amounts.
func (a Amount) multiply(b Amount) Amount {
	return Amount{Min: new(big.Rat).Mul(a.Min, b.Min), Max: new(big.Rat).Mul(a.Max, b.Max), About: a.About || b.About}
}

// add returns the sum of two measures in the unit of the first, and whether they can be added.
func (m Measure) add(n Measure) (Measure, bool) {
	if m.Unit != n.Unit && (m.Unit == nil || n.Unit == nil || m.Unit.Dimension == Count || m.Unit.Dimension != n.Unit.Dimension) {
		return m, false
	}
	low, high := n.Amount.Min, n.Amount.Max
	if m.Unit != n.Unit {
		low, _ = Convert(low, n.Unit, m.Unit)
		high, _ = Convert(high, n.Unit, m.Unit)
	}
	return Measure{Unit: m.Unit, Amount: Amount{
		Min: new(big.Rat).Add(m.Amount.Min, low), Max: new(big.Rat).Add(m.Amount.Max, high), About: m.Amount.About || n.Amount.About,
	}}, true
}

// Notation returns the amount without words, and its unit: "2-3" and clove, "2x400" and g. The unit is nil for a number without a unit.
func (q Quantity) Notation() (string, *Unit) {
	if q.Multiplied {
		return q.Amount.String() + "x" + q.Content.Amount.String(), q.Content.Unit
	}
	return q.Amount.String(), q.Unit
}
