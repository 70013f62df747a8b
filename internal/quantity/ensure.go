package quantity

import "math"

// unitBehind moves a unit at the end of the name to the quantity: "2 garlic cloves".
func (p *parser) unitBehind(r *reading) {
	if r.Unit != nil || r.Amount.IsZero() && !r.Indefinite {
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
	if words < 2 || p.kept[last] || !p.is(last, behindWord) {
		return
	}
	if _, u := p.unitAt(last); u != nil {
		r.Unit, r.UnitText, r.Indefinite = u, p.tokens[last].text, false
		p.roles[last] = UnitName
	}
}

// ensureName gives a line without a name one if it can. The name becomes a counted unit that no food follows, as in "1 clove (spice)", or
// else a preparation, a note, or text without a role.
func (p *parser) ensureName(r *reading) {
	has := map[Role]bool{}
	for i := range p.tokens {
		if p.kind(i) != punctuation {
			has[p.roles[i]] = true
		}
	}
	if has[FoodName] {
		return
	}
	if has[UnitName] && r.Unit != nil && r.Unit.Dimension == Count && !has[PreparationText] {
		r.Unit, r.UnitText = nil, ""
		p.rename(UnitName)
		return
	}
	for _, role := range []Role{PreparationText, NoteText} {
		if has[role] {
			p.rename(role)
			return
		}
	}
	if len(p.tokens) > 0 && !has[Quantifier] && !has[UnitName] {
		p.rename(undecided)
		p.rename(Separator)
	}
}

// rename makes the first consecutive tokens of a role the name.
func (p *parser) rename(role Role) {
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
			if p.kind(i) == digits || p.kind(i) == vulgar {
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
