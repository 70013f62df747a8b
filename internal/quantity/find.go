package quantity

import "math/big"

// quantityOfLine finds the quantity of a line: before the food, after it, or else in brackets. It returns nil if there is none.
func (p *parser) quantityOfLine() *parsedQuantity {
	i := p.start()
	if q := p.beforeFood(i); q != nil {
		return q
	}
	if q := p.afterRemark(i); q != nil {
		return q
	}
	if q := p.afterFood(i); q != nil {
		return q
	}
	return p.inBrackets(i)
}

// afterRemark parses a quantity after a remark and a colon: "For the sauce: 2 onions".
func (p *parser) afterRemark(i int) *parsedQuantity {
	if !p.is(i, notePhrase) {
		return nil
	}
	for j := i; j < min(i+6, len(p.tokens)); j++ {
		if p.key(j) != ":" {
			continue
		}
		q := p.beforeFood(j + 1)
		if q != nil {
			q.mark(i, j, NoteText)
			q.mark(j, j+1, Separator)
		}
		return q
	}
	return nil
}

// start returns the index of the first token that isn't markup or a remark in brackets.
func (p *parser) start() int {
	i := 0
	for i < len(p.tokens) {
		switch {
		case p.roles[i] == Separator:
			i++
		case p.isOpening(i) && p.closing(i) < len(p.tokens)-1:
			i = p.closing(i) + 1
		default:
			return i
		}
	}
	return 0
}

// aboutMeasure parses a measure after a word such as "about": "about a cup".
func (p *parser) aboutMeasure(i int) *parsedQuantity {
	j, about := p.about(i)
	if !about {
		return nil
	}
	q := p.measure(j)
	if q != nil {
		q.Amount.About = true
		q.mark(i, j, Quantifier)
	}
	return q
}

// indefinite parses the unit after words such as "a few", which are the tokens from j to end.
func (p *parser) indefinite(q *parsedQuantity, j, end int) *parsedQuantity {
	if x, _ := p.number(end); x != nil {
		return nil
	}
	next := p.skip(end, linkWord)
	found := &parsedQuantity{}
	p.unit(found, next)
	if found.Unit == nil && p.inBrackets(next) != nil {
		return nil
	}
	marks := append(q.marks, mark{j, end, NoteText}, mark{end, next, Separator}) //nolint:gocritic // q isn't used again
	found.marks = append(marks, found.marks...)
	q = found
	q.Indefinite = q.Unit == nil
	return p.markLinkWords(q)
}

// markLinkWords marks words such as "of" after a quantity as separators.
func (p *parser) markLinkWords(q *parsedQuantity) *parsedQuantity {
	for {
		end := p.skip(q.end, linkWord)
		if end == q.end {
			return q
		}
		q.mark(q.end, end, Separator)
		q.end = end
		if a := p.skip(end, articleWord); a > end && !p.is(end, indefinite) {
			q.mark(end, a, Separator)
			q.end = a
		}
	}
}

// afterFood parses a quantity after the food: "Paprika, 2 tsp", "Salt - 1 1/2 teaspoons", "Butter 50 g", "eggs x 2".
func (p *parser) afterFood(i int) *parsedQuantity {
	for j := i + 1; j < len(p.tokens); j++ {
		if p.isOpening(j) {
			j = p.closing(j)
			continue
		}
		if p.roles[j-1] == undecided && p.isGlued(j) && p.kind(j-1) != punctuation {
			continue
		}
		separated := p.isSeparator(j - 1)
		q := p.measure(j)
		if q == nil || !separated && p.is(j, articleWord) && !p.is(j, numberWord) {
			continue
		}
		if p.kind(j) == word && !separated && (q.Unit == nil || !p.isAboutDigits(j)) { // a word such as "ba" is a part of the name here
			continue
		}
		if p.key(j-1) == "/" || p.is(j-1, orWord|prepPhrase|notePhrase) {
			return nil
		}
		if p.fitsAfterFood(q, separated) {
			if separated {
				q.mark(j-1, j, Separator)
			}
			return q
		}
		j = max(j, q.end-1)
	}
	return nil
}

// isAboutDigits reports whether token i is a word such as "about" with a number after it.
func (p *parser) isAboutDigits(i int) bool {
	k, about := p.about(i)
	return about && p.kind(k) == digits
}

// isSeparator reports whether token i separates a food from the quantity after it.
func (p *parser) isSeparator(i int) bool {
	switch p.key(i) {
	case ":", ",", "-", "|", "x", "×", "=", ";":
		return true
	}
	return i >= 0 && p.roles[i] == Separator
}

// fitsAfterFood reports whether a quantity after a food is the quantity of the line. It usually is if it ends the line or a segment.
func (p *parser) fitsAfterFood(q *parsedQuantity, separated bool) bool {
	end := q.end
	for end < len(p.tokens) && p.roles[end] == Separator {
		end++
	}
	ends := end >= len(p.tokens) || p.kind(end) == punctuation && p.key(end) != "-"
	if q.Unit != nil || q.Multiplied {
		return ends || separated && p.is(end, prepWord|adverbWord|sizeWord|notePhrase|linkWord)
	}
	return separated && ends || p.is(end, sizeWord) || ends && isSmallCount(q.Amount.Max)
}

// isSmallCount reports whether a number without a unit after a food is probably a count: at most 12, or with a usual fraction.
func isSmallCount(x *big.Rat) bool {
	return x.Sign() > 0 && x.Cmp(big.NewRat(12, 1)) <= 0 && x.Denom().Cmp(big.NewInt(4)) <= 0
}

// inBrackets parses the quantity of a line that has one only in brackets: "Star Anise (4-5)".
func (p *parser) inBrackets(i int) *parsedQuantity {
	for j := i + 1; j < len(p.tokens); j++ {
		if !p.isOpening(j) {
			continue
		}
		k, about := p.about(j + 1)
		closing := p.closing(j)
		q := p.measure(k)
		if q == nil || q.end > closing || p.is(k, articleWord) && q.Unit == nil {
			j = closing
			continue
		}
		if q.Unit == nil && q.end < closing && !p.is(q.end, sizeWord) {
			j = closing
			continue
		}
		q.Amount.About = q.Amount.About || about
		q.mark(j, j+1, Separator)
		q.mark(j+1, k, Quantifier)
		return p.markLinkWords(q)
	}
	return nil
}
