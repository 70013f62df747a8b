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
	food     food.Food // as first named
	terms    []term    // all names, but only one spelling of each
	uses     []*use
	portions []*portion        // in the order of the plan
	texts    []*words          // in the order of the plan
	words    map[string]*words // texts by text
	lots     []*lot            // in the order of the fridge
	byDate   []*lot            // in the order in which they are used
	override *Override
	setting  food.Setting
	factors  factors
	today    time.Time
	system   System
	always   bool // the food is a staple
	staple   *lot // the lot that is marked as a staple; nil if the user's setting is the reason
}

// use is a line of a recipe, for all meals of the recipe together.
type use struct {
	recipeID  int64
	recipe    string
	line      Line
	quantity  quantity.Quantity
	measures  []quantity.Measure
	why       Reason // why there are no measures
	meals     int
	times     *big.Rat
	asWritten bool
	first     *Meal
	share     []Amount // the amounts that it adds to the need; set by explain
}

// serving is a meal that uses a line of a recipe.
type serving struct {
	meal   *Meal
	day    time.Time
	factor *big.Rat
}

// portion is the amount that a meal needs in one unit. The numbers are in this unit.
type portion struct {
	*serving
	use      *use
	unit     *quantity.Unit
	min, max *big.Rat
	left     *big.Rat // the part of max that the fridge doesn't cover
}

// words is a need without a measure, such as "to taste".
type words struct {
	text      string
	why       Reason
	use       *use // the first
	servings  []*serving
	times     *big.Rat
	uncovered *serving // the first that the fridge doesn't cover, or nil
}

func newUse(m *Meal, l Line, q quantity.Quantity) *use {
	u := &use{first: m, recipeID: m.RecipeID, recipe: m.Recipe, line: l, quantity: q, times: zero}
	u.measures, u.why = measures(q)
	return u
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
func (n *need) add(u *use, s *serving) {
	u.meals++
	u.times = plus(u.times, s.factor, one)
	u.asWritten = u.asWritten || s.meal.AsWritten
	for _, m := range u.measures {
		low, high := scaled(m.Amount, s.factor)
		n.portions = append(n.portions, &portion{serving: s, use: u, unit: m.Unit, min: low, max: high, left: high})
	}
	if len(u.measures) > 0 {
		return
	}
	w := n.words[u.quantity.Text]
	if w == nil {
		w = &words{text: u.quantity.Text, why: u.why, use: u, times: zero}
		n.words[u.quantity.Text] = w
		n.texts = append(n.texts, w)
	}
	w.servings = append(w.servings, s)
	w.times = plus(w.times, s.factor, one)
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
	for _, u := range n.uses {
		if name := strings.TrimSpace(u.line.Name); name != "" && !strings.ContainsAny(name, ",;(") {
			return name
		}
	}
	return n.food.Name
}

// plainName returns the singular name in the dictionary, or the name to show if the dictionary doesn't have the food.
func (n *need) plainName() string {
	if n.food.Key != "" && n.food.Key[0] != '?' {
		return n.food.Key
	}
	return n.name()
}

// names returns the names that the recipes use.
func (n *need) names() []string {
	var names []string
	seen := map[string]bool{}
	for _, u := range n.uses {
		if name := strings.TrimSpace(u.line.Name); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
