package planner

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// explain returns the facts of a line: what the recipes ask for, how it was added up, what the house gives, what is bought.
func (n *need) explain(sums []*sum, apart []apartness, s *ShoppingLine) []Fact {
	facts := make([]Fact, 0, 2*len(n.uses)+2)
	for _, u := range n.uses {
		u.findShare()
		facts = append(facts, u.fact())
	}
	for _, u := range n.uses {
		facts = append(facts, u.remarks()...)
	}
	facts = append(facts, n.sameFood()...)
	facts = append(facts, n.conversions()...)
	for _, a := range apart {
		facts = append(facts, a.fact(n.plainName()))
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
		Times: u.times, Share: u.share,
	}
	f.Text = u.recipe + " needs " + describe(u.quantity, f.Name) + u.repetition()
	if len(u.measures) > 0 && (cmp(u.times, one) != 0 || !u.isPlain()) {
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

// findShare computes what a line of a recipe adds to the need.
func (u *use) findShare() {
	for _, m := range u.measures {
		low, high := scaled(m.Amount, u.times)
		u.share = append(u.share, amount(low, high, m.Unit))
	}
	if len(u.share) == 0 {
		w := words{text: u.quantity.Text, why: u.why, times: u.times}
		u.share = []Amount{w.amount()}
	}
}

// describe writes a quantity of a food: "6 eggs", "250 g of flour", "salt, “to taste”".
func describe(q quantity.Quantity, name string) string {
	ms, why := measures(q)
	switch {
	case why == NoMeasure && q.Text == "":
		return name + " and doesn't say how much"
	case why != "":
		return name + ", " + quoted(q.Text)
	case ms[0].Unit == piece && q.UnitText == "" && len(ms) == 1:
		if many := cmp(ms[0].Amount.Max, one) > 0; many != strings.HasSuffix(name, "s") && q.Text != "" && isDigits(q.Text[:1]) {
			return q.Text + " × " + name
		}
		return q.Text + " " + name
	}
	return q.Text + " of " + name
}

// repetition says how often the recipe counts.
func (u *use) repetition() string {
	whole := u.times.IsInt() && u.times.Num().IsInt64() && u.times.Num().Int64() == int64(u.meals)
	meals := strconv.Itoa(u.meals)
	switch {
	case cmp(u.times, one) == 0 && u.meals == 1:
		return ""
	case u.why == NoMeasure:
		return ""
	case whole && u.meals == 2:
		return ", planned twice"
	case whole:
		return ", planned " + meals + " times"
	case u.meals == 1:
		return ", multiplied by " + number(u.times) + u.first.servings()
	}
	return ", planned " + meals + " times, together " + number(u.times) + " × the recipe"
}

// servings says for how many the meal is cooked, if both figures are given.
func (m *Meal) servings() string {
	if m.Servings == 0 || m.RecipeServings == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d servings instead of %d)", m.Servings, m.RecipeServings)
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
	if u.why == UnknownUnit || u.why == NotUnderstood {
		because := "it isn't understood as an amount"
		if u.why == UnknownUnit {
			because = "the unit " + quoted(u.quantity.UnitText) + " is unknown"
		}
		add(Fact{
			Kind: FactVerbatim, Because: string(u.why),
			Text: quoted(u.quantity.Text) + " in " + u.recipe + " is listed word for word, because " + because + ".",
		})
	}
	for _, a := range u.share {
		if a.Min != nil && cmp(a.Min, a.Max) != 0 {
			upper := phrase(a.Max, a.Max, quantity.ByKey(a.Unit))
			add(Fact{
				Kind: FactUpperEnd, Range: []Amount{a},
				Text: "Of the " + a.Text + " for " + u.recipe + ", the list counts " + upper + ", so that there is enough.",
			})
		}
	}
	return facts
}

// fact tells why amounts are not added up.
func (a apartness) fact(name string) Fact {
	f := Fact{Kind: FactNotAdded, Because: string(a.reason), From: a.amounts}
	f.Text = sentence(enumerate(texts(a.amounts))) + " are not added up, because "
	switch a.reason {
	case NoMeasure:
		f.Text += "a pinch or an open amount has no measure."
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
	if cmp(from.Max, to.Max) == 0 {
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
