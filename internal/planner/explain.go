package planner

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// explain returns the facts of a line: the needs of the recipes, how they were added up, the lots that are used, and the amount to buy.
func (n *need) explain(sums []*foodSum, notAdded []notAddedReason, s *ShoppingLine) []Fact {
	facts := make([]Fact, 0, 2*len(n.recipeLines)+2)
	asWritten := map[recipeKey]bool{}
	for _, r := range n.recipeLines {
		r.findShare()
		facts = append(facts, r.fact())
	}
	for _, r := range n.recipeLines {
		if key := (recipeKey{r.recipeID, r.recipe}); r.asWritten && !asWritten[key] {
			asWritten[key] = true
			facts = append(facts, r.asWrittenFact())
		}
		facts = append(facts, r.remarks()...)
	}
	facts = append(facts, n.sameFood()...)
	facts = append(facts, n.conversions()...)
	for _, a := range notAdded {
		facts = append(facts, a.fact(n.plainName()))
	}
	facts = append(facts, n.lotFacts()...)
	if n.override != nil {
		facts = append(facts, n.overrideFact(s))
		if n.override.State != StillNeed {
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

// recipeKey identifies a recipe.
type recipeKey struct {
	id   int64
	name string
}

// fact states the need of a line of a recipe.
func (r *recipeLine) fact() Fact {
	f := Fact{
		Kind: FactRecipe, RecipeID: r.recipeID, Recipe: r.recipe, Name: strings.TrimSpace(r.line.Name), Quantity: r.quantity.Text,
		Times: r.times, Share: r.share,
	}
	f.Text = r.recipe + " needs " + describe(r.quantity, f.Name) + r.repetition()
	return f
}

// isPlain reports whether a reader of English understands the quantity as written.
func (r *recipeLine) isPlain() bool {
	q := r.quantity
	if q.Content != nil || q.Plus != nil || strings.ContainsRune(q.Text, ',') || isAmbiguous(q.Text) {
		return false
	}
	return isEnglish(q)
}

// isEnglish reports whether a quantity with an amount means the same in English.
func isEnglish(q quantity.Quantity) bool {
	if q.UnitText == "" && isDigits(q.Text[:1]) {
		return true
	}
	english := quantity.Parse(q.Text, "en")
	return english.Unit == q.Unit && english.Amount.IsZero() == q.Amount.IsZero()
}

// findShare computes the amounts that a line of a recipe adds to the need.
func (r *recipeLine) findShare() {
	for _, m := range r.measures {
		low, high := scaled(m.Amount, r.times)
		r.share = append(r.share, amount(low, high, m.Unit))
	}
	if len(r.share) == 0 {
		t := textNeed{text: r.quantity.Text, reason: r.reason, times: r.times}
		r.share = []Amount{t.amount()}
	}
}

// describe writes a quantity of a food: "6 eggs", "250 g of flour", "salt, “to taste”".
func describe(q quantity.Quantity, name string) string {
	ms, reason := measures(q)
	switch {
	case reason == NoMeasure && q.Text == "":
		return name + ". The recipe doesn't say how much"
	case reason != "":
		return name + ", " + quoted(q.Text)
	case ms[0].Unit == piece && q.UnitText == "" && len(ms) == 1 && isEnglish(q):
		if many := cmp(ms[0].Amount.Max, one) > 0; many != strings.HasSuffix(name, "s") && q.Text != "" && isDigits(q.Text[:1]) {
			return q.Text + " × " + name
		}
		return q.Text + " " + name
	}
	return q.Text + " of " + name
}

// repetition returns the end of the sentence, which says how often the recipe counts and what the total is.
func (r *recipeLine) repetition() string {
	total := ""
	if len(r.measures) > 0 {
		total = enumerate(texts(r.share))
	}
	if r.reason == NoMeasure {
		return "."
	}
	if cmp(r.times, one) == 0 && r.meals == 1 {
		if total == "" || r.isPlain() {
			return "."
		}
		return ", that is " + total + "."
	}
	colon := ""
	if total != "" {
		colon = ": " + total
	}
	switch m := r.first; {
	case r.meals > 1 && cmp(r.times, big.NewRat(int64(r.meals), 1)) == 0:
		return fmt.Sprintf(". It is planned %d times%s.", r.meals, colon)
	case r.meals > 1 && cmp(r.times, one) == 0:
		return fmt.Sprintf(". It is planned %d times, together one whole recipe%s.", r.meals, colon)
	case r.meals > 1:
		return fmt.Sprintf(". It is planned %d times, together %s the recipe%s.", r.meals, factorText(r.times, "of"), colon)
	case total == "":
		return ". It counts " + number(r.times) + " times."
	case m.Servings == 1 && m.RecipeServings > 0:
		return fmt.Sprintf(" for %d servings. 1 serving needs %s%s.", m.RecipeServings, factorText(r.times, "as much"), colon)
	case m.Servings > 0 && m.RecipeServings == 1:
		return fmt.Sprintf(" for 1 serving. %d servings need %s%s.", m.Servings, factorText(r.times, "as much"), colon)
	case m.Servings > 0 && m.RecipeServings > 0:
		return fmt.Sprintf(" for %d servings. %d servings need %s%s.", m.RecipeServings, m.Servings, factorText(r.times, "as much"), colon)
	}
	return ". " + factorText(r.times, "of") + " the recipe needs " + total + "."
}

// factorText writes a factor: "½ of", "½ as much", "1½ times", "1½ times as much".
func factorText(x *big.Rat, unit string) string {
	text := number(x)
	if cmp(x, one) < 0 && !strings.Contains(text, ".") {
		return text + " " + unit
	}
	return strings.TrimSuffix(text+" times "+unit, " of")
}

// asWrittenFact states that the recipe counts once for any number of servings.
func (r *recipeLine) asWrittenFact() Fact {
	return Fact{
		Kind: FactAsWritten, Because: "the recipe does not say how many it serves", RecipeID: r.recipeID, Recipe: r.recipe,
		Name: strings.TrimSpace(r.line.Name), Quantity: r.quantity.Text,
		Text: r.recipe + " doesn't say how many servings it makes, so it counts once, as written, for any number of servings.",
	}
}

// remarks returns further facts about a line of a recipe.
func (r *recipeLine) remarks() []Fact {
	var facts []Fact
	add := func(f Fact) {
		f.RecipeID, f.Recipe, f.Name, f.Quantity = r.recipeID, r.recipe, strings.TrimSpace(r.line.Name), r.quantity.Text
		facts = append(facts, f)
	}
	if r.reason == UnknownUnit || r.reason == NotUnderstood {
		because := "it couldn't be read as an amount"
		if r.reason == UnknownUnit {
			because = "the unit " + quoted(r.quantity.UnitText) + " is unknown"
		}
		add(Fact{
			Kind: FactVerbatim, Because: string(r.reason),
			Text: quoted(r.quantity.Text) + " in " + r.recipe + " is listed word for word, because " + because + ".",
		})
	}
	for _, a := range r.share {
		if a.Min != nil && cmp(a.Min, a.Max) != 0 {
			upper := single(a.Max, quantity.ByKey(a.Unit))
			add(Fact{
				Kind: FactUpperEnd, Range: []Amount{a}, To: []Amount{upper},
				Text: r.recipe + " needs " + a.Text + ". The plan counts the upper end, " + upper.Text + ", so that there is enough.",
			})
		}
	}
	return facts
}

// appendRounded appends a fact about rounding up an amount to buy, if it was rounded.
func appendRounded(facts []Fact, from, to Amount) []Fact {
	if cmp(from.Max, to.Max) == 0 {
		return facts
	}
	return append(facts, Fact{
		Kind: FactRoundedUp, From: []Amount{from}, To: []Amount{to},
		Text: "You still need " + from.Text + ". The list rounds this up to " + to.Text + ".",
	})
}

// overrideFact states the user's decision.
func (n *need) overrideFact(s *ShoppingLine) Fact {
	f := Fact{Kind: FactOverride, Because: string(n.override.State)}
	switch n.override.State {
	case HaveEnough:
		f.Text = "You said that you have this, so you don't need to buy it."
	case StillNeed:
		f.Text = "You said that you still need this, so nothing is taken from the fridge."
	case BuyAmount:
		f.Text = "You decided to buy " + enumerate(texts(s.ToBuy)) + "."
	}
	return f
}
