package planner

import (
	"time"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/quantity"
)

// Compute returns the grocery list of a plan. The list of an empty plan is empty.
//
// Compute can also be used for cooking. For a plan with one meal, FromFridge is the amount that the meal takes, Missing is the amount
// that it lacks, and Result.Lots says what remains of each lot.
//
// The time that Compute takes grows with the number of lines and lots, and with the length of numbers. Numbers are short if factors are
// short, because [quantity.Parse] doesn't accept numbers of more than 15 digits.
func Compute(in Input) Result {
	p := &plan{
		in: in, needs: map[string]*need{}, recipeLines: map[recipeLineKey]*recipeLine{},
		quantities: map[textKey]quantity.Quantity{}, foods: map[string]food.Food{}, languages: map[*Line]string{},
	}
	for _, name := range in.Ignore {
		p.needs[p.find(name).Key] = nil
	}
	for i := range in.Meals {
		p.addMeal(&in.Meals[i])
	}
	p.addLots()
	p.addOverrides()
	var result Result
	for _, n := range p.order {
		n.take()
		result.Lines = append(result.Lines, n.line())
	}
	for _, l := range p.lots {
		if u, ok := l.lotUse(); ok {
			result.Lots = append(result.Lots, u)
		}
	}
	return result
}

// plan is the state of one computation.
type plan struct {
	in          Input
	needs       map[string]*need // by the key of the food; nil for a food to ignore
	order       []*need
	recipeLines map[recipeLineKey]*recipeLine
	lots        []*lot // of needed foods, in the order of the fridge
	// quantities and foods cache the results of parse and find, by text.
	quantities map[textKey]quantity.Quantity
	foods      map[string]food.Food
	// languages caches the languages of recipes, by their first line.
	languages map[*Line]string
}

// recipeLineKey identifies a line of a recipe.
type recipeLineKey struct {
	recipeID int64
	recipe   string
	index    int
	line     Line
}

// find returns the food with a name. It looks up each name only once.
func (p *plan) find(name string) food.Food {
	f, ok := p.foods[name]
	if !ok {
		f = p.in.Catalog.Find(name, "")
		p.foods[name] = f
	}
	return f
}

// day returns the day on which a meal is cooked.
func (p *plan) day(m *Meal) time.Time {
	if m.Date.IsZero() {
		return p.in.Today
	}
	return m.Date
}

// addMeal adds the lines of a meal to the needs.
func (p *plan) addMeal(m *Meal) {
	factor := m.Factor
	if factor == nil {
		factor = one
	}
	for i, l := range m.Lines {
		n := p.need(p.find(l.Name), l.Name)
		if n == nil {
			continue
		}
		key := recipeLineKey{m.RecipeID, m.Recipe, i, l}
		r := p.recipeLines[key]
		if r == nil {
			r = newRecipeLine(m, l, p.parse(m.Lines, i))
			p.recipeLines[key] = r
			n.recipeLines = append(n.recipeLines, r)
		}
		n.add(r, &plannedMeal{meal: m, day: p.day(m), factor: factor})
	}
}

// need returns the need of a food, or nil if the food is ignored.
func (p *plan) need(f food.Food, written string) *need {
	n, ok := p.needs[f.Key]
	if !ok {
		n = &need{food: f, textNeedsByText: map[string]*textNeed{}, today: p.in.Today, system: p.in.Units}
		n.converter = converter{catalog: p.in.Catalog, key: f.Key}
		n.setting, _ = p.in.Catalog.Settings(f.Key)
		p.needs[f.Key] = n
		p.order = append(p.order, n)
	}
	if n != nil {
		n.terms = appendTerm(n.terms, f, written)
	}
	return n
}

// addLots adds each lot of a needed food to its need.
func (p *plan) addLots() {
	for i := range p.in.Lots {
		l := &p.in.Lots[i]
		f := p.find(l.Name)
		if n := p.needs[f.Key]; n != nil {
			x := newLot(l, f, p.parse([]Line{{l.Name, l.Quantity}}, 0))
			n.lots = append(n.lots, x)
			p.lots = append(p.lots, x)
		}
	}
}

// addOverrides sets the overrides of the needs.
func (p *plan) addOverrides() {
	for i := range p.in.Overrides {
		o := &p.in.Overrides[i]
		if n := p.needs[p.find(o.Food).Key]; n != nil {
			n.override = o
		}
	}
}
