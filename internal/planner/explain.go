package planner

import (
	"math/big"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/quantity"
)

// explain returns the facts of a line: what the recipes ask for, how it was added up, what the house gives, what is bought.
func (n *need) explain(sums []*sum, apart []apartness, s *ShoppingLine) []Fact {
	var facts []Fact
	for _, u := range n.uses {
		facts = append(facts, u.fact())
	}
	for _, u := range n.uses {
		facts = append(facts, u.remarks()...)
	}
	facts = append(facts, n.sameFood()...)
	facts = append(facts, n.conversions()...)
	for _, a := range apart {
		facts = append(facts, a.fact(n.name()))
	}
	facts = append(facts, n.lotFacts()...)
	if n.override != nil {
		facts = append(facts, n.overrideFact(s))
		if n.override.Kind != StillNeed {
			return facts
		}
	}
	for _, x := range sums {
		if x.left.Sign() > 0 {
			facts = appendRounded(facts, single(x.left, x.unit), x.toBuy())
		}
	}
	return facts
}

// fact tells what a line of a recipe needs.
func (u *use) fact() Fact {
	f := Fact{
		Kind: FactRecipe, RecipeID: u.recipeID, Recipe: u.recipe, Name: strings.TrimSpace(u.line.Name), Quantity: u.quantity.Text,
		Times: u.times, Share: u.share(),
	}
	f.Text = u.recipe + " needs " + describe(u.quantity, f.Name) + u.repetition()
	if len(u.measures) > 0 && (u.times.Cmp(one) != 0 || !u.isPlain()) {
		f.Text += ": " + enumerate(texts(f.Share))
	}
	f.Text += "."
	return f
}

// isPlain reports whether the quantity says its amount plainly to a reader of English.
func (u *use) isPlain() bool {
	q := u.quantity
	if q.Content != nil || q.Plus != nil || strings.ContainsRune(q.Text, ',') || isAmbiguous(q.Text) {
		return false
	}
	return q.UnitText == "" || quantity.Parse(q.Text, "en").Unit == q.Unit
}

// share returns what a line of a recipe adds to the need.
func (u *use) share() []Amount {
	var share []Amount
	for _, m := range u.measures {
		a := m.Amount.Times(u.times)
		share = append(share, amount(a.Min, a.Max, m.Unit))
	}
	if len(share) == 0 {
		w := words{text: u.quantity.Text, why: u.why, times: u.times}
		share = []Amount{w.amount()}
	}
	return share
}

// describe writes a quantity of a food: "6 eggs", "250 g of flour", "salt, “to taste”".
func describe(q quantity.Quantity, name string) string {
	ms, why := measures(q)
	switch {
	case why == NoMeasure && q.Text == "":
		return name + ", without saying how much"
	case why != "":
		return name + ", " + quoted(q.Text)
	case ms[0].Unit == piece && q.UnitText == "" && len(ms) == 1:
		return q.Text + " " + name
	}
	return q.Text + " of " + name
}

// repetition says how often the recipe counts.
func (u *use) repetition() string {
	meals := big.NewRat(int64(u.meals), 1)
	switch {
	case u.times.Cmp(one) == 0 && u.meals == 1:
		return ""
	case u.why == NoMeasure:
		return ""
	case u.times.Cmp(meals) == 0 && u.meals == 2:
		return ", planned twice"
	case u.times.Cmp(meals) == 0:
		return ", planned " + number(meals) + " times"
	case u.meals == 1:
		return ", multiplied by " + number(u.times)
	}
	return ", planned " + number(meals) + " times and multiplied by " + number(u.times) + " in all"
}

