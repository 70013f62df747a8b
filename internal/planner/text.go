package planner

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// amount returns an amount with its text.
func amount(low, high *big.Rat, u *quantity.Unit) Amount {
	return Amount{Min: low, Max: high, Unit: u.Key, Text: amountText(low, high, u)}
}

// single returns an amount that isn't a range, with its text.
func single(x *big.Rat, u *quantity.Unit) Amount { return amount(x, x, u) }

// amountText writes an amount as people do: "2–3 cups", "1½", "1.5 kg".
func amountText(low, high *big.Rat, u *quantity.Unit) string {
	if u.Dimension == quantity.Mass && (u.Key == "hg" || u.Key == "metric-pound") { // many people don't know these units
		low, high, u = mul(low, u.Size()), mul(high, u.Size()), gram
	}
	if low == high && low.IsInt() && low.Num().IsInt64() {
		if x := low.Num().Int64(); x < 1000 && x > 0 {
			return smallText(x, low, u)
		}
	}
	key, factor := "", thousand
	switch {
	case !isBelow(low, thousand):
		key, factor = largerUnits[u.Key], thousandth
	case high.Num().Cmp(high.Denom()) < 0:
		key = smallerUnits[u.Key]
	}
	if key != "" {
		u, low, high = quantity.ByKey(key), new(big.Rat).Mul(low, factor), new(big.Rat).Mul(high, factor)
	}
	return plainText(low, high, u)
}

// smallText writes a whole number from 1 to 999 with its unit. It is a fast path, because most numbers are small.
func smallText(x int64, number *big.Rat, u *quantity.Unit) string {
	if u == piece {
		return strconv.FormatInt(x, 10)
	}
	return strconv.FormatInt(x, 10) + " " + measure.UnitName(u, number)
}

// plainText writes an amount without converting it to another unit.
func plainText(low, high *big.Rat, u *quantity.Unit) string {
	if u == piece {
		u = nil
	}
	text := mixed(low, u)
	if cmp(low, high) != 0 {
		top := mixed(high, u)
		if text == "" && top == "" {
			return measure.Text(quantity.Measure{Amount: quantity.Amount{Min: low, Max: high}, Unit: u})
		}
		text = orNumber(text, low, u) + "–" + orNumber(top, high, u)
	}
	switch {
	case text == "":
		return measure.Text(quantity.Measure{Amount: quantity.Amount{Min: low, Max: high}, Unit: u})
	case u == nil:
		return text
	}
	return text + " " + measure.UnitName(u, high)
}

// orNumber returns a text, or if it is empty, a number in a unit.
func orNumber(text string, x *big.Rat, u *quantity.Unit) string {
	if text != "" {
		return text
	}
	return measure.Number(quantity.Measure{Amount: quantity.Amount{Min: x, Max: x}, Unit: u})
}

// mixed writes a number as a mixed fraction if it has more than four decimals and its denominator is below 100. Otherwise it returns "".
// Grams and the like get thirds only: scales show decimals.
func mixed(x *big.Rat, u *quantity.Unit) string {
	if n, ok := x.FloatPrec(); ok && n <= 4 || x.Denom().Cmp(big.NewInt(100)) >= 0 {
		return ""
	}
	if u != nil && unitSystem(u) == "si" && x.Denom().Cmp(big.NewInt(3)) != 0 {
		return ""
	}
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	part := new(big.Rat).SetFrac(rest, x.Denom())
	text := measure.Number(quantity.Measure{Amount: quantity.Amount{Min: part, Max: part}})
	if strings.Contains(text, ".") {
		text = " " + part.RatString()
	}
	if whole.Sign() > 0 {
		text = whole.String() + text
	}
	return strings.TrimSpace(text)
}

var thousand, thousandth = big.NewRat(1000, 1), big.NewRat(1, 1000)

// larger has the units for amounts of a thousand or more of a unit, and smaller the units for amounts below one.
var (
	largerUnits  = map[string]string{"mg": "g", "g": "kg", "ml": "l"}
	smallerUnits = map[string]string{"kg": "g", "l": "ml"}
)

// isPlainNumber reports whether an amount has a number that people read at a glance: at most two decimals, or a kitchen fraction.
func isPlainNumber(x *big.Rat, u *quantity.Unit) bool {
	if n, ok := x.FloatPrec(); ok && n <= 2 {
		return true
	}
	d := x.Denom()
	return unitSystem(u) != "si" && d.IsInt64() && (d.Int64() == 3 || d.Int64() == 8)
}

// exact writes an amount that isn't a range. It doesn't round amounts with up to twelve decimals, so that people can check conversions.
func exact(x *big.Rat, u *quantity.Unit) string {
	if n, ok := x.FloatPrec(); ok && n > 2 && n <= 12 {
		return x.FloatString(n) + " " + measure.UnitName(u, x)
	}
	return plainText(x, x, u)
}

// number writes a number without a unit.
func number(x *big.Rat) string { return plainText(x, x, piece) }

// texts returns the texts of amounts. Texts without a measure are in quotes.
func texts(amounts []Amount) []string {
	var list []string
	for _, a := range amounts {
		switch {
		case a.Min != nil:
			list = append(list, a.Text)
		case a.Text == "":
			list = append(list, "an amount that isn't given")
		default:
			list = append(list, quoted(a.Text))
		}
	}
	return list
}

// enumerate joins texts, as in "a, b and c".
func enumerate(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}

// date writes a day, such as "9 December 2026".
func date(t time.Time) string { return t.Format("2 January 2006") }

func quoted(s string) string { return "“" + s + "”" }

// capitalize capitalizes the first letter of a text.
func capitalize(s string) string {
	if s == "" {
		return s
	}
	first, rest := s[:1], s[1:]
	if r := []rune(s); len(r) > 0 {
		first, rest = string(r[0]), string(r[1:])
	}
	return strings.ToUpper(first) + rest
}
