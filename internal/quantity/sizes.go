package quantity

// maxSizes is the maximum number of words for sizes between a number and its unit.
const maxSizes = 8

// sizes skips words for sizes, preparations and systems of units before a unit, and records their roles. It only skips words of the class
// unitSize, such as "thick", if a unit follows.
func (p *parser) sizes(r *reading, j int) int {
	if r == nil {
		r = &reading{}
	}
	back, marks := -1, 0
	for range maxSizes {
		if _, u := p.unitAt(j); u != nil {
			return j
		}
		if end := p.skip(j, unitSize); end > j {
			if back < 0 {
				back, marks = j, len(r.marks)
			}
			j = p.record(r, j, end, NoteText)
		} else if end, e := p.match(j, systemWord); e != nil {
			p.system, j = e.system, p.record(r, j, end, NoteText)
		} else if end := p.skip(j, sizeWord); end > j {
			j = p.record(r, j, end, NoteText)
		} else if end := p.skip(j, prepWord|adverbWord); end > j {
			j = p.record(r, j, end, PreparationText)
		} else {
			break
		}
	}
	if _, u := p.unitAt(j); u == nil && back >= 0 {
		r.marks = r.marks[:marks]
		return back
	}
	return j
}

func (p *parser) record(r *reading, first, end int, role Role) int {
	r.mark(first, end, role)
	return end
}

// unitBehindWords parses a counted unit after one or two unknown words if a link word follows, as in "2 thick-cut slices of".
func (p *parser) unitBehindWords(r *reading, k int) (int, int, *Unit) {
	for j := k; j < k+3 && p.kind(j) == word && !p.is(j, linkWord|orWord|andWord|keepPhrase); j++ {
		if end, u := p.unitAt(j); u != nil && j > k {
			if u.Dimension == Count && p.is(end, linkWord) {
				r.mark(k, j, NoteText)
				return j, end, u
			}
			break
		}
	}
	return k, k, nil
}
