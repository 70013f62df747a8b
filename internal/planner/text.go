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

// phrase writes an amount of a unit: "2–3 cups", "1½", "1.5 kg".
func phrase(low, high *big.Rat, u *quantity.Unit) string {
	if key := larger[u.Key]; key != "" && low.Cmp(thousand) >= 0 {
		u = quantity.ByKey(key)
		low, high = new(big.Rat).Quo(low, thousand), new(big.Rat).Quo(high, thousand)
	}
	if u == piece {
		u = nil
	}
	return measure.Text(quantity.Measure{Amount: quantity.Amount{Min: low, Max: high}, Unit: u})
}

var thousand = big.NewRat(1000, 1)

// larger are the units in which a thousand smaller ones are written.
var larger = map[string]string{"g": "kg", "ml": "l"}

// exact writes a single amount of a unit without rounding it if it has up to twelve decimals: conversions are checked by hand.
func exact(x *big.Rat, u *quantity.Unit) string {
	if n, ok := x.FloatPrec(); ok && n > 2 && n <= 12 {
		return x.FloatString(n) + " " + measure.UnitName(u, x)
	}
	return phrase(x, x, u)
}

// number writes a number without a unit.
func number(x *big.Rat) string { return phrase(x, x, piece) }

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
