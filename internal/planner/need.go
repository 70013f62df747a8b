package planner

import (
	"math/big"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/quantity"
)

// need is the need for one food in the plan.
type need struct {
	food            food.Food // as first named
	terms           []term    // all names, but only one spelling of each
	recipeLines     []*recipeLine
	portions        []*portion           // in the order of the plan
	textNeeds       []*textNeed          // in the order of the plan
	textNeedsByText map[string]*textNeed // by text
	lots            []*lot               // in the order of the fridge
	lotsByExpiry    []*lot               // in the order in which they are used
	override        *Override
	setting         food.Setting
	converter       converter
	today           time.Time
	system          System
	isStaple        bool
	stapleLot       *lot // the lot that is marked as a staple; nil if the user's setting is the reason
}

// recipeLine is a line of a recipe, for all meals of the recipe together.
type recipeLine struct {
	recipeID  int64
	recipe    string
	line      Line
	quantity  quantity.Quantity
	measures  []quantity.Measure
	reason    Reason // why there are no measures
	meals     int
	times     *big.Rat
	asWritten bool
	first     *Meal
	share     []Amount // the amounts that it adds to the need; set by explain
}

// plannedMeal is a meal that uses a line of a recipe.
type plannedMeal struct {
	meal   *Meal
	day    time.Time
	factor *big.Rat
}

// portion is the amount that a meal needs in one unit. The numbers are in this unit.
type portion struct {
	*plannedMeal
	recipeLine *recipeLine
	unit       *quantity.Unit
	min, max   *big.Rat
	left       *big.Rat // the part of max that the fridge doesn't cover
}

// textNeed is a need without a measure, such as "to taste".
type textNeed struct {
	text           string
	reason         Reason
	recipeLine     *recipeLine // the first
	meals          []*plannedMeal
	times          *big.Rat
	firstUncovered *plannedMeal // the first that the fridge doesn't cover, or nil
}

func newRecipeLine(m *Meal, l Line, q quantity.Quantity) *recipeLine {
	r := &recipeLine{first: m, recipeID: m.RecipeID, recipe: m.Recipe, line: l, quantity: q, times: zero}
	r.measures, r.reason = measures(q)
	return r
}

// measures returns the measures of a quantity, or the reason why it has none. The unit of a bare number is the piece, and the number of a
// counted unit alone, such as "pinch", is 1.
func measures(q quantity.Quantity) ([]quantity.Measure, Reason) {
	total := q.Total()
	if q.Amount.IsZero() && q.Unit != nil && q.Unit.Dimension == quantity.Count && !q.Indefinite {
		total = []quantity.Measure{{Amount: quantity.Amount{Min: one, Max: one}, Unit: q.Unit}}
	}
	for i := range total {
		if total[i].Unit == nil {
			total[i].Unit = piece
		}
		if total[i].Unit.Dimension == quantity.Temperature {
			return nil, NotUnderstood
		}
	}
	switch {
	case len(total) > 0:
		return total, ""
	case q.Indefinite:
		return nil, NoMeasure
	case q.UnitText != "" && !q.Amount.IsZero():
		return nil, UnknownUnit
	}
	return nil, NotUnderstood
}

// add adds a line of a recipe for one meal.
func (n *need) add(r *recipeLine, planned *plannedMeal) {
	r.meals++
	r.times = addMul(r.times, planned.factor, one)
	r.asWritten = r.asWritten || planned.meal.AsWritten
	for _, m := range r.measures {
		low, high := scaled(m.Amount, planned.factor)
		n.portions = append(n.portions, &portion{plannedMeal: planned, recipeLine: r, unit: m.Unit, min: low, max: high, left: high})
	}
	if len(r.measures) > 0 {
		return
	}
	t := n.textNeedsByText[r.quantity.Text]
	if t == nil {
		t = &textNeed{text: r.quantity.Text, reason: r.reason, recipeLine: r, times: zero}
		n.textNeedsByText[r.quantity.Text] = t
		n.textNeeds = append(n.textNeeds, t)
	}
	t.meals = append(t.meals, planned)
	t.times = addMul(t.times, planned.factor, one)
}

// term is a name of a food.
type term struct {
	food    food.Food
	written string
}

// appendTerm adds a name unless all has it in any spelling.
func appendTerm(all []term, f food.Food, written string) []term {
	for _, t := range all {
		if t.food.Term == f.Term {
			return all
		}
	}
	return append(all, term{f, strings.TrimSpace(written)})
}

// name returns the name to show: the first one in the recipes without a comma, a semicolon or a parenthesis, after which a preparation
// may be written. If there is none, it returns the name of the food.
func (n *need) name() string {
	for _, r := range n.recipeLines {
		if name := strings.TrimSpace(r.line.Name); name != "" && !strings.ContainsAny(name, ",;(") {
			return name
		}
	}
	return n.food.Name
}

// plainName returns an English name: the singular in the dictionary, or a synonym if the recipes use only that. If the dictionary doesn't
// have the food, it returns the name to show.
func (n *need) plainName() string {
	if n.food.Key == "" || n.food.Key[0] == '?' {
		return n.name()
	}
	synonym := ""
	for _, t := range n.terms {
		switch t.food.Match {
		case food.Spelling:
			return n.food.Key
		case food.Synonym:
			if synonym == "" {
				synonym = t.food.Name
			}
		case food.Translation, food.Alias: // perhaps not English
		}
	}
	if synonym != "" {
		return synonym
	}
	return n.food.Key
}

// names returns the names that the recipes use.
func (n *need) names() []string {
	var names []string
	seen := map[string]bool{}
	for _, r := range n.recipeLines {
		if name := strings.TrimSpace(r.line.Name); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
