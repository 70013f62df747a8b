package planner

import (
	"slices"
	"sync"

	"github.com/ocipe/ocipe/internal/quantity"
)

// conversions states the conversions and their factors.
func (n *need) conversions() []Fact {
	var facts []Fact
	facts = append(facts, n.packFacts()...)
	for _, r := range n.recipeLines {
		for _, m := range r.quantity.Plus {
			if u := r.measures; len(u) > 0 && m.Unit != nil && m.Unit.Dimension == u[0].Unit.Dimension && m.Unit.Dimension != quantity.Count {
				n.converter.record(u[0].Unit, m.Unit) // 1 lb 4 oz
			}
		}
	}
	for _, p := range n.portions {
		if isUS(p.unit) {
			n.converter.add(conversion{p.unit, milliliter}) // cups differ between countries
		}
	}
	n.addSizes()
	for _, c := range n.converter.recorded {
		if f, ok := usFacts()[c]; ok {
			facts = append(facts, f)
		} else {
			facts = append(facts, n.conversion(c))
		}
	}
	return facts
}

// addSizes records the sizes of the units that a density refers to, so that a person can repeat the conversion.
func (n *need) addSizes() {
	for _, c := range slices.Clone(n.converter.recorded) {
		w := n.converter.weights[c.from]
		if w == nil || c.from.Dimension != quantity.Volume || c.from.Dimension == c.to.Dimension || w.measured == c.from {
			continue
		}
		for _, u := range []*quantity.Unit{c.from, w.measured} {
			if u != nil && unitSystem(u) != "si" {
				n.converter.add(conversion{u, milliliter})
			}
		}
	}
}

// usFacts caches facts that many plans need: the sizes of US units of volume.
var usFacts = sync.OnceValue(func() map[conversion]Fact {
	facts := map[conversion]Fact{}
	for _, key := range []string{"tsp", "tbsp", "fl oz", "cup", "pint", "quart", "gallon"} {
		c := conversion{quantity.ByKey(key), milliliter}
		facts[c] = (&need{}).conversion(c)
	}
	return facts
})

// conversion states the size of one unit in another one.
func (n *need) conversion(c conversion) Fact {
	to := n.converter.ratio(c.from, c.to)
	f := Fact{Kind: FactConversion, From: []Amount{single(one, c.from)}, To: []Amount{single(to, c.to)}, Source: FromUnits}
	from, result := exact(one, c.from), exact(to, c.to)
	if c.from == piece {
		from = "1 piece"
	}
	from += localNames[c.from.Key]
	switch {
	case c.from.Dimension != c.to.Dimension:
		w := n.converter.weight(c.from)
		f.Source = w.source
		f.Text = from + " of " + n.plainName() + " weighs " + result + " (" + w.description + ")."
	case isUS(c.from):
		f.Text = from + " (US) is " + result + "."
	default:
		f.Text = from + " is " + result + "."
	}
	return f
}

// localNames are names of units that most readers of English know from recipes in other languages, if at all.
var localNames = map[string]string{"hg": " (etto, ons, lạng)", "metric-pound": " (livre, pond)"}

// packFacts states the contents of packs.
func (n *need) packFacts() []Fact {
	var facts []Fact
	seen := map[string]bool{}
	add := func(q quantity.Quantity, says string) {
		if q.Content == nil {
			return
		}
		unit, name := q.Unit, "1 pack"
		if unit == nil {
			unit = piece
		} else if unit != piece {
			name = exact(one, unit)
		}
		c := q.Content
		f := Fact{
			Kind: FactConversion, Source: FromPack,
			From: []Amount{{Min: one, Max: one, Unit: unit.Key, Text: name}}, To: []Amount{amount(c.Amount.Min, c.Amount.Max, c.Unit)},
		}
		f.Text = name + " holds " + f.To[0].Text + ", according to " + says + "."
		if key := name + f.To[0].Text; !seen[key] {
			seen[key] = true
			facts = append(facts, f)
		}
	}
	for _, r := range n.recipeLines {
		add(r.quantity, r.recipe)
	}
	for _, l := range n.lots {
		add(l.quantity, "the fridge")
	}
	return facts
}
