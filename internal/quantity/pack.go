package quantity

import "math/big"

// product parses a product such as "× 400 g tins" at token j. Without an amount after it, × is a separator.
func (p *parser) product(q *parsedQuantity, j int) bool {
	if !p.isProductSign(j) {
		return false
	}
	content, k := p.amount(j + 1)
	if !content.IsZero() {
		k = p.skipHyphen(k)
		if end, u := p.unitAt(k); u != nil && u.Dimension != Count {
			q.Content, q.Multiplied = &Measure{content, u}, true
			q.mark(j, k, Quantifier)
			q.mark(k, end, UnitName)
			q.end = end
			p.packWord(q)
			return true
		}
		return false
	}
	q.mark(j, j+1, Separator)
	p.unit(q, j+1)
	return true
}

func (p *parser) isProductSign(i int) bool {
	switch p.key(i) { // the last one is Cyrillic
	case "x", "×", "*", "х":
		return true
	}
	return false
}

// packWord makes a package after a measured unit a note: "400 ml can", "5 cm piece".
func (p *parser) packWord(q *parsedQuantity) {
	k := p.skipSizes(nil, p.skipHyphen(q.end))
	if closing := p.closing(k); p.isOpening(k) && closing < len(p.tokens) { // 28 oz (825 ml) can
		k = p.skipSizes(nil, closing+1)
		if end, u := p.unitAt(k); u != nil && packages[u.Key] && p.is(end, linkWord) {
			q.mark(q.end, q.end+1, Separator)
			q.mark(q.end+1, closing, NoteText)
			q.mark(closing, closing+1, Separator)
			q.end = closing + 1
		}
	}
	end, u := p.unitAt(k)
	if u == nil || !packages[u.Key] && !sizedUnits[u.Key] || u.Key == "glass" {
		return
	}
	q.mark(q.end, end, NoteText)
	if q.Multiplied {
		q.Unit = u
	}
	q.end = end
}

// sizedUnits are units that may have a length before them: "2-inch knob".
var sizedUnits = map[string]bool{"knob": true, "stick": true, "stalk": true, "strip": true, "slice": true}

// sizedPack parses a size between number and package: "1 (14-oz) can", "1 6 oz can", "2 33cl bottles", "1 4-pound chicken".
func (p *parser) sizedPack(q *parsedQuantity, j int) bool {
	if p.numberedCan(q, j) {
		return true
	}
	sizes := j
	for p.is(j, sizeWord) && !p.is(j, articleWord|numberWord) { // a large 28-oz can
		j = p.skip(j, sizeWord)
	}
	first := j
	if p.isOpening(j) {
		first = j + 1
	} else if p.kind(j) != digits && p.kind(j) != vulgarFraction && !p.isHalfSize(q.Amount.Min, j) || p.isGlued(j) || q.Amount.About {
		return false
	}
	content, k := p.amount(first)
	if content.IsZero() {
		return false
	}
	if first > j && k == p.closing(j) { // 2 (3 1/2) pound chickens
		k++
	}
	k = p.skipHyphen(k)
	end, size := p.unitAt(k)
	if size == nil || size.Dimension == Count {
		return false
	}
	if first > j && k < p.closing(j) {
		found := p.sizeInBrackets(q, j, &Measure{content, size})
		if found {
			q.mark(sizes, j, NoteText)
		}
		return found
	}
	q.mark(sizes, end, NoteText)
	q.Content, q.end = &Measure{content, size}, end
	p.packAfterSize(q)
	return true
}

// packAfterSize parses the package after its size: "14-oz can", "28 oz (825 ml) can".
func (p *parser) packAfterSize(q *parsedQuantity) {
	k := p.skipSizes(q, p.skipHyphen(q.end))
	if p.isOpening(k) {
		after := p.closing(k) + 1
		if _, u := p.unitAt(after); u != nil {
			q.mark(k, after, NoteText)
			k = after
		}
	}
	if end, u := p.unitAt(k); u != nil && u.Dimension == Count {
		q.setUnit(p, k, end, u)
	}
}

