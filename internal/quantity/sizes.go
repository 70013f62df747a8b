package quantity

// maxSizes is the maximum number of words for sizes between a number and its unit.
const maxSizes = 8

// skipSizes skips words for sizes, preparations and systems of units before a unit, and records their roles. It only skips words of the
// class unitSize, such as "thick", if a unit follows.
func (p *parser) skipSizes(q *parsedQuantity, j int) int {
	if q == nil {
		q = &parsedQuantity{}
	}
	back, marks := -1, 0
	for range maxSizes {
		if _, u := p.unitAt(j); u != nil {
			return j
		}
		if end := p.skip(j, unitSize); end > j {
			if back < 0 {
				back, marks = j, len(q.marks)
			}
			j = p.record(q, j, end, NoteText)
		} else if end, e := p.match(j, systemWord); e != nil {
			p.system, j = e.system, p.record(q, j, end, NoteText)
		} else if end := p.skip(j, sizeWord); end > j {
			j = p.record(q, j, end, NoteText)
		} else if end := p.skip(j, prepWord|adverbWord); end > j {
			j = p.record(q, j, end, PreparationText)
		} else {
			break
		}
	}
	if _, u := p.unitAt(j); u == nil && back >= 0 {
		q.marks = q.marks[:marks]
		return back
	}
	return j
}

func (p *parser) record(q *parsedQuantity, first, end int, role Role) int {
	q.mark(first, end, role)
	return end
}

// unitAfterWords parses a counted unit after one or two unknown words if a link word follows, as in "2 thick-cut slices of".
func (p *parser) unitAfterWords(q *parsedQuantity, k int) (int, int, *Unit) {
	for j := k; j < k+3 && p.kind(j) == word && !p.is(j, linkWord|orWord|andWord|fixedName); j++ {
		if end, u := p.unitAt(j); u != nil && j > k {
			if u.Dimension == Count && p.is(end, linkWord) {
				q.mark(k, j, NoteText)
				return j, end, u
			}
			break
		}
	}
	return k, k, nil
}
