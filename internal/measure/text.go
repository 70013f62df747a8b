// Package measure writes amounts as a cook measures them: in kitchen units, rounded to the spoons, cups and scales that a kitchen
// has, as text and as numbers.
package measure

import (
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Text writes a measure in English: "½ tsp", "1¼ cups", "350 g", "2–3 cloves", "about 4". It doesn't round: [quantity.Parse] reads the
// same measure from the text. The text is empty if there is no amount.
func Text(m quantity.Measure) string {
	number := Number(m)
	if m.Unit == nil || number == "" {
		return number
	}
	if number == "1" { // perhaps rounded
		return number + " " + UnitName(m.Unit, one)
	}
	return number + " " + UnitName(m.Unit, m.Amount.Max)
}

// Number is [Text] without the unit.
func Number(m quantity.Measure) string {
	if m.Amount.IsZero() {
		return ""
	}
	decimal := m.Unit != nil && isDecimal[m.Unit.Key]
	text := number(m.Amount.Min, decimal)
	if m.Amount.IsRange() {
		text += "–" + number(m.Amount.Max, decimal)
	}
	if m.Amount.About {
		return "about " + text
	}
	return text
}

// isDecimal has the units whose amounts are written as decimals: 0.5 kg, but ½ lb.
var isDecimal = map[string]bool{
	"mg": true, "g": true, "hg": true, "kg": true, "ml": true, "cl": true, "dl": true, "l": true, "mm": true, "cm": true, "°C": true, "°F": true,
}

// vulgarFractions has the fractions that are a single character.
var vulgarFractions = map[string]string{
	"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖", "3/5": "⅗", "4/5": "⅘",
	"1/6": "⅙", "5/6": "⅚", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞",
}

// maxPlaces limits the decimal places of a number of 0.001 and more. A number that needs more is rounded: a cook reads no more.
const maxPlaces = 4

// number writes a number: 1½, 0.35, 12. A number that has no short exact form is rounded to four decimal places, or two significant digits.
func number(x *big.Rat, decimal bool) string {
	if x.IsInt() {
		return x.Num().String()
	}
	if !decimal {
		if text := fraction(x); text != "" {
			return text
		}
	}
	text := x.FloatString(max(maxPlaces, significant(float(x))))
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// fraction writes a number with a fraction of one character, or with sixteenths, or returns "".
func fraction(x *big.Rat) string {
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	part := new(big.Rat).SetFrac(rest, x.Denom()).RatString()
	text, ok := vulgarFractions[part]
	if !ok {
		if !strings.HasSuffix(part, "/16") {
			return ""
		}
		text = part
		if whole.Sign() > 0 {
			text = " " + text
		}
	}
	if whole.Sign() > 0 {
		return whole.String() + text
	}
	return text
}

// UnitName returns the English name of a unit as it is written after an amount: "cup" after 1 and "cups" after 1¼.
func UnitName(u *quantity.Unit, amount *big.Rat) string {
	name := u.Key
	prefix := ""
	if country, rest, found := strings.Cut(name, "-"); found && rest == u.Generic {
		prefix, name = country+" ", rest
		if country == "australian" || country == "japanese" {
			prefix = capitalize(prefix)
		}
	}
	if name == "metric-pound" {
		prefix, name = "", "Pfund"
	}
	if amount.Num().Cmp(amount.Denom()) > 0 && !isSymbol[name] {
		name = plural(name)
	}
	return prefix + name
}

var one = big.NewRat(1, 1)

// isSymbol has the units that are written as a symbol, which has no plural.
var isSymbol = map[string]bool{
	"mg": true, "g": true, "hg": true, "kg": true, "oz": true, "lb": true, "ml": true, "cl": true, "dl": true, "l": true,
	"tsp": true, "tbsp": true, "fl oz": true, "mm": true, "cm": true, "°C": true, "°F": true, "Pfund": true,
}

func plural(name string) string {
	switch {
	case name == "leaf", name == "loaf":
		return strings.TrimSuffix(name, "f") + "ves"
	case strings.HasSuffix(name, "ch"), strings.HasSuffix(name, "sh"), strings.HasSuffix(name, "x"), strings.HasSuffix(name, "ss"):
		return name + "es"
	}
	return name + "s"
}
