package quantity

// juice parses a quantity as in "Juice of 1/2 lemon". The words before the number are a preparation.
func (p *parser) juice(i int) *reading {
	begin, j, last, found := i, i, i, false
	for j < len(p.tokens) {
		end, e := p.match(j, juiceWord|prepWord|adverbWord|andWord|sizeWord)
		switch {
		case e != nil && (!found || !p.is(j, articleWord|numberWord)):
			found = found || p.is(j, juiceWord)
			j = p.skipPoint(end)
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
	r := p.measure(j)
	if r == nil {
		return nil
	}
	r.mark(begin, i, Separator)
	r.mark(i, last, PreparationText)
	r.mark(last, j, Separator)
	return p.links(r)
}
