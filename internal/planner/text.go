package planner

import (
	"math/big"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// amount returns an amount with its text.
func amount(low, high *big.Rat, u *quantity.Unit) Amount {
	return Amount{Min: low, Max: high, Unit: u.Key, Text: phrase(low, high, u)}
}

// single returns an amount that is not a range.
func single(x *big.Rat, u *quantity.Unit) Amount { return amount(x, x, u) }

// phrase writes an amount of a unit as people say it: "2–3 cups", "1½", "1.5 kg".
func phrase(low, high *big.Rat, u *quantity.Unit) string {
	key, factor := "", thousand
	switch {
	case low.Cmp(thousand) >= 0:
		key, factor = larger[u.Key], thousandth
	case high.Cmp(one) < 0 && new(big.Rat).Mul(low, thousand).IsInt() && new(big.Rat).Mul(high, thousand).IsInt():
		key = smaller[u.Key]
	}
	if key != "" {
		u, low, high = quantity.ByKey(key), new(big.Rat).Mul(low, factor), new(big.Rat).Mul(high, factor)
	}
	return plain(low, high, u)
}

// plain writes an amount in its unit.
func plain(low, high *big.Rat, u *quantity.Unit) string {
	if u == piece {
		u = nil
	}
	return measure.Text(quantity.Measure{Amount: quantity.Amount{Min: low, Max: high}, Unit: u})
}

var thousand, thousandth = big.NewRat(1000, 1), big.NewRat(1, 1000)

// larger are the units in which a thousand smaller ones are written, and smaller those for less than one larger one.
var (
	larger  = map[string]string{"g": "kg", "ml": "l"}
	smaller = map[string]string{"kg": "g", "l": "ml"}
)

// exact writes a single amount of a unit without rounding it if it has up to twelve decimals: conversions are checked by hand.
func exact(x *big.Rat, u *quantity.Unit) string {
	if n, ok := x.FloatPrec(); ok && n > 2 && n <= 12 {
		return x.FloatString(n) + " " + measure.UnitName(u, x)
	}
	return plain(x, x, u)
}

// number writes a number without a unit.
func number(x *big.Rat) string { return plain(x, x, piece) }

// texts returns the texts of amounts, in quotes if they are a cook's words.
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

// enumerate joins texts: "a, b and c".
func enumerate(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}

// date writes a day: "9 December 2026".
func date(t time.Time) string { return t.Format("2 January 2006") }

func quoted(s string) string { return "“" + s + "”" }

// sentence makes the first letter of a text a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	first, rest := s[:1], s[1:]
	if r := []rune(s); len(r) > 0 {
		first, rest = string(r[0]), string(r[1:])
	}
	return strings.ToUpper(first) + rest
}
