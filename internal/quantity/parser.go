package quantity

// parser parses one text.
type parser struct {
	lex     *lexicon
	tokens  []token
	end     string
	roles   []Role // of each token
	unsplit []bool // tokens of a name that must not be split
	system  system // set if the text names one: "imperial pint"
}

// maxTokens is the maximum number of tokens in a text to parse. No line of a recipe has more. There must be a limit, because the time to
// parse a text may grow with the square of its length.
const maxTokens = 500

func newParser(text, language string) *parser {
	p := &parser{lex: lexicons()[language]}
	p.tokens, p.end = tokenize(text)
	p.roles = make([]Role, len(p.tokens))
	p.unsplit = make([]bool, len(p.tokens))
	return p
}

// match returns the end of the longest phrase of a class that starts at token i, and its entry in the lexicon. If there is none, it
// returns i and nil. It ignores periods after words, as in "c. à s.".
func (p *parser) match(i int, c class) (int, *entry) {
	at, end := p.lex.root, i
	var found *entry
	for j := i; j < len(p.tokens); j++ {
		t := &p.tokens[j]
		if t.text == "." && j > i && t.isGlued() {
			continue
		}
		at = at.next[t.key]
		if at == nil {
			break
		}
		if at.entry != nil && at.entry.class&c != 0 {
			end, found = j+1, at.entry
		}
	}
	return end, found
}

// is reports whether a phrase of a class starts at token i.
func (p *parser) is(i int, c class) bool {
	_, e := p.match(i, c)
	return e != nil
}

// skip returns the end of the phrase of a class at token i, including a period after it. If there is none, it returns i.
func (p *parser) skip(i int, c class) int {
	end, e := p.match(i, c)
	if e == nil {
		return i
	}
	return p.skipPeriod(end)
}

// skipPeriod skips the period after an abbreviation.
func (p *parser) skipPeriod(i int) int {
	if p.key(i) == "." && p.tokens[i].isGlued() {
		return i + 1
	}
	return i
}

// pluralEnding returns the end of a plural ending in brackets or after a slash at token i, as in "Zwiebel(n)" and "Zehe/n". If there is
// none, it returns i.
func (p *parser) pluralEnding(i int) int {
	if !p.isGlued(i) || !p.isGlued(i+1) || !pluralEndings[p.key(i+1)] {
		return i
	}
	switch {
	case p.key(i) == "(" && p.key(i+2) == ")" && p.isGlued(i+2):
		return i + 3
	case p.key(i) == "/" && !p.isGlued(i+2) && len(p.key(i-1)) > 2: // not c/n
		return i + 2
	}
	return i
}

var pluralEndings = map[string]bool{"n": true, "en": true, "e": true, "s": true, "er": true, "es": true, "ies": true, "x": true}

// key returns the key of token i, or "" if there is no such token.
func (p *parser) key(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].key
}

// isGlued reports whether token i exists and has no white space before it.
func (p *parser) isGlued(i int) bool { return i > 0 && i < len(p.tokens) && p.tokens[i].isGlued() }

// kind returns the kind of token i, or punctuation if there is no such token.
func (p *parser) kind(i int) kind {
	if i < 0 || i >= len(p.tokens) {
		return punctuation
	}
	return p.tokens[i].kind
}

// closing returns the index of the bracket that closes the one at i, or the number of tokens if there is none.
func (p *parser) closing(i int) int {
	depth := 0
	for j := i; j < len(p.tokens); j++ {
		switch p.tokens[j].text {
		case "(", "[":
			depth++
		case ")", "]":
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(p.tokens)
}

// isOpening reports whether token i is an opening bracket.
func (p *parser) isOpening(i int) bool { k := p.key(i); return k == "(" || k == "[" }

// unitAt returns the end of the unit at token i, and the unit. If there is none, it returns i and nil. Only in English, "T" and "t"
// are different units.
func (p *parser) unitAt(i int) (int, *Unit) {
	end, e := p.match(i, unitWord)
	generic := ""
	if e != nil {
		generic = e.unit
	}
	if p.lex.language == "en" && i < len(p.tokens) && end <= i+1 {
		switch p.tokens[i].text {
		case "T":
			end, generic = i+1, "tbsp"
		case "t":
			end, generic = i+1, "tsp"
		}
	}
	if generic == "" || p.is(i, fixedName) {
		return i, nil
	}
	if p.is(i, branchWord) {
		switch food := p.skip(end, linkWord); {
		case p.is(food, celeryWord):
			generic = "stalk"
		case p.is(food, cinnamonWord):
			generic = "stick"
		}
	}
	if p.is(i, onlyFat) && !p.is(p.skip(end, linkWord), fatWord) {
		return i, nil
	}
	s := p.system
	switch {
	case s != "":
	case p.lex.language == "en":
		s = "us"
	default:
		s = "metric"
	}
	return p.pluralEnding(p.skipPeriod(end)), inSystem(generic, s)
}
