package quantity

// juice parses a quantity as in "Juice of 1/2 lemon". The words before the number are a preparation.
func (p *parser) juice(i int) *parsedQuantity {
	begin, j, last, found := i, i, i, false
	for j < len(p.tokens) {
		end, e := p.match(j, juiceWord|prepWord|adverbWord|andWord|sizeWord)
		switch {
		case e != nil && (!found || !p.is(j, articleWord|numberWord)):
			found = found || p.is(j, juiceWord)
			j = p.skipPeriod(end)
			last = j
			continue
		case j == i && p.is(j, articleWord|linkWord), found && p.is(j, linkWord|rangeStart):
			j = p.skip(j, articleWord|linkWord|rangeStart)
			if !found {
				i, last = j, j
			}
			continue
		}
		break
	}
	if !found {
		return nil
	}
	q := p.measure(j)
	if q == nil {
		return nil
	}
	for last > i+1 && p.is(last-1, linkWord) { // yolks of
		last--
	}
	q.mark(begin, i, Separator)
	q.mark(i, last, PreparationText)
	q.mark(last, j, Separator)
	return p.markLinkWords(q)
}
