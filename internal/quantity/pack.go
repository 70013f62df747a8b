package quantity

// multiplied parses a product such as "× 400 g tins" at token j. Without an amount after it, × is a separator.
func (p *parser) multiplied(r *reading, j int) bool {
	switch p.key(j) { // the last one is Cyrillic
	case "x", "×", "*", "х":
	default:
		return false
	}
	content, k := p.amount(j + 1)
	if !content.IsZero() {
		k = p.skipHyphen(k)
		if end, u := p.unitAt(k); u != nil && u.Dimension != Count {
			r.Content, r.Multiplied = &Measure{content, u}, true
			r.mark(j, k, Quantifier)
			r.mark(k, end, UnitName)
			r.end = end
			p.packWord(r)
			return true
		}
		return false
	}
	r.mark(j, j+1, Separator)
	p.unit(r, j+1)
	return true
}

// packWord makes a package after a measured unit a note: "400 ml can", "5 cm piece".
func (p *parser) packWord(r *reading) {
	k := p.sizes(nil, p.skipHyphen(r.end))
	if closing := p.closing(k); p.isOpening(k) && closing < len(p.tokens) { // 28 oz (825 ml) can
		k = p.sizes(nil, closing+1)
		if end, u := p.unitAt(k); u != nil && packages[u.Key] && p.is(end, linkWord) {
			r.mark(r.end, r.end+1, Separator)
			r.mark(r.end+1, closing, NoteText)
			r.mark(closing, closing+1, Separator)
			r.end = closing + 1
		}
	}
	end, u := p.unitAt(k)
	if u == nil || !packages[u.Key] && !asSize[u.Key] || u.Key == "glass" {
		return
	}
	r.mark(r.end, end, NoteText)
	if r.Multiplied {
		r.Unit = u
	}
	r.end = end
}

// asSize are units that may have a length before them: "2-inch knob".
var asSize = map[string]bool{"knob": true, "stick": true, "stalk": true, "strip": true, "slice": true}

// sizedPack parses a size between number and package: "1 (14-oz) can", "1 6 oz can", "2 33cl bottles", "1 4-pound chicken".
func (p *parser) sizedPack(r *reading, j int) bool {
	first := j
	if p.isOpening(j) {
		first = j + 1
	} else if p.kind(j) != digits && p.kind(j) != vulgar || p.isGlued(j) || r.Amount.About {
		return false
	}
	content, k := p.amount(first)
	if content.IsZero() {
		return false
	}
	k = p.skipHyphen(k)
	end, size := p.unitAt(k)
	if size == nil || size.Dimension == Count {
		return false
	}
	if first > j {
		return p.sizeInBrackets(r, j, &Measure{content, size})
	}
	r.mark(j, end, NoteText)
	k = p.sizes(r, p.skipHyphen(end))
	if p.isOpening(k) {
		after := p.closing(k) + 1
		if _, u := p.unitAt(after); u != nil {
			r.mark(k, after, NoteText)
			k = after
		}
	}
	r.Content, r.end = &Measure{content, size}, end
	if end, u := p.unitAt(k); u != nil && u.Dimension == Count {
		r.setUnit(p, k, end, u)
	}
	return true
}

// sizeInBrackets parses the unit after brackets at token j that contain a measure. If the unit is a package, the measure is its content.
// Otherwise the measure is a second amount.
func (p *parser) sizeInBrackets(r *reading, j int, content *Measure) bool {
	after := min(p.closing(j)+1, len(p.tokens))
	sizes := &reading{}
	k := p.sizes(sizes, after)
	end, u := p.unitAt(k)
	if u == nil {
		return false
	}
	r.mark(j, j+1, Separator)
	r.mark(j+1, after-1, NoteText)
	r.mark(after-1, after, Separator)
	r.marks = append(r.marks, sizes.marks...)
	if packages[u.Key] {
		r.Content = content
	}
	r.setUnit(p, k, end, u)
	return true
}

// contentBehind parses the content of a package after its name: "1 can (400 g)", "2 latas de 400 g", "1 bottle 700 ml".
func (p *parser) contentBehind(r *reading) {
	k := p.skip(r.end, linkWord)
	brackets := p.isOpening(k)
	if brackets {
		k++
	}
	content, j := p.amount(k)
	if content.IsZero() {
		return
	}
	end, u := p.unitAt(p.skipHyphen(j))
	if u == nil || u.Dimension != Mass && u.Dimension != Volume {
		return
	}
	r.Content = &Measure{content, u}
	if !brackets {
		r.mark(r.end, k, Separator)
		r.mark(k, end, NoteText)
		r.end = end
	}
}
