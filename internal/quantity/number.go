package quantity

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// maxDigits is the maximum length of a number. It limits the cost of calculating with numbers.
const maxDigits = 15

// number returns the number at token i and the index after it: 12, 1.5, 1/2, ½, 1½, 1-1/2, "one and a half", "half a dozen". If there is
// none, it returns nil and i.
func (p *parser) number(i int) (*big.Rat, int) {
	var x *big.Rat
	j := i
	switch p.kind(i) {
	case digits:
		x, j = p.numberFromDigits(i)
	case vulgarFraction:
		x, j = p.fraction(i)
	default:
		if end, e := p.match(i, numberWord); e != nil && !p.is(i, fixedName) { // ba means three, but ba chỉ is pork belly
			x, j = e.number, p.skipPeriod(end)
		}
	}
	if x == nil {
		return nil, i
	}
	if end, e := p.match(j, numberWord); e != nil && e.number.Cmp(one) < 0 && x.IsInt() && !p.isHalfSize(x, j) { // 1 demi-citron
		x, j = new(big.Rat).Mul(x, e.number), end
	}
	if end, e := p.match(j, numberSuffix); e != nil {
		x, j = new(big.Rat).Add(x, e.number), end
	}
	return p.multiplyByGroupWord(x, j)
}

// isHalfSize reports whether the word at token j after the number x starts a size: "4 half-inch slices", "2 half-pound lobsters", but not
// "1 half-pint".
func (p *parser) isHalfSize(x *big.Rat, j int) bool {
	return p.lex.language == "en" && j < len(p.tokens) && strings.HasSuffix(p.tokens[j].text, "-") && (x.Cmp(one) != 0 || p.key(j+1) == "inch")
}

// multiplyByGroupWord multiplies a number by a group word after it: "half a dozen", "2 dozen".
func (p *parser) multiplyByGroupWord(x *big.Rat, j int) (*big.Rat, int) {
	k := p.skip(j, articleWord)
	if end, e := p.match(k, groupWord); e != nil {
		return new(big.Rat).Mul(x, e.number), p.skip(p.skipPeriod(end), linkWord)
	}
	return x, j
}

// numberFromDigits returns the number that starts with the digits at token i, and the index after it.
func (p *parser) numberFromDigits(i int) (*big.Rat, int) {
	text := p.tokens[i].text
	if len(text) > maxDigits {
		return nil, i
	}
	if joined, end := p.thousands(i); end > i {
		return joined, end
	}
	if strings.ContainsAny(text, ".,") {
		return p.decimal(i), i + 1
	}
	if f, end := p.fraction(i); f != nil && !p.isUnreduced(i) {
		return f, end
	}
	x, _ := new(big.Rat).SetString(text)
	return p.mixed(x, i+1)
}

// mixed adds the fraction after a whole number: 1 1/2, 1½, 1-1/2, 1 & 1/2.
func (p *parser) mixed(x *big.Rat, j int) (*big.Rat, int) {
	k := j
	switch {
	case p.key(j) == "-" && x.Sign() > 0, p.key(j) == "+", p.key(j) == "&":
		k++
	case p.is(j, andWord):
		k = p.skip(j, andWord)
	}
	if k == j && p.isGlued(j) && p.kind(j) == digits {
		return x, j
	}
	if f, end := p.fraction(k); f != nil && f.Cmp(one) < 0 {
		return new(big.Rat).Add(x, f), end
	}
	return x, j
}

var one = big.NewRat(1, 1)

