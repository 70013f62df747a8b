package quantity

// beforeFood parses a quantity before the food.
func (p *parser) beforeFood(i int) *parsedQuantity {
	if q := p.juice(i); q != nil {
		return q
	}
	notes := &parsedQuantity{}
	j := p.wordsBeforeNumber(notes, i)
	if end := p.skip(j, indefinite); end > j {
		if q := p.indefinite(notes, j, end); q != nil {
			return q
		}
	}
	if q := p.tasteFirst(notes, j); q != nil {
		return q
	}
	if q := p.unitFirst(j); q != nil {
		return p.markLinkWords(q)
	}
	if k := p.skip(j, notePhrase); k > j && !p.is(j, aboutWord) { // evtl. 1 TL
		if x, _ := p.number(k); x != nil {
			notes.mark(j, k, NoteText)
			j = k
		}
	}
	if q := p.measure(j); q != nil {
		q.marks = append(notes.marks, q.marks...)
		return p.markLinkWords(q)
	}
	if q := p.unitOnly(notes, j); q != nil {
		return p.markLinkWords(q)
	}
	if q := p.aboutMeasure(i); q != nil {
		return p.markLinkWords(q)
	}
	return nil
}

// wordsBeforeNumber skips sizes and preparations before a number and records their roles: "at least", "a generous", "diced half onion".
func (p *parser) wordsBeforeNumber(notes *parsedQuantity, j int) int {
	for {
		k := p.skip(j, sizeWord)
		if k == j || p.is(j, articleWord|numberWord) && !p.isSizeOfNumber(k) {
			break
		}
		article := p.skip(j, articleWord)
		notes.mark(j, article, Separator)
		notes.mark(article, k, NoteText)
		j = k
	}
	if k := p.skipPreparations(j, len(p.tokens)); k > j {
		if x, _ := p.number(k); x != nil {
			notes.mark(j, k, PreparationText)
			j = k
		}
	}
	return j
}

// isSizeOfNumber reports whether a number follows a size with an article, as in "a heaping 1/4 cup". The article isn't the number then.
func (p *parser) isSizeOfNumber(i int) bool {
	x, j := p.number(i)
	return x != nil && p.key(j) != "-" // a good 2-pound chicken
}
