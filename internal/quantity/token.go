package quantity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is the kind of a token.
type kind int

const (
	punctuation kind = iota
	word
	digits         // with decimal points and commas in between
	vulgarFraction // ½
)

// token is a token of a line. The spaces and texts of all tokens and the white space at the end, joined together, are the line.
type token struct {
	space string // the white space before the text
	text  string
	key   string // the text as in the lexicon: in lower case and in NFC
	kind  kind
}

// isGlued reports whether the token has no white space before it.
func (t token) isGlued() bool { return t.space == "" }

// tokenize splits a line into tokens. It also returns the white space at the end of the line.
func tokenize(line string) (tokens []token, end string) {
	tokens = make([]token, 0, len(line)/4+1)
	for line != "" {
		space := len(line) - len(strings.TrimLeftFunc(line, isSpace))
		rest := line[space:]
		if rest == "" {
			return tokens, line
		}
		n, k := span(rest)
		t := token{space: line[:space], text: rest[:n], kind: k}
		t.key = keyOf(t.text, k)
		tokens = append(tokens, t)
		line = rest[n:]
	}
	return tokens, ""
}

// isSpace reports whether r is white space or an invisible character, which web pages have in any place. The joiner of emoji isn't.
func isSpace(r rune) bool { return unicode.IsSpace(r) || isInvisible(r) && r != '\u200d' }

// isInvisible reports whether r is invisible: a soft hyphen, a byte order mark, a space of no width, a mark of direction.
func isInvisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

// keyOf returns the key of a token.
func keyOf(text string, k kind) string {
	if k != word {
		if dashes[text] {
			return "-"
		}
		return text
	}
	key := strings.TrimSuffix(strings.ToLower(text), "-") // demi-
	if strings.ContainsFunc(key, isInvisible) {
		key = strings.Map(func(r rune) rune {
			if isInvisible(r) {
				return -1
			}
			return r
		}, key)
	}
	if strings.ContainsFunc(key, unicode.IsMark) {
		key = norm.NFC.String(key)
	}
	return strings.ReplaceAll(key, "’", "'")
}

// dashes are the characters that separate the ends of a range.
var dashes = map[string]bool{"-": true, "‐": true, "‑": true, "‒": true, "–": true, "—": true, "−": true}

// elidedWords are words that lose their last vowel before another vowel: d'ail, dell'olio.
var elidedWords = map[string]bool{
	"d": true, "l": true, "un": true, "qu": true, "dell": true, "all": true, "dall": true, "nell": true, "sull": true, "mezz": true,
}

// span returns the length of the token at the start of a text that doesn't start with white space.
func span(text string) (int, kind) {
	first, size := utf8.DecodeRuneInString(text)
	switch {
	case first >= '0' && first <= '9', first == '.' && len(text) > 1 && isDigit(text[1]):
		return digitSpan(text), digits
	case vulgarFractions[first] != [2]int64{}:
		return size, vulgarFraction
	case unicode.IsLetter(first):
		return wordSpan(text), word
	case first == '°' && len(text) > size && strings.ContainsRune("CcFf", rune(text[size])):
		return size + 1, word
	}
	return size, punctuation
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digitSpan returns the length of the digits at the start of a text, including periods and commas between digits.
func digitSpan(text string) int {
	n := 0
	for n < len(text) && (isDigit(text[n]) || (text[n] == '.' || text[n] == ',') && n+1 < len(text) && isDigit(text[n+1])) {
		n++
	}
	return n
}

// wordSpan returns the length of the word at the start of a text: letters, marks and digits, and hyphens and apostrophes between letters.
// An elided word ends with its apostrophe.
func wordSpan(text string) int {
	if (text[0] == 'x' || text[0] == 'X') && len(text) > 1 && isDigit(text[1]) { // 2x400
		return 1
	}
	if end := partOfLiter(text); end > 0 {
		return end
	}
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case unicode.IsDigit(r) && strings.EqualFold(text[:n], "kg"): // 1kg2
			return n
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
		case isInvisible(r) && letterFollows(text[n+size:]): // a soft hyphen
		case r == '-' && letterFollows(text[n+size:]):
			if n > 0 && strings.EqualFold(text[:n], "demi") && !isDemiCompound(text[n+size:]) {
				return n + size
			}
			if end := halfSpan(text, n); end > 0 {
				return end
			}
		case (r == '\'' || r == '’') && n > 0:
			if elidedWords[strings.ToLower(text[:n])] {
				return n + size
			}
			if !letterFollows(text[n+size:]) {
				return n
			}
		default:
			return n
		}
		n += size
	}
	return n
}

// isDemiCompound reports whether demi- is part of the word that follows, as in demi-sel, and doesn't mean one half.
func isDemiCompound(rest string) bool {
	rest = strings.ToLower(rest)
	return strings.HasPrefix(rest, "sel") || strings.HasPrefix(rest, "écrém") || strings.HasPrefix(rest, "ecrem")
}

// partOfLiter returns the length of a number joined to its unit in German, as in Viertelliter and Achtelliter, or 0.
func partOfLiter(text string) int {
	for _, part := range []string{"viertel", "achtel", "dreiviertel"} {
		end := len(part)
		if len(text) < end+len("liter") || !strings.EqualFold(text[:end], part) {
			continue
		}
		if unit := text[end : end+len("liter")]; strings.EqualFold(unit, "liter") || strings.EqualFold(unit, "pfund") {
			return end
		}
	}
	return 0
}

// halfSpan returns the length of the number in a word such as half-pint, quarter-pound or half-a-dozen. The first hyphen is at n. It returns 0
// for other words.
func halfSpan(text string, n int) int {
	if first := text[:n]; !strings.EqualFold(first, "half") && !strings.EqualFold(first, "quarter") {
		return 0
	}
	rest := strings.ToLower(text[n+1:])
	unit := strings.TrimPrefix(strings.TrimPrefix(rest, "a-"), "an-")
	for _, name := range unitsWithHalves {
		if strings.HasPrefix(unit, name) {
			return n + 1 + len(rest) - len(unit)
		}
	}
	return 0
}

// unitsWithHalves are units that old cookbooks join to "half" with a hyphen.
var unitsWithHalves = []string{"pint", "pound", "cup", "dozen", "teaspoon", "tablespoon", "quart", "ounce", "gallon", "gill", "lb", "inch"}

func letterFollows(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r)
}

// vulgarFractions maps the fraction characters of Unicode to numerators and denominators.
var vulgarFractions = map[rune][2]int64{
	'½': {1, 2}, '⅓': {1, 3}, '⅔': {2, 3}, '¼': {1, 4}, '¾': {3, 4}, '⅕': {1, 5}, '⅖': {2, 5}, '⅗': {3, 5}, '⅘': {4, 5},
	'⅙': {1, 6}, '⅚': {5, 6}, '⅐': {1, 7}, '⅛': {1, 8}, '⅜': {3, 8}, '⅝': {5, 8}, '⅞': {7, 8}, '⅑': {1, 9}, '⅒': {1, 10},
}