// fraction returns the fraction at token i and the index after it: ½, 1/2, 1⁄2. Its numbers have at most two digits, and only one of them
// has two unless the denominator is 16. "250/300 g" isn't a fraction.
func (p *parser) fraction(i int) (*big.Rat, int) {
	switch p.kind(i) {
	case vulgarFraction:
		r, _ := utf8.DecodeRuneInString(p.tokens[i].text)
		f := vulgarFractions[r]
		return big.NewRat(f[0], f[1]), i + 1
	case digits:
		if slash := p.key(i + 1); slash != "/" && slash != "⁄" && slash != "∕" || p.kind(i+2) != digits {
			return nil, i
		}
		numerator, denominator := p.tokens[i].text, p.tokens[i+2].text
		if len(numerator) > 2 || len(denominator) > 2 || len(numerator) == 2 && len(denominator) == 2 && denominator != "16" {
			return nil, i
		}
		if x, ok := new(big.Rat).SetString(numerator + "/" + denominator); ok {
			return x, i + 3
		}
	default:
	}
	return nil, i
}

// isUnreduced reports whether the numbers around a slash at token i are a range, as in "6/8 slices". Nobody writes 3/4 as 6/8.
func (p *parser) isUnreduced(i int) bool {
	f, end := p.fraction(i)
	if f == nil || end != i+3 || f.Cmp(one) >= 0 {
		return false
	}
	numerator, denominator := p.tokens[i].text, p.tokens[i+2].text
	return len(numerator) == 1 && numerator >= "4" && f.Denom().String() != denominator
}

// thousands joins digits that white space separates: "1 200 g". In English, and before units other than g and ml, it doesn't join digits
// with a plain space, because the first number may be a number of packs.
func (p *parser) thousands(i int) (*big.Rat, int) {
	if p.kind(i+1) != digits || len(p.tokens[i].text) > 3 || p.tokens[i].text[0] == '0' {
		return nil, i
	}
	next := p.tokens[i+1]
	if len(next.text) != 3 || !isWhole(next.text) || !isWhole(p.tokens[i].text) {
		return nil, i
	}
	switch next.space {
	case "\u202f", "\u2009":
	case " ", "\u00a0":
		if unit := p.key(i + 2); p.lex.language == "en" || unit != "g" && unit != "gr" && unit != "ml" {
			return nil, i
		}
	default:
		return nil, i
	}
	x, _ := new(big.Rat).SetString(p.tokens[i].text + next.text)
	return x, i + 2
}

func isWhole(text string) bool { return !strings.ContainsAny(text, ".,") }

// decimal returns the number at token i, which has periods or commas. English has 1,200 and 1.5; the other languages have 1.200 and 1,5,
// but also 1.5. In these, a period before three digits separates thousands only before g, ml, mg, a counted unit or no unit, because no
// recipe needs 1,200 kg.
func (p *parser) decimal(i int) *big.Rat {
	text := p.tokens[i].text
	point, comma := strings.LastIndexByte(text, '.'), strings.LastIndexByte(text, ',')
	if point >= 0 && comma >= 0 {
		if point > comma {
			return parseRat(strings.ReplaceAll(text, ",", ""))
		}
		return parseRat(strings.Replace(strings.ReplaceAll(text, ".", ""), ",", ".", 1))
	}
	mark := text[max(point, comma)]
	whole, rest, _ := strings.Cut(text, string(mark))
	groups := strings.Split(rest, string(mark))
	thousands := whole != "" && whole != "0" && len(whole) <= 3
	for _, g := range groups {
		thousands = thousands && len(g) == 3
	}
	if thousands && len(groups) == 1 {
		thousands = mark == ',' && p.lex.language == "en" || mark == '.' && p.lex.language != "en" && p.isSmallUnit(i+1)
	}
	if thousands {
		return parseRat(strings.ReplaceAll(text, string(mark), ""))
	}
	return parseRat(strings.Replace(text, ",", ".", 1))
}

// isSmallUnit reports whether token i is g, ml, mg, a counted unit or no unit.
func (p *parser) isSmallUnit(i int) bool {
	_, u := p.unitAt(i)
	return u == nil || u.Dimension == Count || u.Key == "g" || u.Key == "ml" || u.Key == "mg"
}

// parseRat parses a decimal number. It returns nil if the text isn't one.
func parseRat(text string) *big.Rat {
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return x
}
