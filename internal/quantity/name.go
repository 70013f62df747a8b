package quantity

// assignName gives roles to the tokens of the segment with the food's name.
func (p *parser) assignName(s segment, q *parsedQuantity) {
	canned := q.isPackaged()
	i := p.assignBeforeName(s, canned)
	first := i
	for i < s.end {
		i = p.assignNameWord(first, i, s.end, &canned)
	}
}

// isPackaged reports whether the food comes in a package.
func (q *parsedQuantity) isPackaged() bool {
	return q.Multiplied || q.Unit != nil && q.Unit.Dimension == Count && packages[q.Unit.Key] && !isPortion[q.Unit.Key]
}

// isPortion has packages whose food the cook prepares. For other packages, a preparation before the name is part of the name.
var isPortion = map[string]bool{"piece": true, "block": true, "loaf": true, "ball": true, "glass": true, "roll": true, "bar": true}

// assignBeforeName gives roles to sizes and preparations before the food, and returns the token at which its name starts.
func (p *parser) assignBeforeName(s segment, canned bool) int {
	i := s.first
	for i < s.end && !p.is(i, fixedName) {
		var next int
		var role Role
		switch {
		case p.is(i, indefinite):
			next, role = p.skip(i, indefinite), NoteText
		case p.alternative(i) > i:
			next, role = p.alternative(i), NoteText
		case p.is(i, sizeWord):
			next, role = p.skip(i, sizeWord), NoteText
		case p.is(i, unitSize) && p.is(p.skip(i, unitSize), linkWord):
			next, role = p.skip(i, unitSize), NoteText
		case !canned && p.adjectivesFirst() && p.is(i, prepWord|adverbWord):
			next, role = p.skipPreparations(i, s.end), PreparationText
		case p.is(i, linkWord):
			next, role = p.skip(i, linkWord), Separator
		case p.key(i) == "-" || p.key(i) == ".":
			next, role = i+1, Separator
		default:
			return i
		}
		if next >= s.end || role == PreparationText && next == i {
			return i
		}
		p.assign(i, next, role)
		i = next
	}
	return i
}

// alternative returns the end of a size with an alternative number and size at token i: "medium or 1 large". It returns i if
// there is none.
func (p *parser) alternative(i int) int {
	k := p.skip(i, sizeWord|unitSize)
	if k == i || !p.is(k, orWord) {
		return i
	}
	a, j := p.amount(p.skip(k, orWord))
	j, _ = p.unitAt(j)
	if end := p.skip(j, sizeWord|unitSize); !a.IsZero() && end > j {
		return end
	}
	return i
}

// skipPreparations returns the end of consecutive preparations at token i: "finely chopped and toasted".
func (p *parser) skipPreparations(i, end int) int {
	done := i
	for i < end && !p.is(i, fixedName) {
		k := p.skip(i, prepWord)
		if k > i {
			i, done = k, k
			continue
		}
		if k = p.skip(i, adverbWord); k == i && done > 0 && p.is(i, andWord|orWord) && p.is(p.skip(i, andWord|orWord), prepWord|adverbWord) {
			k = p.skip(i, andWord|orWord)
		}
		if k == i {
			break
		}
		i = k
	}
	return done
}

// assignNameWord gives a role to the word at token i, or to this word and some or all after it, and returns the index after them.
func (p *parser) assignNameWord(first, i, end int, canned *bool) int {
	if k := p.skip(i, fixedName); k > i && k <= end {
		for j := i; j < k; j++ {
			p.unsplit[j] = true
		}
		p.assign(i, k, FoodName)
		return k
	}
	*canned = *canned || p.is(i, cannedWord)
	if i > first {
		if k := p.measureInName(i); k > i {
			return k
		}
	}
	if p.startsNote(first, i, end) {
		p.assign(i, end, NoteText)
		return end
	}
	if p.is(i, sizeWord) && (i > first || end > i+1) {
		return p.sizeInName(i)
	}
	if i > first {
		if p.is(i, prepPhrase) {
			p.assignPreparation(i, end)
			return end
		}
		if !*canned && p.is(i, prepWord|adverbWord) {
			return p.preparationInName(i, end)
		}
	}
	role := FoodName
	if p.key(i) == "." && p.isGlued(i) && i+1 == end {
		role = Separator
	}
	p.assign(i, i+1, role)
	return i + 1
}

