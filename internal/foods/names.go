package foods

import (
	"fmt"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/food"
)

// names has the names of a user's foods. Each name belongs to one food, as in [food.Catalog].
type names struct {
	keys       map[string]int64 // the ids of foods, by the key of their name in the dictionary
	terms      map[string]int64 // the ids of foods, by the terms of all their names
	dictionary *food.Catalog    // without the user's settings
}

func newNames() *names { return &names{keys: map[string]int64{}, terms: map[string]int64{}} }

// add adds a food. It skips names that belong to another food.
func (n *names) add(id int64, name string, aliases []string) {
	f := n.dictionary.Find(name, "")
	put(n.keys, f.Key, id)
	put(n.terms, f.Term, id)
	for _, alias := range aliases {
		put(n.terms, n.dictionary.Find(alias, "").Term, id)
	}
}

func put(m map[string]int64, key string, id int64) {
	if _, ok := m[key]; !ok {
		m[key] = id
	}
}

// ownerOfName returns the user's food that already has the name of a new food. The name may be a spelling, a synonym or a translation of
// that food's name, or that food may have an alias that is the dictionary's own name of the food.
func (n *names) ownerOfName(name string) (owner int64, taken bool) {
	f := n.dictionary.Find(name, "")
	if owner, taken = n.terms[f.Term]; taken {
		return owner, true
	}
	if owner, taken = n.terms[f.Key]; taken {
		return owner, true
	}
	owner, taken = n.keys[f.Key]
	return owner, taken
}

// ownerOfAlias returns the user's food that already has an alias of a new food. A synonym that only the dictionary knows may become an
// alias of another food: the user's settings take precedence.
func (n *names) ownerOfAlias(alias string) (owner int64, taken bool) {
	term := n.dictionary.Find(alias, "").Term
	if owner, taken = n.terms[term]; taken {
		return owner, true
	}
	owner, taken = n.keys[term]
	return owner, taken
}

// check returns [apperr.InvalidInput] with a field error for each name that belongs to another food.
func (n *names) check(name string, aliases []string) error {
	var invalid []apperr.FieldError
	if owner, taken := n.ownerOfName(name); taken {
		invalid = append(invalid, takenBy("name", owner))
	}
	for i, alias := range aliases {
		if owner, taken := n.ownerOfAlias(alias); taken {
			invalid = append(invalid, takenBy(fmt.Sprintf("aliases.%d", i), owner))
		}
	}
	if len(invalid) > 0 {
		return apperr.Invalid(invalid...)
	}
	return nil
}

func takenBy(path string, owner int64) apperr.FieldError {
	return apperr.FieldError{Path: path, Code: "taken", Detail: fmt.Sprintf("This name belongs to another food of yours, the one with the id %d.", owner)}
}
