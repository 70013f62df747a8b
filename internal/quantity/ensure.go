package quantity

import "math"

// unitAfterFood moves a unit at the end of the name to the quantity: "2 garlic cloves".
func (p *parser) unitAfterFood(q *parsedQuantity) {
	if q.Unit != nil || q.Amount.IsZero() && !q.Indefinite {
		return
	}
	last, words := -1, 0
	for i := range p.tokens {
		if p.roles[i] != FoodName {
			continue
		}
		if last >= 0 && p.key(i) == "," {
			return
		}
		last = i
		words++
	}
	if words < 2 || p.unsplit[last] || !p.is(last, afterFoodWord) {
		return
	}
	if _, u := p.unitAt(last); u != nil {
		q.Unit, q.UnitText, q.Indefinite = u, p.tokens[last].text, false
		p.roles[last] = UnitName
	}
}

// ensureName gives a line without a name one if it can. The name becomes a counted unit that no food follows, as in "1 clove (spice)", or
// else a preparation, a note, or text without a role.
func (p *parser) ensureName(q *parsedQuantity) {
	has := map[Role]bool{}
	for i := range p.tokens {
		if p.kind(i) != punctuation {
			has[p.roles[i]] = true
		}
	}
	if has[FoodName] {
		return
	}
	if has[UnitName] && q.Unit != nil && q.Unit.Dimension == Count && !has[PreparationText] {
		q.Unit, q.UnitText = nil, ""
		p.makeName(UnitName)
		return
	}
	for _, role := range []Role{PreparationText, NoteText} {
		if has[role] {
			p.makeName(role)
			return
		}
	}
	if len(p.tokens) > 0 && !has[Quantifier] && !has[UnitName] {
		p.makeName(undecided)
		p.makeName(Separator)
	}
}

// makeName makes the first consecutive tokens of a role the name.
func (p *parser) makeName(role Role) {
	found := false
	for i := range p.tokens {
		if p.roles[i] == role {
			p.roles[i] = FoodName
			found = true
		} else if found {
			return
		}
	}
}

// confidence estimates how reliable the result for a line is. See [Line.Confidence].
func (p *parser) confidence(l *Line) float64 {
	c := 0.97
	words, numbers := 0, 0
	for i := range p.tokens {
		switch p.roles[i] { //nolint:exhaustive // other roles don't count
		case FoodName:
			if p.kind(i) == digits || p.kind(i) == vulgarFraction {
				numbers++
			}
			words++
			if p.is(i, orWord) || p.key(i) == "," {
				c -= 0.1
			}
		case NoteText:
			if p.kind(i) == word && !p.is(i, sizeWord|notePhrase|indefinite) {
				c -= 0.005
			}
		}
	}
	if numbers > 0 {
		c -= 0.15
	}
	if words > 4 {
		c -= 0.05 * float64(words-4)
	}
	if l.Name == "" {
		c = 0.1
	}
	return math.Round(100*min(max(c, 0.1), 0.99)) / 100
}