// startsNote reports whether the rest of a name, from token i on, is a note: another food, an amount of another food, or a remark.
func (p *parser) startsNote(first, i, end int) bool {
	if p.is(i, notePhrase) && (i > first || p.isWholeNote(i, end)) {
		return true
	}
	if i > first && p.is(i, andWord) && p.is(p.skip(i, andWord), juiceWord) && p.hasNumber(i, end) { // and juice of ½
		return true
	}
	return i > first && (p.is(i, orWord) && !p.joins(first, i, end) || p.is(i, andWord) && p.kind(p.skip(i, andWord)) == digits)
}

// hasNumber reports whether there is a number between two tokens.
func (p *parser) hasNumber(i, end int) bool {
	for ; i < end; i++ {
		if x, _ := p.number(i); x != nil {
			return true
		}
	}
	return false
}

// sizeInName makes words for a size a note: "grande y maduro".
func (p *parser) sizeInName(i int) int {
	k := p.skip(i, sizeWord)
	if next := p.skip(k, andWord); next > k && p.is(next, sizeWord) {
		k = p.skip(next, sizeWord)
	}
	p.assign(i, k, NoteText)
	return k
}

// isWholeNote reports whether a name that starts with a note, after the quantity, is only a note.
func (p *parser) isWholeNote(i, end int) bool {
	return p.skip(i, notePhrase) < end && i > 0 && p.roles[i-1] != undecided && p.is(i, orWord|plusWord)
}

// measureInName makes a measure inside the name a note: "gember van 2 cm".
func (p *parser) measureInName(i int) int {
	k := p.skip(i, linkWord)
	a, j := p.amount(k)
	if a.IsZero() || p.isNamePart(k, j) {
		return i
	}
	for p.isProductSign(j) && p.kind(j+1) == digits { // 20 x 30 cm
		_, j = p.amount(j + 1)
	}
	end, u := p.unitAt(p.skipHyphen(j))
	if u == nil || u.Dimension == Count {
		return i
	}
	p.assign(i, k, Separator)
	p.assign(k, end, NoteText)
	return end
}

// preparationInName parses a preparation after the first word of the name. In languages with adjectives before the noun, the name may
// continue after it, as in "fresh grated ginger". Otherwise the rest of the segment belongs to the preparation.
func (p *parser) preparationInName(i, end int) int {
	k := p.skipPreparations(i, end)
	if k == i {
		p.assign(i, i+1, FoodName) // an adverb alone
		return i + 1
	}
	if p.adjectivesFirst() && k < end && p.kind(k) == word && !p.is(k, prepPhrase|notePhrase|orWord|andWord|linkWord|adverbWord|prepWord|rangeWord) {
		p.assign(i, k, PreparationText)
		return k
	}
	p.assignPreparation(i, end)
	return end
}

// adjectivesFirst reports whether adjectives come before the noun in the language.
func (p *parser) adjectivesFirst() bool {
	switch p.lex.language {
	case "en", "de", "nl":
		return true
	}
	return false
}

// joins reports whether the words before the "or" at token i need the end of the name to name a food: "chicken or beef broth".
func (p *parser) joins(first, i, end int) bool {
	before := i - 1
	if p.is(before, andWord) {
		before--
	}
	if before < first || !p.is(before, modifierWord|adjective) && p.kind(before) != digits { // 00 or 0 flour
		return false
	}
	after := p.skip(i, orWord)
	if after+1 >= end || p.kind(after) == digits && p.kind(before) != digits {
		return false
	}
	stop := after
	for stop < end && !p.is(stop, notePhrase|prepPhrase) {
		stop++
	}
	return (p.is(after, modifierWord|adjective) || p.kind(after) == digits) && stop > after+1 || p.is(stop-1, headWord)
}
