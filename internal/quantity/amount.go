package quantity

import "math/big"

// amount returns the amount at token i and the index after it: "2", "about 300", "2-3", "from 2 to 3". If there is none, it returns a
// zero amount and i.
func (p *parser) amount(i int) (Amount, int) {
	j, about := p.about(i)
	from := p.skip(j, rangeStart)
	if from > j {
		a, end := p.numberOrRange(from)
		if y, next := p.number(p.skip(end, andWord)); y != nil && !a.IsZero() && !a.IsRange() && p.is(end, andWord) { // entre 2 y 3
			a, end = ordered(a.Min, y), next
		}
		if a.IsRange() {
			a.About = a.About || about
			return a, end
		}
	}
	a, end := p.numberOrRange(j)
	if a.IsZero() {
		return a, i
	}
	a.About = a.About || about
	return a, end
}

// about skips words such as "about" and reports whether there was one.
func (p *parser) about(i int) (int, bool) {
	j := i
	for {
		switch p.key(j) {
		case "~", "≈", "±", "∼":
			j++
			continue
		}
		if end := p.skip(j, aboutWord); end > j {
			j = end
			continue
		}
		return j, j > i
	}
}

// numberOrRange returns the number or range at token i.
func (p *parser) numberOrRange(i int) (Amount, int) {
	if end, e := p.match(i, groupWord); e != nil { // une douzaine; the article is optional
		return Amount{Min: e.number, Max: e.number, About: e.about}, p.skip(end, linkWord)
	}
	if k := p.skip(i, articleWord); k > i {
		if end, e := p.match(k, groupWord); e != nil {
			return Amount{Min: e.number, Max: e.number, About: e.about}, p.skip(p.skipPeriod(end), linkWord)
		}
	}
	x, j := p.number(i)
	if x == nil {
		return Amount{}, i
	}
	if y, end := p.rangeEnd(x, j); y != nil {
		return ordered(x, y), end
	}
	return Amount{Min: x, Max: x}, j
}

// rangeEnd returns the upper end of a range at token j, after the lower end x: "-3", "to 3", "/300". It returns nil if there is none.
func (p *parser) rangeEnd(x *big.Rat, j int) (*big.Rat, int) {
	k := j
	if p.key(j) == "-" && p.isGlued(j) && p.is(j+1, rangeWord) { // 3- to 4-pound
		j++
		k++
	}
	between := p.kind(j-1) == digits && p.kind(j+1) == digits
	switch {
	case p.key(j) == "-", p.key(j) == "~" && between && p.isGlued(j) && p.isGlued(j+1): // 2~3
		k++
	case p.key(j) == "/" && between && (x.Cmp(big.NewRat(10, 1)) >= 0 || p.isUnreduced(j-1)):
		k++
	default:
		k = p.skip(j, rangeWord)
	}
	if k == j {
		return nil, j
	}
	k, _ = p.about(k)
	y, end := p.number(k)
	if y == nil || p.key(end) == "%" {
		return nil, j
	}
	return y, end
}

// ordered returns the range of two numbers in any order.
func ordered(x, y *big.Rat) Amount {
	if x.Cmp(y) > 0 {
		x, y = y, x
	}
	return Amount{Min: x, Max: y}
}