// remarks tells what else there is to say about a line of a recipe.
func (u *use) remarks() []Fact {
	var facts []Fact
	add := func(f Fact) {
		f.RecipeID, f.Recipe, f.Name, f.Quantity = u.recipeID, u.recipe, strings.TrimSpace(u.line.Name), u.quantity.Text
		facts = append(facts, f)
	}
	if u.asWritten {
		add(Fact{
			Kind: FactAsWritten, Because: "the recipe does not say how many it serves",
			Text: u.recipe + " doesn't say how many it serves, so it counts once for each meal, as written.",
		})
	}
	switch u.why {
	case UnknownUnit:
		add(Fact{
			Kind: FactVerbatim, Because: string(u.why),
			Text: quoted(u.quantity.Text) + " in " + u.recipe + " is listed word for word, because the unit " + quoted(u.quantity.UnitText) + " is unknown.",
		})
	case NotUnderstood:
		add(Fact{
			Kind: FactVerbatim, Because: string(u.why),
			Text: quoted(u.quantity.Text) + " in " + u.recipe + " is listed word for word, because it isn't understood as an amount.",
		})
	}
	for _, a := range u.share() {
		if a.Min != nil && a.Min.Cmp(a.Max) != 0 {
			upper := phrase(a.Max, a.Max, quantity.ByKey(a.Unit))
			add(Fact{
				Kind: FactUpperEnd, Range: []Amount{a},
				Text: "Of the " + a.Text + " for " + u.recipe + ", the list counts " + upper + ", so that there is enough.",
			})
		}
	}
	return facts
}

// sameFood tells which names are taken for one food, if their spellings differ.
func (n *need) sameFood() []Fact {
	all := n.terms
	for _, l := range n.lots {
		all = appendTerm(all, l.food, l.Name)
	}
	var facts []Fact
	for i, t := range all {
		other := partner(all, i)
		if other < 0 {
			continue
		}
		f := Fact{Kind: FactSameFood, Names: []string{t.written, all[other].written}, Source: FromSynonym}
		a, b := quoted(t.written), quoted(all[other].written)
		switch {
		case t.food.Via == food.Alias || all[other].food.Via == food.Alias:
			f.Source = FromAlias
			f.Text = "You have set that " + a + " and " + b + " are one food."
		case t.food.Via == food.Translation || all[other].food.Via == food.Translation:
			f.Text = a + " and " + b + " are taken for one food, named in two languages."
		default:
			f.Text = a + " and " + b + " are taken for two names of one food."
		}
		facts = append(facts, f)
	}
	return facts
}

// partner returns the name that the name at index i is told to be one food with, or -1: the food's own name, or else the
// first one.
func partner(all []term, i int) int {
	if all[i].food.Via == food.Spelling {
		return -1
	}
	if j := slices.IndexFunc(all, func(t term) bool { return t.food.Via == food.Spelling }); j >= 0 {
		return j
	}
	if i > 0 {
		return 0
	}
	return -1
}

// fact tells why amounts are not added up.
func (a apartness) fact(name string) Fact {
	f := Fact{Kind: FactNotAdded, Because: string(a.reason), From: a.amounts}
	f.Text = sentence(enumerate(texts(a.amounts))) + " are not added up, because "
	switch a.reason {
	case NoMeasure:
		f.Text += "a pinch or an open amount is no measure."
	case NoDensity:
		f.Text += "nobody knows what a cup of " + name + " weighs. Set its density, and they will be."
	case NoPieceWeight:
		f.Text += "nobody knows what one " + a.unit + " of " + name + " weighs."
		if a.unit == piece.Key {
			f.Text += " Set the weight of a piece, and they will be."
		}
	case UnknownUnit:
		f.Text += "a unit is unknown."
	case NotUnderstood:
		f.Text += "not all of them are understood."
	case PackSizeUnknown:
		f.Text += "nobody knows how much one " + a.unit + " holds."
	case OtherUnit:
		f.Text += "they are counted in different units."
	}
	return f
}

// appendRounded tells what was to be bought before it was rounded up.
func appendRounded(facts []Fact, from, to Amount) []Fact {
	if from.Max.Cmp(to.Max) == 0 {
		return facts
	}
	return append(facts, Fact{
		Kind: FactRoundedUp, From: []Amount{from}, To: []Amount{to},
		Text: "What is missing, " + from.Text + ", is rounded up to " + to.Text + ".",
	})
}

// overrideFact tells the user's decision.
func (n *need) overrideFact(s *ShoppingLine) Fact {
	f := Fact{Kind: FactOverride, Because: string(n.override.Kind)}
	switch n.override.Kind {
	case Have:
		f.Text = "You said that you have this, so none is bought."
	case StillNeed:
		f.Text = "You said that you still need this, so nothing is taken from the fridge."
	case BuyAmount:
		f.Text = "You said that " + enumerate(texts(s.ToBuy)) + " is to be bought."
	}
	return f
}
