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
	q := p.quantityOnly()
	if q == nil {
		return Quantity{Text: text}
	}
	for _, m := range q.marks {
		p.assign(m.first, m.end, m.role)
	}
	rest := p.unknownText(q)
	switch {
	case p.isPerPerson(q.end):
		return Quantity{Text: text} // nobody says for how many the recipe is
	case rest == "":
		q.Text, q.Rest = text, p.restOf(q)
		if q.Rest != "" {
			q.Before = p.text(0, q.marks[0].first)
		}
		return q.Quantity
	case q.Unit == nil && !q.Amount.IsZero() && q.Content == nil && strings.HasSuffix(text, rest) && isUnitText(rest):
		return Quantity{Text: text, Amount: q.Amount, UnitText: rest}
	}
	return Quantity{Text: text}
}

// quantityOnly parses the quantity at the start of a text. It returns nil if there is none.
func (p *parser) quantityOnly() *parsedQuantity {
	j := 0
	for k := p.skip(j, sizeWord); k > j && (!p.is(j, articleWord|numberWord) || p.isSizeOfNumber(k)); k = p.skip(j, sizeWord) {
		j = k
	}
	if end := p.skip(j, indefinite); end > j {
		if q := p.indefinite(&parsedQuantity{}, j, end); q != nil {
			return q
		}
	}
	if q := p.measure(j); q != nil {
		return q
	}
	if q := p.aboutMeasure(j); q != nil {
		return q
	}
	if q := p.unitOnly(&parsedQuantity{}, j); q != nil {
		return q
	}
	if end, u := p.unitAt(j); u != nil && u.Dimension == Count { // "pinch"
		q := &parsedQuantity{}
		q.setUnit(p, j, end, u)
		return q
	}
	return nil
}

// restOf returns the text for [Quantity.Rest].
func (p *parser) restOf(q *parsedQuantity) string {
	if len(q.marks) == 0 || q.marks[0].role != Quantifier || len(q.Plus) > 0 {
		return ""
	}
	for _, m := range q.marks[1:] {
		if m.role == Quantifier && !q.Multiplied { // "1 cup and a half"
			return ""
		}
	}
	end, numbers, allowed := q.marks[0].end, 0, 0
	if q.Content != nil && !q.Content.Amount.IsRange() {
		allowed = 1
	}
	var rest strings.Builder
	for i := end; i < len(p.tokens); i++ {
		if p.kind(i) == digits || p.kind(i) == vulgarFraction || p.is(i, numberWord) {
			numbers++
		}
		rest.WriteString(p.tokens[i].space + p.tokens[i].text)
	}
	if numbers != allowed {
		return ""
	}
	return rest.String()
}

// isPerPerson reports whether the text from token i on says that the amount is that of one person.
func (p *parser) isPerPerson(i int) bool {
	for ; i < len(p.tokens); i++ {
		if p.is(i, perPerson) {
			return true
		}
	}
	return false
}

// unknownText returns the text after a quantity, from the first word on that the parser doesn't understand.
func (p *parser) unknownText(q *parsedQuantity) string {
	i := q.end
	if p.isOpening(i) && q.Content != nil { // the brackets have the content of a package, which was already parsed
		i = p.closing(i) + 1
	}
	first := -1
	for i < len(p.tokens) {
		if closing := p.closing(i); first < 0 && p.isOpening(i) && closing < len(p.tokens) { // "1 cup (240 ml)", "2 (Größe M)"
			i = closing + 1
			continue
		}
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
