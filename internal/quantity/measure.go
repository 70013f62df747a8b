package quantity

import "math/big"

// mark gives a role to the tokens from first to end.
type mark struct {
	first, end int
	role       Role
}

// reading is a quantity found in a text, with the index of the token after it and the roles of its tokens.
type reading struct {
	Quantity
	end   int
	marks []mark
}

func (r *reading) mark(first, end int, role Role) {
	if end > first {
		r.marks = append(r.marks, mark{first, end, role})
	}
}

// measure parses the quantity that starts at token i: an amount, its unit, packs, and further amounts, which become notes.
// It returns nil if there is no amount, or if the number belongs to a name, as in "7-up" and "70% chocolate".
func (p *parser) measure(i int) *reading {
	r := &reading{}
	var j int
	r.Amount, j = p.amount(i)
	article := false
	if r.Amount.IsZero() {
		if j = p.skip(i, articleWord); j == i || p.is(i, indefinite) || p.kind(j) == punctuation {
			return nil
		}
		r.Amount, article = Amount{Min: one, Max: one}, true
	} else if p.isNamePart(i, j) {
		return nil
	}
	r.mark(i, j, Quantifier)
	if !article && !r.Amount.Min.IsInt() { // 1/4 of an onion, 1/4 a stick
		k := p.skip(p.skip(j, linkWord), articleWord)
		r.mark(j, k, Separator)
		j = k
	}
	if !p.multiplied(r, j) && !p.sizedPack(r, j) {
		p.unit(r, j)
	}
	if r.Unit == nil && article && p.kind(r.end) != word {
		return nil
	}
	p.afterUnit(r)
	return r
}

// isNamePart reports whether the number from token i to j is part of a name.
func (p *parser) isNamePart(i, j int) bool {
	if p.kind(i) == digits {
		text := p.tokens[i].text
		if len(text) > 1 && text[0] == '0' && isWhole(text) {
			return true
		}
	}
	if p.key(j) == "%" || p.key(j) == "°" || p.key(j) == "'" {
		return true
	}
	if p.key(j) == "-" && p.kind(j+1) == digits && p.key(j+2) == "%" { // 2-4% salt
		return true
	}
	if i > 0 && p.is(i-1, notNumber) || i > 1 && p.key(i-1) == "." && p.is(i-2, notNumber) {
		return true
	}
	if p.key(j) == "-" && p.isGlued(j) && p.isGlued(j+1) && p.kind(j+1) == word { // 7-up, but 1-inch
		_, u := p.unitAt(j + 1)
		return u == nil
	}
	return false
}

func (p *parser) skipHyphen(i int) int {
	if p.key(i) == "-" && p.isGlued(i) && p.isGlued(i+1) {
		return i + 1
	}
	return i
}

func (r *reading) setUnit(p *parser, first, end int, u *Unit) {
	r.Unit, r.UnitText, r.end = u, p.text(first, end), end
	r.mark(first, end, UnitName)
	if p.key(end) == "+" && p.isGlued(end) && !p.isGlued(end+1) { // 30g+ butter
		r.mark(end, end+1, NoteText)
		r.end++
	}
}

// unit parses the unit at token j, with a size or brackets before it: "heaped tbsp", "(70 g) cup".
func (p *parser) unit(r *reading, j int) {
	r.end = j
	if p.isOpening(j) {
		content, k := p.amount(j + 1)
		if !content.IsZero() {
			_, size := p.unitAt(p.skipHyphen(k))
			if size != nil {
				p.sizeInBrackets(r, j, &Measure{content, size})
			}
		}
		return
	}
	sizes := &reading{}
	sizes.mark(j, p.skipHyphen(j), Separator)
	k := p.sizes(sizes, p.skipHyphen(j))
	end, u := p.unitAt(k)
	if u == nil {
		k, end, u = p.unitBehindWords(sizes, k)
	}
	if u == nil {
		p.system = ""
		return
	}
	r.marks = append(r.marks, sizes.marks...)
	r.setUnit(p, k, end, u)
}

// afterUnit parses the words that may follow a unit: "and a half", "circa", the upper end of a range, a second amount, a package.
func (p *parser) afterUnit(r *reading) {
	if end, e := p.match(r.end, numberSuffix); e != nil && r.Unit != nil && !r.Amount.IsRange() {
		sum := new(big.Rat).Add(r.Amount.Min, e.number)
		r.Amount.Min, r.Amount.Max = sum, sum
		r.mark(r.end, end, Quantifier)
		r.end = end
	}
	if f, end := p.fraction(r.end); f != nil && f.Cmp(one) < 0 && r.Unit != nil && r.Amount.Min.IsInt() && !r.Amount.IsRange() {
		if _, u := p.unitAt(end); u == nil && p.is(end, linkWord) { // 1 litre 1/2 d'eau
			sum := new(big.Rat).Add(r.Amount.Min, f)
			r.Amount.Min, r.Amount.Max = sum, sum
			r.mark(r.end, end, Quantifier)
			r.end = end
		}
	}
	if end := p.skip(r.end, aboutAfter); end > r.end {
		r.Amount.About = true
		r.mark(r.end, end, Quantifier)
		r.end = end
	}
	p.rangeOfMeasures(r)
	if r.Unit != nil && r.Unit.Dimension != Count && !r.Multiplied {
		p.packWord(r)
	}
	if r.Unit != nil && packages[r.Unit.Key] && r.Content == nil {
		p.contentBehind(r)
	}
	seconds := 0
	for p.secondAmount(r) {
		seconds++
	}
	if seconds > 0 && r.Unit != nil && r.Unit.Dimension != Count { // 5cm/2in piece
		p.packWord(r)
	}
}

// rangeOfMeasures parses the upper end of a range that repeats the unit: "200 g to 250 g".
func (p *parser) rangeOfMeasures(r *reading) {
	if r.Unit == nil || r.Amount.IsRange() {
		return
	}
	y, k := p.rangeEnd(r.Amount.Min, r.end)
	if y == nil {
		return
	}
	if end, u := p.unitAt(k); u == r.Unit || u == nil && p.is(k, linkWord) { // a dash or two of
		r.Amount.Min, r.Amount.Max = ordered(r.Amount.Min, y).Min, ordered(r.Amount.Min, y).Max
		r.mark(r.end, k, Quantifier)
		r.mark(k, end, UnitName)
		r.end = end
	}
}

// secondAmount parses a second amount of the same food, which becomes a note: "/ 1¾ oz", "plus 2 tablespoons", "2 oz." after
// a pound. It reports whether there is one.
func (p *parser) secondAmount(r *reading) bool {
	if r.Unit == nil && !r.Multiplied {
		return false
	}
	first, role, added := r.end, NoteText, true
	k := first
	switch key := p.key(k); {
	case key == "/" || key == "|" || key == "=" || key == "≈":
		k, role, added = k+1, Separator, false
	case key == "+" || key == "&":
		k++
	case p.is(k, plusWord):
		k = p.skip(k, plusWord)
	case p.is(k, orWord):
		k, added = p.skip(k, orWord), false
	}
	a, j := p.amount(k)
	if a.IsZero() || p.key(j) == "%" {
		return false
	}
	end, u := p.unitAt(p.sizes(nil, j))
	if u == nil || u.Dimension == Count && k == first {
		return false
	}
	if k == first && (p.isGlued(k) || u.Dimension != Mass && u.Dimension != Volume) {
		return false
	}
	if added {
		r.Plus = append(r.Plus, Measure{a, u})
	}
	r.mark(first, k, role)
	r.mark(k, end, NoteText)
	r.end = end
	return true
}
