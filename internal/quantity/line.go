package quantity

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Role is the role of a part of a line.
type Role int

// The roles. Separators are punctuation, markup and words such as "of" between amount, unit and food.
const (
	undecided Role = iota
	Separator
	Quantifier
	UnitName
	FoodName
	PreparationText
	NoteText
)

// Part is a part of a line and its role.
type Part struct {
	Role Role
	Text string
}

// Line is a parsed ingredient line.
type Line struct {
	// Parts are the parts of the line, in order. Their texts, joined together, are the line.
	Parts    []Part
	Quantity Quantity
	// Name is the food in lower case. It is empty only if the line has no letter and no digit.
	Name string
	// Preparation says how to prepare the food, and Note has everything else, as written. Parts that are not adjacent
	// in the line are joined with "; ".
	Preparation, Note string
	// Confidence says how reliable the result is, from 0 to 1. Several foods, numbers in the name and many words make it
	// lower. It is not a probability.
	Confidence float64
	// Language is the language used to parse the line.
	Language string
}

// ParseLine parses an ingredient line in one of [Languages]. With any other language, such as "", it detects the language
// from the words of the line. If a line has more than 500 words, numbers and punctuation marks, the whole line becomes the name.
func ParseLine(line, language string) Line {
	if !slices.Contains(languages, language) {
		language = Detect(line)[0]
	}
	p := newParser(line, language)
	if len(p.tokens) > maxTokens {
		p.assign(0, len(p.tokens), FoodName)
		return p.line(&parsedQuantity{})
	}
	p.markup()
	q := p.quantityOfLine()
	if q != nil {
		for _, m := range q.marks {
			p.assign(m.first, m.end, m.role)
		}
	} else {
		q = &parsedQuantity{}
	}
	p.assignRoles(q)
	return p.line(q)
}

// ParseLines parses the lines of a recipe in one of [Languages]. With any other language, such as "", it detects the language of each
// line as [Detect] does.
func ParseLines(lines []string, language string) []Line {
	given := slices.Contains(languages, language)
	var detected []string
	if !given {
		detected = Detect(lines...)
	}
	parsed := make([]Line, 0, len(lines))
	for i, line := range lines {
		if !given {
			language = detected[i]
		}
		parsed = append(parsed, ParseLine(line, language))
	}
	return parsed
}

// markup makes emphasis, optional plural endings and the bullet of a list separators.
func (p *parser) markup() {
	for i := range p.tokens {
		switch p.tokens[i].text {
		case "*", "_", "**", "†", "\\":
			if !isProduct(p, i) {
				p.roles[i] = Separator
			}
		}
	}
	for i := range p.tokens {
		if p.kind(i) == word {
			p.assign(i+1, p.pluralEnding(i+1), Separator)
		}
	}
	for i := 0; i < len(p.tokens); i++ {
		switch p.key(i) {
		case "-", "•", "·", "☐", "□", "*", "#", ">", "◦", "‣", "▪":
			p.roles[i] = Separator
			continue
		}
		if r, _ := utf8.DecodeRuneInString(p.tokens[i].text); unicode.In(r, unicode.So, unicode.Sk, unicode.M) { // ▢, ✔, an emoji
			p.roles[i] = Separator
			continue
		}
		if p.isItemNumber(i) {
			p.assign(i, i+2, Separator)
		}
		return
	}
}

// isItemNumber reports whether token i is the number of an item in a list, with a quantity after it: "1. 200 g flour", "2) 3 eggs".
func (p *parser) isItemNumber(i int) bool {
	if p.kind(i) != digits || p.key(i+1) != "." && p.key(i+1) != ")" || !p.isGlued(i+1) || p.isGlued(i+2) {
		return false
	}
	x, _ := p.number(i + 2)
	return x != nil
}

// isProduct reports whether the asterisk at token i is between two numbers.
func isProduct(p *parser, i int) bool {
	return p.kind(i-1) == digits && p.kind(i+1) == digits
}

// assign gives tokens without a role this role.
func (p *parser) assign(first, end int, role Role) {
	for i := first; i < end && i < len(p.tokens); i++ {
		if p.roles[i] == undecided {
			p.roles[i] = role
		}
	}
}

// text returns the text of tokens as written.
func (p *parser) text(first, end int) string {
	var b strings.Builder
	for i := first; i < end; i++ {
		if i > first {
			b.WriteString(p.tokens[i].space)
		}
		b.WriteString(p.tokens[i].text)
	}
	return b.String()
}

// line returns the result: the quantity, and the texts of each role.
func (p *parser) line(q *parsedQuantity) Line {
	l := Line{Quantity: q.Quantity, Language: p.lex.language}
	if l.Quantity.Text = p.quantityText(); l.Quantity.Amount.IsZero() {
		l.Quantity.Indefinite = l.Quantity.Unit == nil
	}
	l.Name = strings.ToLower(p.joined(FoodName, " "))
	l.Preparation = p.joined(PreparationText, "; ")
	l.Note = p.joined(NoteText, "; ")
	l.Parts = p.parts()
	l.Confidence = p.confidence(&l)
	return l
}

// quantityText returns the words of the quantity and its unit.
func (p *parser) quantityText() string {
	var b strings.Builder
	for i, t := range p.tokens {
		if p.roles[i] == Quantifier || p.roles[i] == UnitName {
			if b.Len() > 0 && t.space != "" {
				b.WriteByte(' ')
			}
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// parts joins neighboring tokens of one role.
func (p *parser) parts() []Part {
	var parts []Part
	var b strings.Builder
	for i, t := range p.tokens {
		b.WriteString(t.space)
		b.WriteString(t.text)
		role := max(p.roles[i], Separator)
		if i+1 < len(p.tokens) && max(p.roles[i+1], Separator) == role {
			continue
		}
		if i+1 == len(p.tokens) {
			b.WriteString(p.end)
		}
		parts = append(parts, Part{role, b.String()})
		b.Reset()
	}
	if len(p.tokens) == 0 && p.end != "" {
		parts = append(parts, Part{Separator, p.end})
	}
	return parts
}

// joined joins the texts of a role and collapses white space. It writes the separator between to join texts that aren't adjacent.
func (p *parser) joined(role Role, between string) string {
	var b strings.Builder
	last := -1
	for i, t := range p.tokens {
		if p.roles[i] != role {
			continue
		}
		switch {
		case last < 0:
		case role == FoodName && t.text == ",":
		case role == PreparationText && last == i-2 && p.key(i-1) == ",":
			b.WriteString(", ")
		case p.isBroken(last, i):
			b.WriteString(between)
		case last < i-1 || t.space != "":
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
		last = i
	}
	return b.String()
}

// isBroken reports whether there is anything but markup between two tokens.
func (p *parser) isBroken(last, i int) bool {
	for j := last + 1; j < i; j++ {
		if p.tokens[j].text != "*" && p.tokens[j].text != "_" {
			return true
		}
	}
	return false
}