// repeatedNumber returns the index after brackets at token j that repeat the number: "two (2) cups". Without such brackets, it returns j.
func (p *parser) repeatedNumber(q *parsedQuantity, j int) int {
	if !p.isOpening(j) {
		return j
	}
	x, k := p.number(j + 1)
	if x == nil || k != p.closing(j) || x.Cmp(q.Amount.Min) != 0 || x.Cmp(q.Amount.Max) != 0 {
		return j
	}
	q.mark(j, j+1, Separator)
	q.mark(j+1, k, NoteText)
	q.mark(k, k+1, Separator)
	return k + 1
}

// numberedCan parses a can with its American number: "1 No. 2 can", "1 #10 can".
func (p *parser) numberedCan(q *parsedQuantity, j int) bool {
	k := j + 1
	switch p.key(j) {
	case "#":
	case "no", "nr", "number":
		k = p.skipPeriod(k)
	default:
		return false
	}
	x, k := p.number(k)
	if x == nil {
		return false
	}
	k = p.skipHyphen(k)
	end, u := p.unitAt(k)
	if u == nil || u.Dimension != Count || !packages[u.Key] {
		return false
	}
	q.mark(j, k, NoteText)
	q.setUnit(p, k, end, u)
	return true
}

// dashedPack parses a number of packages and their size with a dash between them, at token i: "2-8 oz. pkgs. cream cheese". A range, as in
// "1-2 lb bag", has numbers closer together.
func (p *parser) dashedPack(q *parsedQuantity, i int) bool {
	x, dash := p.number(i)
	if x == nil || p.key(dash) != "-" || x.Cmp(big.NewRat(4, 1)) > 0 {
		return false
	}
	y, j := p.number(dash + 1)
	if y == nil || y.Cmp(big.NewRat(4, 1)) < 0 || y.Cmp(new(big.Rat).Mul(x, big.NewRat(2, 1))) <= 0 {
		return false
	}
	size, content := p.unitAt(p.skipHyphen(j))
	if content == nil || content.Dimension != Mass && content.Dimension != Volume {
		return false
	}
	sizes := &parsedQuantity{}
	k := p.skipSizes(sizes, p.skipHyphen(size))
	end, u := p.unitAt(k)
	if u == nil || !packages[u.Key] || isPortion[u.Key] {
		return false
	}
	q.Amount, q.Content = Amount{Min: x, Max: x}, &Measure{Amount{Min: y, Max: y}, content}
	q.mark(i, dash, Quantifier)
	q.mark(dash, dash+1, Separator)
	q.mark(dash+1, size, NoteText)
	q.marks = append(q.marks, sizes.marks...)
	q.setUnit(p, k, end, u)
	return true
}

// sizeInBrackets parses the unit after brackets at token j that contain a measure. If the unit is a package, the measure is its content.
// Otherwise the measure is a second amount.
func (p *parser) sizeInBrackets(q *parsedQuantity, j int, content *Measure) bool {
	after := min(p.closing(j)+1, len(p.tokens))
	sizes := &parsedQuantity{}
	k := p.skipSizes(sizes, after)
	end, u := p.unitAt(k)
	if u == nil {
		return false
	}
	q.mark(j, j+1, Separator)
	q.mark(j+1, after-1, NoteText)
	q.mark(after-1, after, Separator)
	q.marks = append(q.marks, sizes.marks...)
	if packages[u.Key] && content != nil {
		q.Content = content
	}
	q.setUnit(p, k, end, u)
	return true
}

// contentAfterPackage parses the content of a package after its name: "1 can (400 g)", "2 latas de 400 g", "2 Dosen (je 400 g)".
func (p *parser) contentAfterPackage(q *parsedQuantity) {
	size := p.skip(q.end, linkWord)
	k := p.skip(size, sizeWord)
	brackets := p.isOpening(k)
	if brackets {
		k = p.skip(k+1, linkWord|sizeWord)
	}
	content, j := p.amount(k)
	if content.IsZero() {
		return
	}
	end, u := p.unitAt(p.skipHyphen(j))
	if u == nil || u.Dimension != Mass && u.Dimension != Volume {
		return
	}
	q.Content = &Measure{content, u}
	if !brackets {
		q.mark(q.end, size, Separator)
		q.mark(size, end, NoteText)
		q.end = end
	}
}
