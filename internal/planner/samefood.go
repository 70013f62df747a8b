package planner

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/food"
)

// sameFood states which names count as one food. It leaves out spellings and plurals of the same name.
func (n *need) sameFood() []Fact {
	all := n.terms
	for _, l := range n.lots {
		all = appendTerm(all, l.food, l.Name)
	}
	var facts []Fact
	var stated []term
	for i, t := range all {
		other := otherName(all, i)
		if other < 0 || resembles(t, all[other]) || slices.ContainsFunc(stated, func(u term) bool { return resembles(t, u) }) {
			continue
		}
		stated = append(stated, t)
		facts = append(facts, sameFact(t, all[other]))
	}
	return facts
}

// sameFact states that two names count as one food, and why.
func sameFact(t, other term) Fact {
	f := Fact{Kind: FactSameFood, Names: []string{t.written, other.written}, Source: FromSynonym}
	names := quoted(t.written) + " and " + quoted(other.written)
	switch {
	case t.food.Match == food.Alias || other.food.Match == food.Alias:
		f.Source = FromAlias
		f.Text = "You have set that " + names + " are one food."
	case t.food.Match == food.Translation && other.food.Match == food.Translation:
		f.Text = names + " both count as " + quoted(t.food.OwnName) + "."
	case t.food.Match == food.Translation || other.food.Match == food.Translation:
		f.Text = names + " count as one food, named in two languages."
	default:
		f.Text = names + " count as two names of one food."
	}
	return f
}

// otherName returns the index of the name to mention together with the name at index i: the food's own name, or else the first name. It
// returns -1 if there is none, or if the name at index i is the food's own.
func otherName(all []term, i int) int {
	if all[i].food.Match == food.Spelling {
		return -1
	}
	if j := slices.IndexFunc(all, func(t term) bool { return t.food.Match == food.Spelling }); j >= 0 {
		return j
	}
	if i > 0 {
		return 0
	}
	return -1
}

// maxEnding is the maximum number of letters in which singular and plural differ: "leaf" and "leaves".
const maxEnding = 3

// resembles reports whether two names are spellings of one word, or its singular and plural. Different names that are one food only
// because of an alias or a translation don't resemble each other, even if they look alike: "sal" is Spanish and "sale" Italian.
func resembles(a, b term) bool {
	x, y := withoutAccents(a.written), withoutAccents(b.written)
	if x == y {
		return true
	}
	for _, t := range []term{a, b} {
		if t.food.Match == food.Alias || t.food.Match == food.Translation {
			return false
		}
	}
	common := 0
	for common < min(len(x), len(y)) && x[common] == y[common] {
		common++
	}
	return common > 1 && max(len(x), len(y))-common <= maxEnding
}

// withoutAccents returns a name in lower case without accents.
func withoutAccents(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		if r < 0x300 || r > 0x36f {
			b.WriteRune(r)
		}
	}
	return b.String()
}
