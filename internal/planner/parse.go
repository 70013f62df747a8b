package planner

import (
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// textKey is a text and its language.
type textKey struct{ text, language string }

// parse parses the quantity of a line. It parses each text only once.
func (p *plan) parse(lines []Line, i int) quantity.Quantity {
	key := textKey{text: lines[i].Quantity}
	if isAmbiguous(key.text) {
		key.language = p.language(lines)
	}
	q, ok := p.quantities[key]
	if !ok {
		q = quantity.Parse(key.text, key.language)
		p.quantities[key] = q
	}
	return q
}

// maxDetected is the maximum number of lines used to detect the language of a recipe.
const maxDetected = 20

// language returns the most frequent language in the lines of a recipe.
func (p *plan) language(lines []Line) string {
	if l, ok := p.languages[&lines[0]]; ok {
		return l
	}
	var texts []string
	for _, l := range lines[:min(len(lines), maxDetected)] {
		texts = append(texts, l.Quantity+" "+l.Name)
	}
	most, count := "", map[string]int{}
	for _, l := range quantity.Detect(texts...) {
		if count[l]++; count[l] > count[most] {
			most = l
		}
	}
	p.languages[&lines[0]] = most
	return most
}

// ambiguous are words that name different units in different languages.
var ambiguous = []string{"cc", "dozen", "pot", "bol", "btl", "karton", "stengel"}

// isAmbiguous reports whether a quantity means different things in different languages: "1.200 g", "2 cc".
func isAmbiguous(text string) bool {
	for i := 1; i+4 <= len(text); i++ {
		if (text[i] == '.' || text[i] == ',') && isDigits(text[i-1:i]) && isDigits(text[i+1:i+4]) && (i+4 == len(text) || !isDigits(text[i+4:i+5])) {
			return true
		}
	}
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool { return slices.Contains(ambiguous, strings.ToLower(word)) })
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
