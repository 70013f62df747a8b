package quantity

import (
	"slices"
	"strings"
	"unicode"
)

// Parse parses the quantity of an ingredient, without the food: "1 1/2 cups", "2 × 400 g cans", "a pinch", "to taste".
// The language is one of [Languages]. With any other, such as "", Parse tries all of them, English first. If it doesn't know a word,
// it doesn't understand the text, and only sets Text. But if the text is a number and an unknown unit, it also sets Amount and UnitText.
func Parse(text, language string) Quantity {
	if slices.Contains(languages, language) {
		return parse(text, language)
	}
	first := parse(text, "en")
	if first.Understood() {
		return first
	}
	for _, other := range languages[1:] {
		if q := parse(text, other); q.Understood() {
			return q
		}
	}
	return first
}

func parse(text, language string) Quantity {
	text = strings.TrimSpace(text)
	p := newParser(text, language)
	if len(p.tokens) == 0 || p.skip(0, tasteWord) == len(p.tokens) {
		return Quantity{Text: text, Indefinite: true}
	}
	if len(p.tokens) > maxTokens {
		return Quantity{Text: text}
	}
	r := p.quantityOnly()
	if r == nil {
		return Quantity{Text: text}
	}
	for _, m := range r.marks {
		p.assign(m.first, m.end, m.role)
	}
	rest := p.unknown(r)
	switch {
	case rest == "":
		r.Text, r.Rest = text, p.restOf(r)
		return r.Quantity
	case r.Unit == nil && !r.Amount.IsZero() && r.Content == nil && strings.HasSuffix(text, rest) && isUnitText(rest):
		return Quantity{Text: text, Amount: r.Amount, UnitText: rest}
	}
	return Quantity{Text: text}
}

// quantityOnly parses the quantity at the start of a text. It returns nil if there is none.
func (p *parser) quantityOnly() *reading {
	j := 0
	for k := p.skip(j, sizeWord); k > j && !p.is(j, articleWord|numberWord); k = p.skip(j, sizeWord) {
		j = k
	}
	if end := p.skip(j, indefinite); end > j {
		if r := p.indefinite(&reading{}, j, end); r != nil {
			return r
		}
	}
	if r := p.measure(j); r != nil {
		return r
	}
	if r := p.aboutMeasure(j); r != nil {
		return r
	}
	if r := p.unitOnly(&reading{}, j); r != nil {
		return r
	}
	if end, u := p.unitAt(j); u != nil && u.Dimension == Count { // "pinch"
		r := &reading{}
		r.setUnit(p, j, end, u)
		return r
	}
	return nil
}

// restOf returns the text for [Quantity.Rest].
func (p *parser) restOf(r *reading) string {
	if len(r.marks) == 0 || r.marks[0].first > 0 || r.marks[0].role != Quantifier || len(r.Plus) > 0 {
		return ""
	}
	for _, m := range r.marks[1:] {
		if m.role == Quantifier && !r.Multiplied { // "1 cup and a half"
			return ""
		}
	}
	end, numbers, allowed := r.marks[0].end, 0, 0
	if r.Content != nil && !r.Content.Amount.IsRange() {
		allowed = 1
	}
	var rest strings.Builder
	for i := end; i < len(p.tokens); i++ {
		if p.kind(i) == digits || p.kind(i) == vulgar || p.is(i, numberWord) {
			numbers++
		}
		rest.WriteString(p.tokens[i].space + p.tokens[i].text)
	}
	if numbers != allowed {
		return ""
	}
	return rest.String()
}

// unknown returns the text after a quantity, from the first word on that the parser doesn't understand.
func (p *parser) unknown(r *reading) string {
	i := r.end
	if p.isOpening(i) && r.Content != nil { // the brackets have the content of a package, which was already parsed
		i = p.closing(i) + 1
	}
	first := -1
	for i < len(p.tokens) {
		if k := p.skip(i, sizeWord|prepWord|adverbWord|linkWord); k > i && first < 0 {
			i = k
			continue
		}
		if p.kind(i) == punctuation && strings.ContainsAny(p.key(i), ".,;()") && first < 0 {
			i++
			continue
		}
		if first < 0 {
			first = i
		}
		i++
	}
	if first < 0 {
		return ""
	}
	return p.text(first, len(p.tokens))
}

// isUnitText reports whether a text may be the name of an unknown unit: one or two words.
func isUnitText(text string) bool {
	return strings.Count(text, " ") < 2 && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' && r != '-' })
}
