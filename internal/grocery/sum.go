package grocery

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/casefold"
)

// The limits of a sum: a short request must not cause a long response.
const (
	maxRepeats     = 10      // equal quantities of one recipe; more are written as a product: 12 × 300 g
	manyRepeats    = 1 << 20 // bytes of ingredients, with repeated recipes; above it, all repeats are written as products
	maxQuantity    = 20_000  // bytes of the quantities of one ingredient
	moreQuantities = " + …"  // stands for the quantities beyond maxQuantity
)

// ingredientSum adds up the ingredients of chosen recipes.
type ingredientSum struct {
	recipes map[int64][]keyedIngredient
	counts  map[recipeQuantity]int // how often a quantity is needed
	repeats int                    // how many equal quantities are written one by one
	keys    []string               // in the order in which they are first needed
	needs   map[string]*Need
	full    map[*Need]bool // needs whose quantities have reached maxQuantity
}

// keyedIngredient is an ingredient with its name in the form in which names are compared.
type keyedIngredient struct {
	ingredient
	key string
}

// recipeQuantity is a quantity of an ingredient in one recipe.
type recipeQuantity struct {
	recipe        int64
	key, quantity string
}

func newIngredientSum(chosen []int64, recorded db.RecordPlanRow) (*ingredientSum, error) {
	s := &ingredientSum{recipes: make(map[int64][]keyedIngredient, len(recorded.Ids)), counts: map[recipeQuantity]int{}, repeats: maxRepeats, needs: map[string]*Need{}, full: map[*Need]bool{}}
	sizes := make(map[int64]int, len(recorded.Ids))
	for i, id := range recorded.Ids {
		var ingredients []ingredient
		if err := json.Unmarshal([]byte(recorded.Ingredients[i]), &ingredients); err != nil {
			return nil, fmt.Errorf("decode the ingredients: %w", err)
		}
		sizes[id] = len(recorded.Ingredients[i])
		for _, one := range ingredients {
			s.recipes[id] = append(s.recipes[id], keyedIngredient{one, casefold.Name(one.Name)})
		}
	}
	total := 0
	for _, id := range chosen {
		total += sizes[id]
		for _, i := range s.recipes[id] {
			s.counts[recipeQuantity{id, i.key, i.Quantity}]++
		}
	}
	if total > manyRepeats {
		s.repeats = 1
	}
	return s, nil
}

// add adds the chosen recipes in their order.
func (s *ingredientSum) add(chosen []int64) {
	for _, id := range chosen {
		for _, i := range s.recipes[id] {
			need := s.needs[i.key]
			if need == nil {
				need = &Need{Name: i.Name}
				s.keys, s.needs[i.key] = append(s.keys, i.key), need
			}
			if i.Quantity == "" {
				continue
			}
			key := recipeQuantity{id, i.key, i.Quantity}
			switch count := s.counts[key]; {
			case count == 0: // already written as a product
			case count <= s.repeats:
				s.append(need, i.Quantity)
			default:
				s.append(need, fmt.Sprintf("%d × %s", count, i.Quantity))
				s.counts[key] = 0
			}
		}
	}
}

// append appends a quantity to those of an ingredient, up to maxQuantity.
func (s *ingredientSum) append(n *Need, quantity string) {
	switch {
	case s.full[n]:
	case n.Quantity == "":
		n.Quantity = quantity
	case len(n.Quantity)+len(" + ")+len(quantity) > maxQuantity-len(moreQuantities):
		n.Quantity += moreQuantities
		s.full[n] = true
	default:
		n.Quantity += " + " + quantity
	}
}
