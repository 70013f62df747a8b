package quantity

import "strings"

// segment is the part of a line between two separators.
type segment struct {
	first, end int
	separator  string // before the segment: "", ",", "(", "/", "amount" …
}

// assignRoles gives all tokens that aren't part of the quantity a role: name, preparation or note.
func (p *parser) assignRoles(q *parsedQuantity) {
	segments := p.segments()
	named, inList := false, q.Amount.IsZero() && q.Unit == nil || p.hasEach(segments)
	for n := 0; n < len(segments); n++ {
		s := segments[n]
		switch {
		case named || s.separator == "(" || n+1 < len(segments) && segments[n+1].separator == ":" && p.isRemark(s):
			inList = inList && (s.separator == "," || !named)
			p.assignAfterName(s, inList && named)
		case p.isSize(s) && p.isBeforeFood(segments, n):
			p.assign(s.first, s.end, NoteText) // large, ripe bananas; 1 large (8 oz) potato
		case n+1 < len(segments) && !q.isPackaged() && p.arePreparations(s, segments[n+1]):
			p.assign(s.first, s.end, PreparationText) // cooked, shredded chicken
		default:
			n = p.assignNameSegments(segments, n, q)
			named = true
		}
	}
	p.unitAfterFood(q)
	p.ensureName(q)
}

// isRemark reports whether the first segment is a remark, not a food: "For the sauce: 2 onions".
func (p *parser) isRemark(s segment) bool {
	return p.is(s.first, notePhrase) && !p.is(s.first, sizeWord|fixedName)
}

// isSize reports whether a segment only has words for a size.
func (p *parser) isSize(s segment) bool {
	i := s.first
	for i < s.end && p.is(i, sizeWord) {
		i = p.skip(i, sizeWord)
	}
	return i == s.end
}

// assignNameSegments makes segment n the name, and also the segments after it while the name isn't complete: "boneless, skinless thighs".
// It returns the index of the last one.
func (p *parser) assignNameSegments(segments []segment, n int, q *parsedQuantity) int {
	p.assignName(segments[n], q)
	for n+1 < len(segments) && segments[n+1].separator == "," && (p.isIncomplete(segments[n]) && p.continues(segments[n+1].first) ||
		q.isPackaged() && p.arePreparations(segments[n], segments[n+1])) {
		for i := segments[n].end; i < segments[n+1].first; i++ {
			p.roles[i] = FoodName
		}
		n++
		p.assignName(segments[n], q)
	}
	if n+2 < len(segments) && segments[n+1].separator == "(" && segments[n+2].separator == "rest" &&
		(p.isDescription(segments[n]) || p.is(segments[n].end-1, andWord)) { // zout en (versgemalen) peper
		p.assignAfterName(segments[n+1], false) // heavy (whipping) cream
		n += 2
		p.assignName(segments[n], q)
	}
	return n
}

// continues reports whether a name may continue with the words at token i, after a comma.
func (p *parser) continues(i int) bool {
	if p.is(i, fixedName|adjective) {
		return true
	}
	a, _ := p.amount(i)
	return a.IsZero() && !p.is(i, notePhrase|prepPhrase|prepWord|adverbWord|laterPrep|orWord|juiceWord)
}

// isIncomplete reports whether a name only has words that describe a food, so the food must follow: "Green", "bone-in".
func (p *parser) isIncomplete(s segment) bool { return p.allAre(s, adjective|andWord) }

// isDescription is like isIncomplete, but includes words that may also be a food: "heavy", "chicken".
func (p *parser) isDescription(s segment) bool { return p.allAre(s, adjective|andWord|modifierWord) }

// allAre reports whether all words of a name are of a class.
func (p *parser) allAre(s segment, c class) bool {
	words := 0
	for i := s.first; i < s.end; i++ {
		if p.roles[i] != FoodName {
			continue
		}
		words++
		key := p.key(i)
		if !p.is(i, c) && !strings.HasSuffix(key, "less") && !strings.HasSuffix(key, "-in") && !strings.HasSuffix(key, "-on") {
			return false
		}
	}
	return words > 0
}

// splitter collects segments.
type splitter struct {
	done    []segment
	current segment
}

