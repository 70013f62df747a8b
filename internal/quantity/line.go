package quantity

import (
	"slices"
	"strings"
)

// Role is what a piece of a line says.
type Role int

// The roles. Separators are punctuation, markup and the little words that link amount, unit and food.
const (
	undecided Role = iota
	Separator
	Quantifier
	UnitName
	FoodName
	PreparationText
	NoteText
)

// Part is a piece of a line and its role.
type Part struct {
	Role Role
	Text string
}

// Line is a parsed ingredient line.
type Line struct {
	// Parts are the pieces of the line in their order. Their texts, put together, are the line.
	Parts    []Part
	Quantity Quantity
	// Name is the food in lower case. It is empty only if the line has no letter and no digit.
	Name string
	// Preparation is what the cook does to the food, and Note everything else, as written. Pieces that are not adjacent
	// in the line are joined with "; ".
	Preparation, Note string
	// Confidence says how sure the reading is, from 0 to 1. It falls with what is left open: several foods, numbers in the
	// name, many words. It is not a probability.
	Confidence float64
	// Language is the language whose words were used.
	Language string
}

// ParseLine parses an ingredient line in one of [Languages]. With any other language, such as "", it detects the language
// from the words of the line. A line of more than 500 words and signs is a name as a whole.
func ParseLine(line, language string) Line {
	if !slices.Contains(languages, language) {
		language = Detect(line)[0]
	}
	p := newParser(line, language)
	if len(p.tokens) > maxTokens {
		p.assign(0, len(p.tokens), FoodName)
		return p.line(&reading{})
	}
	p.markup()
	r := p.quantityOfLine()
	if r != nil {
		for _, m := range r.marks {
			p.assign(m.first, m.end, m.role)
		}
	} else {
		r = &reading{}
	}
	p.food(r)
	return p.line(r)
}

// ParseLines parses the lines of a recipe. Without a language it detects that of each line; a line that fits several
// languages gets the one that the lines together fit best.
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

// markup makes emphasis and the bullet of a list separators.
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
		return
	}
}

// isProduct reports whether the token at i, an asterisk, stands between two numbers.
func isProduct(p *parser, i int) bool {
	return p.kind(i-1) == digits && p.kind(i+1) == digits
}

// assign gives tokens a role.
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

// line collects what the roles say.
func (p *parser) line(r *reading) Line {
	l := Line{Quantity: r.Quantity, Language: p.lex.language}
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

// joined returns the texts of one role, with white space collapsed, and between pieces that aren't adjacent.
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

// isBroken reports whether something other than markup stands between two tokens.
func (p *parser) isBroken(last, i int) bool {
	for j := last + 1; j < i; j++ {
		if p.tokens[j].text != "*" && p.tokens[j].text != "_" {
			return true
		}
	}
	return false
}
