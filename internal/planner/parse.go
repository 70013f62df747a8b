package planner

import (
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// phraseKey is a text in a language.
type phraseKey struct{ text, language string }

// parse parses the quantity of a line, each text once.
func (p *plan) parse(lines []Line, i int) quantity.Quantity {
	key := phraseKey{text: lines[i].Quantity}
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

// maxDetected limits the lines from which the language of a recipe is detected.
const maxDetected = 20

// language returns the language of most lines of a recipe.
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

// ambiguous are the words that name different units in different languages.
var ambiguous = []string{"cc", "dozen", "pot", "bol", "btl", "karton", "stengel"}

// isAmbiguous reports whether a quantity says different things in different languages: "1.200 g", "2 cc".
func isAmbiguous(text string) bool {
	for i := 1; i+4 <= len(text); i++ {
		if (text[i] == '.' || text[i] == ',') && isDigits(text[i-1:i]) && isDigits(text[i+1:i+4]) && (i+4 == len(text) || !isDigits(text[i+4:i+5])) {
			return true
		}
	}
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool { return slices.Contains(ambiguous, strings.ToLower(word)) })
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