// split ends the current segment at token end and starts another one after a separator, at token next.
func (s *splitter) split(end int, separator string, next int) {
	if s.current.end = end; s.current.end > s.current.first {
		s.done = append(s.done, s.current)
	}
	s.current = segment{first: next, separator: separator}
}

// segments splits the tokens without a role at separators and brackets, and gives these the role [Separator].
func (p *parser) segments() []segment {
	s := &splitter{}
	for i := 0; i < len(p.tokens); i++ {
		if p.roles[i] != undecided {
			p.splitAtRole(s, i)
			continue
		}
		separator := p.separator(i)
		switch {
		case p.isOpening(i):
			closing := p.closing(i)
			s.split(i, "(", i+1)
			p.roles[i] = Separator
			p.assign(closing, closing+1, Separator)
			s.split(closing, "after", closing+1)
			i = closing
		case p.key(i) == ")" || p.key(i) == "]":
			s.split(i, "after", i+1)
			p.roles[i] = Separator
		case separator == "+":
			s.split(i, "+", i)
		case separator != "":
			s.split(i, separator, i+1)
			p.roles[i] = Separator
		}
	}
	s.split(len(p.tokens), "", 0)
	return p.markRest(s.done)
}

// splitAtRole ends a segment at a token with a role. A token with the role [Separator], such as markup, doesn't end it.
func (p *parser) splitAtRole(s *splitter, i int) {
	switch p.roles[i] {
	case Quantifier, UnitName:
		s.split(i, "", i+1)
	default:
		if s.current.first == i {
			s.current.first++
		} else if p.roles[i] != Separator {
			s.split(i, "amount", i+1)
		}
	}
}

// markRest marks segments after brackets as the rest of the segment before them: "beans (canned) or peas" has one food.
func (p *parser) markRest(all []segment) []segment {
	seen := false
	for n := range all {
		if all[n].separator != "(" {
			if seen && all[n].separator == "after" {
				all[n].separator = "rest"
			}
			seen = true
		}
	}
	return all
}

// separator returns the text of token i if it is a separator, otherwise "".
func (p *parser) separator(i int) string {
	switch key := p.key(i); key {
	case ",", ";", ":", "|", "+", "…", "→":
		return key
	case "/":
		if p.kind(i-1) == word && p.kind(i+1) == word || p.kind(i-1) != digits {
			if p.key(i-1) == "c" || p.key(i-1) == "w" || p.key(i-1) == "and" {
				return ""
			}
			return key
		}
	case "-":
		if !p.isGlued(i) && (i+1 == len(p.tokens) || !p.isGlued(i+1)) || p.tokens[i].text == "—" {
			return key
		}
	case ".":
		if i+1 == len(p.tokens) {
			if len(p.key(i-1)) == 1 && p.key(i-2) == "." { // q.b.
				return ""
			}
			return key
		}
		if !p.isGlued(i+1) && len(p.key(i-1)) > 3 && !longAbbreviations[p.key(i-1)] && p.tokens[i+1].text != p.tokens[i+1].key {
			return key
		}
	}
	return ""
}

// longAbbreviations are abbreviations of more than three letters. A period after another word of this length ends a sentence.
var longAbbreviations = map[string]bool{
	"gestr": true, "evtl": true, "event": true, "aprox": true, "appr": true, "approx": true, "ungef": true, "ongev": true,
}

// assignAfterName gives a role to a segment after the name or in brackets. In a list of foods without an amount, the segment belongs to the
// name.
func (p *parser) assignAfterName(s segment, inList bool) {
	i := s.first
	if a, _ := p.amount(i); a.IsZero() {
		switch {
		case p.is(i, notePhrase) && !p.is(i, fixedName) && (!p.is(i, adverbWord) || !p.startsPreparation(i, s.end)): // roughly chopped
		case p.startsPreparation(i, s.end):
			p.assignPreparation(i, s.end)
			return
		case inList && !p.is(i, orWord|sizeWord|indefinite) && s.end-s.first <= 6 && (s.end-s.first > 1 || !p.is(i, adjective)): // Paprika, rot
			for j := i - 1; j >= 0 && p.roles[j] == Separator; j-- {
				p.roles[j] = FoodName
			}
			p.assignName(s, &parsedQuantity{})
			return
		case p.endsInPreparation(i, s.end):
			p.assign(i, s.end, PreparationText)
			return
		}
	}
	p.assign(i, s.end, NoteText)
}
