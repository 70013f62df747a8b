package quantity

import "math/big"

// mark gives a role to the tokens from first to end.
type mark struct {
	first, end int
	role       Role
}

// parsedQuantity is a quantity found in a text, with the index of the token after it and the roles of its tokens.
type parsedQuantity struct {
	Quantity
	end   int
	marks []mark
}

func (q *parsedQuantity) mark(first, end int, role Role) {
	if end > first {
		q.marks = append(q.marks, mark{first, end, role})
	}
}

// measure parses the quantity that starts at token i: an amount, its unit, packs, and further amounts, which become notes.
// It returns nil if there is no amount, or if the number belongs to a name, as in "7-up" and "70% chocolate".
func (p *parser) measure(i int) *parsedQuantity {
	q := &parsedQuantity{}
	var j int
	q.Amount, j = p.amount(i)
	article := false
	switch {
	case q.Amount.IsZero():
		if j = p.skip(i, articleWord); j == i || p.is(i, indefinite) || p.kind(j) == punctuation {
			return nil
		}
		q.Amount, article = Amount{Min: one, Max: one}, true
	case p.isNamePart(i, j):
		return nil
	case p.dashedPack(q, i):
		p.afterUnit(q)
		return q
	}
	q.mark(i, j, Quantifier)
	j = p.repeatedNumber(q, j)
	if !article && !q.Amount.Min.IsInt() { // 1/4 of an onion, 1/4 a stick
		k := p.skip(p.skip(j, linkWord), articleWord)
		q.mark(j, k, Separator)
		j = k
	}
	if !p.product(q, j) && !p.sizedPack(q, j) {
		p.unit(q, j)
	}
	if q.Unit == nil && article && p.kind(q.end) != word {
		return nil
	}
	p.afterUnit(q)
	return q
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
	if p.isGlued(j) && p.kind(i) == digits && (ordinals[p.key(j)] || p.key(j) == "st" && p.lex.language == "en") { // 1st pressing
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

// ordinals are the endings of English ordinal numbers. "st" is also a German unit.
var ordinals = map[string]bool{"nd": true, "rd": true, "th": true}

func (p *parser) skipHyphen(i int) int {
	if p.key(i) != "-" {
		return i
	}
	_, u := p.unitAt(i + 1)
	if p.isGlued(i) && p.isGlued(i+1) || u != nil && u.Dimension != Count { // 3 - inch piece
		return i + 1
	}
	return i
}

func (q *parsedQuantity) setUnit(p *parser, first, end int, u *Unit) {
	q.Unit, q.UnitText, q.end = u, p.text(first, end), end
	q.mark(first, end, UnitName)
	if p.key(end) == "+" && p.isGlued(end) && !p.isGlued(end+1) { // 30g+ butter
		q.mark(end, end+1, NoteText)
		q.end++
	}
}

// unit parses the unit at token j, with a size or brackets before it: "heaped tbsp", "(70 g) cup".
func (p *parser) unit(q *parsedQuantity, j int) {
	q.end = j
	if p.isOpening(j) {
		content, k := p.amount(j + 1)
		if !content.IsZero() {
			_, size := p.unitAt(p.skipHyphen(k))
			if size != nil {
				p.sizeInBrackets(q, j, &Measure{content, size})
				return
			}
		}
		p.sizeInBrackets(q, j, nil) // 1 (heaping) tbsp
		return
	}
	sizes := &parsedQuantity{}
	sizes.mark(j, p.skipHyphen(j), Separator)
	if p.isShortGross(q, j) {
		sizes.mark(j, j+2, NoteText)
		j += 2
		q.marks, q.end, sizes.marks = append(q.marks, sizes.marks...), j, nil
	}
	k := p.skipSizes(sizes, p.skipHyphen(j))
	end, u := p.unitAt(k)
	if u == nil {
		k, end, u = p.unitAfterWords(sizes, k)
	}
	if u == nil {
		p.system = ""
		return
	}
	q.marks = append(q.marks, sizes.marks...)
	q.setUnit(p, k, end, u)
}

// isShortGross reports whether "gr." at token j is short for große, as in "1 gr. Zwiebel". With a larger number it means grams.
func (p *parser) isShortGross(q *parsedQuantity, j int) bool {
	return p.lex.language == "de" && p.key(j) == "gr" && p.key(j+1) == "." && q.Amount.Max.Cmp(big.NewRat(4, 1)) <= 0
}

// afterUnit parses the words that may follow a unit: "and a half", "circa", the upper end of a range, a second amount, a package.
func (p *parser) afterUnit(q *parsedQuantity) {
	if end, e := p.match(q.end, numberSuffix); e != nil && q.Unit != nil && !q.Amount.IsRange() {
		sum := new(big.Rat).Add(q.Amount.Min, e.number)
		q.Amount.Min, q.Amount.Max = sum, sum
		q.mark(q.end, end, Quantifier)
		q.end = end
	}
	if f, end := p.fraction(p.skip(q.end, andWord)); f != nil && f.Cmp(one) < 0 && q.Unit != nil && q.Amount.Min.IsInt() && !q.Amount.IsRange() {
		if _, u := p.unitAt(end); u == nil && p.is(end, linkWord) { // 1 litre 1/2 d'eau, 1 kg e 1/2 di patate
			sum := new(big.Rat).Add(q.Amount.Min, f)
			q.Amount.Min, q.Amount.Max = sum, sum
			q.mark(q.end, end, Quantifier)
			q.end = end
		}
	}
	p.decimalsAfterUnit(q)
	if end := p.skip(q.end, aboutAfter); end > q.end {
		q.Amount.About = true
		q.mark(q.end, end, Quantifier)
		q.end = end
	}
	p.rangeOfMeasures(q)
	if q.Unit != nil && q.Unit.Dimension != Count && !q.Multiplied {
		p.packWord(q)
	}
	if q.Unit != nil && packages[q.Unit.Key] && q.Content == nil {
		p.contentAfterPackage(q)
	}
	seconds := 0
	for p.secondAmount(q) {
		seconds++
	}
	if seconds > 0 && q.Unit != nil && q.Unit.Dimension != Count { // 5cm/2in piece
		p.packWord(q)
	}
}

// rangeOfMeasures parses the upper end of a range that repeats the unit: "200 g to 250 g".
func (p *parser) rangeOfMeasures(q *parsedQuantity) {
	if q.Unit == nil || q.Amount.IsRange() {
		return
	}
	y, k := p.rangeEnd(q.Amount.Min, q.end)
	if y == nil {
		return
	}
	end, u := p.unitAt(k)
	if u == q.Unit || u == nil && (p.is(k, linkWord) || p.kind(k) == punctuation) { // a dash or two of
		q.Amount.Min, q.Amount.Max = ordered(q.Amount.Min, y).Min, ordered(q.Amount.Min, y).Max
		q.mark(q.end, k, Quantifier)
		q.mark(k, end, UnitName)
		q.end = end
	}
}

// secondAmount parses a second amount of the same food, which becomes a note: "/ 1¾ oz", "plus 2 tablespoons", "2 oz." after
// a pound. It reports whether there is one.
func (p *parser) secondAmount(q *parsedQuantity) bool {
	if q.Unit == nil && !q.Multiplied {
		return false
	}
	first, role, added := q.end, NoteText, true
	k := first
	switch key := p.key(k); {
	case key == "/" || key == "|" || key == "=" || key == "≈":
		k, role, added = k+1, Separator, false
	case key == "+" || key == "&":
		k++
	case key == ",": // 2 lb, 4 oz
		k, role = k+1, Separator
	case p.is(k, plusWord):
		k = p.skip(k, plusWord)
	case p.is(k, orWord|minusWord):
		k, added = p.skip(k, orWord|minusWord), false
	}
	a, j := p.amount(k)
	if a.IsZero() || p.key(j) == "%" {
		return false
	}
	end, u := p.unitAt(p.skipSizes(nil, j))
	if u == nil || u.Dimension == Count && k == first || p.key(first) == "," && (q.Unit == nil || q.Unit.Key != "lb" || u.Key != "oz") {
		return false
	}
	if k == first && (p.isGlued(k) || u.Dimension != Mass && u.Dimension != Volume) {
		return false
	}
	if added {
		q.Plus = append(q.Plus, Measure{a, u})
	}
	q.mark(first, k, role)
	q.mark(k, end, NoteText)
	q.end = end
	return true
}
