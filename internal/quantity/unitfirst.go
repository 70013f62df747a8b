package quantity

import "math/big"

// unitFirst parses a quantity at the start of a line with the unit, or the Italian "n.", before the number: "g 250 di farina", "n. 3 uova".
func (p *parser) unitFirst(i int) *parsedQuantity {
	for j := range i {
		if p.roles[j] != Separator {
			return nil
		}
	}
	if key := p.key(i); p.lex.language == "it" && (key == "n" || key == "nr" || key == "nº") {
		j := p.skipPeriod(i + 1)
		if p.key(j) == "°" {
			j++
		}
		if a, end := p.amount(j); !a.IsZero() && p.kind(end) == word {
			q := &parsedQuantity{end: end}
			q.Amount = a
			q.mark(i, j, Separator)
			q.mark(j, end, Quantifier)
			return q
		}
		return nil
	}
	j, u := p.unitAt(i)
	if u == nil || u.Dimension != Mass && u.Dimension != Volume || len(p.key(i)) > 2 || p.kind(j) != digits || p.isGlued(j) {
		return nil
	}
	a, end := p.amount(j)
	if a.IsZero() || p.kind(end) != word {
		return nil
	}
	if _, other := p.unitAt(end); other != nil {
		return nil
	}
	q := &parsedQuantity{}
	q.Amount = a
	q.setUnit(p, i, j, u)
	q.mark(j, end, Quantifier)
	q.end = end
	return q
}

// tasteFirst parses a remark before a food without a number, or with an article: "q.b. di olio", "evtl. ein Ei".
func (p *parser) tasteFirst(notes *parsedQuantity, j int) *parsedQuantity {
	end := p.skip(j, tasteWord)
	if end == j || p.kind(p.skip(end, linkWord)) != word {
		return nil
	}
	if !p.is(end, articleWord) {
		return p.indefinite(notes, j, end)
	}
	q := p.measure(end)
	if q == nil {
		return nil
	}
	notes.mark(j, end, NoteText)
	q.marks = append(notes.marks, q.marks...)
	return p.markLinkWords(q)
}

// decimalsAfterUnit parses the decimals of a number after its unit: "1kg2 sườn heo", "1 kg 500 de pommes de terre".
func (p *parser) decimalsAfterUnit(q *parsedQuantity) {
	i := q.end
	if q.Unit == nil || q.Unit.Key != "kg" || p.kind(i) != digits || q.Amount.IsRange() || !q.Amount.Min.IsInt() || p.kind(i+1) != word {
		return
	}
	text := p.tokens[i].text
	if _, u := p.unitAt(i + 1); u != nil || !isWhole(text) || len(text) != 3 && (len(text) != 1 || !p.isGlued(i)) {
		return
	}
	sum := new(big.Rat).Add(q.Amount.Min, parseRat("0."+text))
	q.Amount.Min, q.Amount.Max = sum, sum
	q.mark(i, i+1, Quantifier)
	q.end = i + 1
}

// unitOnly parses a unit without a number: "Dash of Honey".
func (p *parser) unitOnly(q *parsedQuantity, j int) *parsedQuantity {
	k := p.skipSizes(q, j)
	end, u := p.unitAt(k)
	if u == nil || end >= len(p.tokens) {
		return nil
	}
	if half, e := p.match(end, numberSuffix); e != nil { // kilo y medio
		sum := new(big.Rat).Add(one, e.number)
		q.Amount = Amount{Min: sum, Max: sum}
		q.setUnit(p, k, end, u)
		q.mark(end, half, Quantifier)
		q.end = half
		return q
	}
	spoon := u.Dimension == Volume && len(p.text(k, end)) > 2 // scant teaspoon salt, tablespoon of oil
	sized := spoon && (p.is(end, linkWord) || len(q.marks) > 0 && p.kind(end) == word)
	if u.Dimension != Count && !sized {
		return nil
	}
	if !p.is(end, linkWord) && !p.isGermanicUnit(k, end) && (!standaloneUnits[u.Key] && len(q.marks) == 0 || p.kind(end) != word) {
		return nil
	}
	q.setUnit(p, k, end, u)
	return q
}

// isGermanicUnit reports whether the tokens from k to end are a unit of a language without a word such as "of" after it: "bakje aardbeien".
func (p *parser) isGermanicUnit(k, end int) bool {
	language := p.lex.language
	return (language == "de" || language == "nl") && len(p.text(k, end)) > 3 && p.kind(end) == word && !p.is(k, juiceWord|sizeWord) &&
		!p.is(end, orWord|andWord|prepWord|prepPhrase|notePhrase|adverbWord)
}

// standaloneUnits has units that count as a unit even without a number or "of".
var standaloneUnits = map[string]bool{
	"pinch": true, "knife-tip": true, "dash": true, "splash": true, "drizzle": true, "knob": true, "handful": true, "bunch": true,
}
