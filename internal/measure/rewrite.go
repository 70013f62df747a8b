package measure

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ocipe/ocipe/internal/quantity"
)

// rewrite returns the text of a quantity with another number. The words after the number stay, but the unit becomes singular or plural.
func rewrite(q quantity.Quantity, m quantity.Measure) string {
	written := strings.TrimSuffix(q.Text, q.Rest)
	about := m.Amount.About
	m.Amount.About = false
	number := Number(m)
	if hasDecimalComma(written) {
		number = strings.ReplaceAll(number, ".", ",")
	}
	switch {
	case about:
		number = aboutOf(written) + number
	case q.Before != "":
		number = q.Before + " " + number
	}
	unit := q.UnitText
	switch {
	case q.Multiplied: // 2 × 400 g cans
		unit = q.Rest[strings.LastIndexByte(q.Rest, ' ')+1:]
	case unit == "": // 2 squares
		unit = strings.TrimSpace(q.Rest)
	}
	if q.Unit != nil && q.Unit.Dimension == quantity.Length && !strings.HasSuffix(q.Rest, unit) {
		return number + q.Rest // 2 inch piece
	}
	return number + inflect(q.Rest, unit, m.Amount.Max.Cmp(one) > 0)
}

// replace returns the text of a quantity with another number and unit. Other words stay: before the number, or else in brackets.
func replace(q quantity.Quantity, m quantity.Measure) string {
	text := Text(m)
	if q.Before != "" {
		text = q.Before + " " + text
	}
	words := slices.DeleteFunc(moreWords(q), func(w string) bool { return systemWords[strings.ToLower(w)] })
	if len(words) > 0 {
		text += " (" + strings.Join(words, " ") + ")"
	}
	return text
}

// systemWords say whose unit is meant, which is of no use with another unit.
var systemWords = map[string]bool{
	"us": true, "u.s.": true, "american": true, "metric": true, "imperial": true, "imp": true, "imp.": true, "uk": true, "british": true,
	"australian": true, "aussie": true, "japanese": true,
}

var punctuation = strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ", ",", " ", ";", " ")

// moreWords returns the words of a quantity after the number and besides the unit, without punctuation: "heaped".
func moreWords(q quantity.Quantity) []string {
	words := strings.Fields(punctuation.Replace(strings.Replace(q.Rest, q.UnitText, " ", 1)))
	return slices.DeleteFunc(words, func(w string) bool { return w == "." }) // the period of an abbreviation
}

// aboutOf returns the word for "about" before a number, with the space between them. It is empty if the word follows the number.
func aboutOf(written string) string {
	if i := strings.IndexFunc(written, unicode.IsNumber); i >= 0 {
		return written[:i]
	}
	return "about "
}

// hasDecimalComma reports whether a number is written as "1,5".
func hasDecimalComma(number string) bool {
	_, places, found := strings.Cut(number, ",")
	return found && len(places) > 0 && len(places) < 3 && places[0] >= '0' && places[0] <= '9'
}

// inflect replaces the words of the unit in a text by their singular or plural, as far as they are known.
func inflect(text, unit string, many bool) string {
	words := strings.Split(unit, " ")
	for i, word := range words {
		if f, ok := unitForms[word]; ok {
			words[i] = f.form(many)
		}
	}
	if form := strings.Join(words, " "); form != unit {
		return strings.Replace(text, unit, form, 1)
	}
	return text
}
