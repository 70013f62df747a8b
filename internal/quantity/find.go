package quantity

import "math/big"

// quantityOfLine finds the quantity of a line: before the food, after it, or else in brackets. It returns nil if there is none.
func (p *parser) quantityOfLine() *reading {
	i := p.start()
	if r := p.leading(i); r != nil {
		return r
	}
	if r := p.behindRemark(i); r != nil {
		return r
	}
	if r := p.behind(i); r != nil {
		return r
	}
	return p.inBrackets(i)
}

// behindRemark parses a quantity after a remark and a colon: "For the sauce: 2 onions".
func (p *parser) behindRemark(i int) *reading {
	if !p.is(i, notePhrase) {
		return nil
	}
	for j := i; j < min(i+6, len(p.tokens)); j++ {
		if p.key(j) != ":" {
			continue
		}
		r := p.leading(j + 1)
		if r != nil {
			r.mark(i, j, NoteText)
			r.mark(j, j+1, Separator)
		}
		return r
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

// leading parses a quantity before the food.
func (p *parser) leading(i int) *reading {
	if r := p.juice(i); r != nil {
		return r
	}
	notes := &reading{}
	j := i
	for { // at least, up to, a generous
		k := p.skip(j, sizeWord)
		if k == j || p.is(j, articleWord|numberWord) {
			break
		}
		notes.mark(j, k, NoteText)
		j = k
	}
	if end := p.skip(j, indefinite); end > j {
		if r := p.indefinite(notes, j, end); r != nil {
			return r
		}
	}
	if k := p.skip(j, notePhrase); k > j && !p.is(j, aboutWord) { // evtl. 1 TL
		if x, _ := p.number(k); x != nil {
			notes.mark(j, k, NoteText)
			j = k
		}
	}
	if r := p.measure(j); r != nil {
		r.marks = append(notes.marks, r.marks...)
		return p.links(r)
	}
	if r := p.unitOnly(notes, j); r != nil {
		return p.links(r)
	}
	if r := p.aboutMeasure(i); r != nil {
		return p.links(r)
	}
	return nil
}

// aboutMeasure parses a measure after a word such as "about": "about a cup".
func (p *parser) aboutMeasure(i int) *reading {
	j, about := p.about(i)
	if !about {
		return nil
	}
	r := p.measure(j)
	if r != nil {
		r.Amount.About = true
		r.mark(i, j, Quantifier)
	}
	return r
}

// indefinite parses the unit after words such as "a few", which are the tokens from j to end.
func (p *parser) indefinite(r *reading, j, end int) *reading {
	if x, _ := p.number(end); x != nil {
		return nil
	}
	next := p.skip(end, linkWord)
	found := &reading{}
	p.unit(found, next)
	if found.Unit == nil && p.inBrackets(next) != nil {
		return nil
	}
	marks := append(r.marks, mark{j, end, NoteText}, mark{end, next, Separator}) //nolint:gocritic // r isn't used again
	found.marks = append(marks, found.marks...)
	r = found
	r.Indefinite = r.Unit == nil
	return p.links(r)
}

// unitOnly parses a unit without a number: "Dash of Honey".
func (p *parser) unitOnly(r *reading, j int) *reading {
	k := p.sizes(r, j)
	end, u := p.unitAt(k)
	if u == nil || end >= len(p.tokens) {
		return nil
	}
	if half, e := p.match(end, numberSuffix); e != nil { // kilo y medio
		sum := new(big.Rat).Add(one, e.number)
		r.Amount = Amount{Min: sum, Max: sum}
		r.setUnit(p, k, end, u)
		r.mark(end, half, Quantifier)
		r.end = half
		return r
	}
	if u.Dimension != Count {
		return nil
	}
	if !p.is(end, linkWord) && (!isLittle[u.Key] && len(r.marks) == 0 || p.kind(end) != word) {
		return nil
	}
	r.setUnit(p, k, end, u)
	return r
}

// isLittle has units that count as a unit even without a number or "of".
var isLittle = map[string]bool{
	"pinch": true, "knife-tip": true, "dash": true, "splash": true, "drizzle": true, "knob": true, "handful": true, "bunch": true,
}

// links marks words such as "of" after a quantity as separators.
func (p *parser) links(r *reading) *reading {
	for {
		end := p.skip(r.end, linkWord)
		if end == r.end {
			return r
		}
		r.mark(r.end, end, Separator)
		r.end = end
		if a := p.skip(end, articleWord); a > end && !p.is(end, indefinite) {
			r.mark(end, a, Separator)
			r.end = a
		}
	}
}

// behind parses a quantity after the food: "Paprika, 2 tsp", "Salt - 1 1/2 teaspoons", "Butter 50 g", "eggs x 2".
func (p *parser) behind(i int) *reading {
	for j := i + 1; j < len(p.tokens); j++ {
		if p.isOpening(j) {
			j = p.closing(j)
			continue
		}
		if p.roles[j-1] == undecided && p.isGlued(j) && p.kind(j-1) != punctuation {
			continue
		}
		separated := p.isSeparator(j - 1)
		r := p.measure(j)
		if r == nil || !separated && p.is(j, articleWord) && !p.is(j, numberWord) {
			continue
		}
		if p.key(j-1) == "/" || p.is(j-1, orWord|prepPhrase|notePhrase) || p.kind(j) == word && !separated {
			return nil
		}
		if p.fitsBehind(r, separated) {
			if separated {
				r.mark(j-1, j, Separator)
			}
			return r
		}
		j = max(j, r.end-1)
	}
	return nil
}

// isSeparator reports whether token i separates a food from the quantity after it.
func (p *parser) isSeparator(i int) bool {
	switch p.key(i) {
	case ":", ",", "-", "|", "x", "×", "=", ";":
		return true
	}
	return i >= 0 && p.roles[i] == Separator
}

// fitsBehind reports whether a quantity after a food is the quantity of the line. It usually is if it ends the line or a segment.
func (p *parser) fitsBehind(r *reading, separated bool) bool {
	end := r.end
	for end < len(p.tokens) && p.roles[end] == Separator {
		end++
	}
	ends := end >= len(p.tokens) || p.kind(end) == punctuation && p.key(end) != "-"
	if r.Unit != nil || r.Multiplied {
		return ends || separated && p.is(end, prepWord|adverbWord|sizeWord|notePhrase|linkWord)
	}
	return separated && ends || p.is(end, sizeWord) || ends && r.Amount.Max.IsInt() && r.Amount.Max.Num().Int64() <= 12
}

// inBrackets parses the quantity of a line that has one only in brackets: "Star Anise (4-5)".
func (p *parser) inBrackets(i int) *reading {
	for j := i + 1; j < len(p.tokens); j++ {
		if !p.isOpening(j) {
			continue
		}
		k, about := p.about(j + 1)
		closing := p.closing(j)
		r := p.measure(k)
		if r == nil || r.end > closing || p.is(k, articleWord) && r.Unit == nil {
			j = closing
			continue
		}
		if r.Unit == nil && r.end < closing && !p.is(r.end, sizeWord) {
			j = closing
			continue
		}
		r.Amount.About = r.Amount.About || about
		r.mark(j, j+1, Separator)
		r.mark(j+1, k, Quantifier)
		return p.links(r)
	}
	return nil
}
