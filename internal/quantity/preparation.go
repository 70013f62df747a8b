package quantity

import (
	"regexp"
	"strings"
)

// startsPreparation reports whether a preparation starts at token i: "finely chopped", "cut into", "juice and zest".
func (p *parser) startsPreparation(i, end int) bool {
	for i < end {
		if p.is(i, prepWord|prepPhrase|juiceWord|laterPrep) {
			return true
		}
		k := p.skip(i, adverbWord|sizeWord|linkWord)
		if k == i {
			return false
		}
		i = k
	}
	return false
}

// assignPreparation makes the tokens a preparation, and from the first word of a note on, a note: "chopped plus extra for garnish".
func (p *parser) assignPreparation(i, end int) {
	for j := i; j < end; j++ {
		if j > i && p.is(j, notePhrase) && !p.is(j, prepPhrase|fixedName) && !p.continuesPreparation(j) {
			p.assign(i, j, PreparationText)
			p.assign(j, end, NoteText)
			return
		}
	}
	p.assign(i, end, PreparationText)
}

// continuesPreparation reports whether the note that starts at token i says how to prepare the food: "warmed to 40°C".
func (p *parser) continuesPreparation(i int) bool {
	return furtherPreparation[strings.ToLower(p.text(i, p.skip(i, notePhrase)))]
}

// furtherPreparation has notes that belong to a preparation if they follow one.
var furtherPreparation = map[string]bool{"to": true, "with": true, "from": true, "until": true, "vừa ăn": true}

// arePreparations reports whether a segment before a comma only has preparations of a food in the next one: "peeled, diced potatoes".
func (p *parser) arePreparations(s, next segment) bool {
	if next.separator != "," || !p.adjectivesFirst() || p.skipPreparations(s.first, s.end) != s.end {
		return false
	}
	if p.lex.language == "nl" && p.key(s.end-1) == "gehakt" { // also the name of minced meat
		return false
	}
	k := p.skipPreparations(next.first, next.end)
	a, _ := p.amount(k)
	return k < next.end && a.IsZero() && !p.is(k, prepPhrase|notePhrase|orWord|andWord|adverbWord)
}

// endsInPreparation reports whether the tokens end with a preparation, and have no remark: "giblets removed", "zaadlijsten verwijderd".
func (p *parser) endsInPreparation(i, end int) bool {
	for j := i; j < end; j++ {
		if p.is(j, notePhrase|orWord) {
			return false
		}
		k := p.skip(j, prepWord|laterPrep)
		if k == j && j == end-1 && p.isParticiple(j) {
			return true
		}
		for k > j && k < end && p.is(k, adverbWord) {
			k = p.skip(k, adverbWord)
		}
		if k == end && k > j {
			return true
		}
	}
	return false
}

// isParticiple reports whether token i looks like a past participle: durchgepresst, fijngeknipt. German writes nouns with a capital letter.
// Words such as ungesalzen don't name a preparation.
func (p *parser) isParticiple(i int) bool {
	pattern := participles[p.lex.language]
	t := p.tokens[i]
	return pattern != nil && t.text == t.key && pattern.MatchString(t.key)
}

// participles has the languages in which a participle has a prefix and an ending, and doesn't look like another word.
var participles = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`^([^u]\pL*|u[^n]\pL*|)ge\pL{2,}(t|en)$|^\pL+iert$|^(ver|zer|ent)\pL{3,}(t|en)$`),
	"nl": regexp.MustCompile(`^([^o]\pL*|o[^n]\pL*|)ge\pL{2,}(t|d|en)$|^(ver|ont)\pL{3,}(t|d|en)$`),
}
