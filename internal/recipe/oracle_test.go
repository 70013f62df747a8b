package recipe_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// oracle is a library in memory, which is asked by brute force for what the service is asked for.
type oracle struct {
	service *recipe.Service
	userID  int64
	kept    map[int64]recipe.Recipe
	folded  map[string]string // what casefold.Text has made of texts
}

func (o *oracle) fold(text string) string {
	folded, known := o.folded[text]
	if !known {
		folded = casefold.Text(text)
		o.folded[text] = folded
	}
	return folded
}

// found is a recipe with what it is sorted by.
type found struct {
	recipe.Recipe
	matches int
}

// ingredientsOf decodes the ingredients as they are answered.
func ingredientsOf(t *testing.T, r recipe.Recipe) []recipe.Ingredient {
	t.Helper()
	list := []recipe.Ingredient{}
	require.NoError(t, json.Unmarshal(r.Ingredients, &list))
	return list
}

// answer is what the service should answer: a needle must be in one of a recipe's texts, and a name must be one of its
// ingredients' in lower case. That casefold.Text folds as Unicode says, is proved beside it.
func (o *oracle) answer(t *testing.T, q recipe.Query) []recipe.Recipe {
	t.Helper()
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(q.Ingredients, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			wanted[name] = true
		}
	}
	var all []found
	for _, r := range o.kept {
		texts, names, matches := []string{r.Name, r.MeatType, r.Note}, map[string]bool{}, 0
		for _, i := range ingredientsOf(t, r) {
			texts = append(texts, i.Name)
			if !names[i.Name] && wanted[i.Name] {
				matches++
			}
			names[i.Name] = true
		}
		isThere := slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(o.fold(text), o.fold(q.Search)) })
		if !isThere || len(wanted) > 0 && matches == 0 {
			continue
		}
		r.Matches = int64(matches)
		if len(wanted) > 0 {
			r.Accuracy = int64(matches * 100 / len(names))
		}
		all = append(all, found{r, matches})
	}
	slices.SortFunc(all, func(a, b found) int { return o.compare(q.Order, len(wanted) > 0, a, b) })
	recipes := []recipe.Recipe{}
	for _, f := range all {
		recipes = append(recipes, f.Recipe)
	}
	return recipes
}

func (o *oracle) compare(order recipe.Order, asked bool, a, b found) int {
	older := cmp.Or(a.AddedDate.Compare(b.AddedDate), cmp.Compare(a.ID, b.ID))
	byName := cmp.Or(strings.Compare(o.fold(a.Name), o.fold(b.Name)), cmp.Compare(a.ID, b.ID))
	switch {
	case order == recipe.OldestFirst:
		return older
	case order == recipe.ByName:
		return byName
	case order == recipe.ByNameReversed:
		return -byName
	case order == recipe.BestMatchFirst && asked:
		return cmp.Or(cmp.Compare(b.matches, a.matches), cmp.Compare(b.Accuracy, a.Accuracy), -older)
	}
	return -older
}

var orders = []recipe.Order{recipe.BestMatchFirst, recipe.NewestFirst, recipe.OldestFirst, recipe.ByName, recipe.ByNameReversed}

// check asks in every order, for all at once and page by page.
func (o *oracle) check(t *testing.T, r *rand.Rand, q recipe.Query) (hits int) {
	t.Helper()
	for _, order := range orders {
		q.Order, q.Page = order, page.Request{}
		want := o.answer(t, q)
		got, err := o.service.List(t.Context(), o.userID, q, nil)
		require.NoError(t, err)
		require.Empty(t, got.Next)
		require.Equal(t, want, asListed(got.Recipes), "%q", q)

		paged := []recipe.Recipe{}
		for q.Page.Limit = 1 + int64(len(want)/9) + r.Int64N(int64(len(want)+2)); ; {
			got, err = o.service.List(t.Context(), o.userID, q, nil)
			require.NoError(t, err)
			paged = append(paged, got.Recipes...)
			if q.Page.Cursor = got.Next; got.Next == "" {
				break
			}
			require.Len(t, got.Recipes, int(q.Page.Limit))
		}
		require.Equal(t, want, asListed(paged), "%q by pages of %d", q, q.Page.Limit)
		hits += len(want)
	}
	return hits
}

// asListed are recipes as a list has them, with their dates in UTC.
func asListed(recipes []recipe.Recipe) []recipe.Recipe {
	for i := range recipes {
		recipes[i].Version = 0
		recipes[i].AddedDate = recipes[i].AddedDate.UTC()
	}
	return recipes
}

// add keeps what the service has answered.
func (o *oracle) add(t *testing.T, inputs ...recipe.Input) {
	t.Helper()
	recipes, err := o.service.Create(t.Context(), o.userID, inputs...)
	require.NoError(t, err)
	for _, r := range asListed(recipes) {
		o.kept[r.ID] = r
	}
}

// newOracle has a user beside another, who has every one of these recipes too.
func newOracle(t *testing.T, inputs ...recipe.Input) *oracle {
	t.Helper()
	database := pgtest.New(t)
	for _, name := range []string{"1", "2"} {
		database.User(t, name)
	}
	o := &oracle{service: &recipe.Service{DB: database.Open(t)}, userID: 1, kept: map[int64]recipe.Recipe{}, folded: map[string]string{}}
	_, err := o.service.Create(t.Context(), 2, inputs...)
	require.NoError(t, err)
	o.add(t, inputs...)
	// Several of one date: what is the same comes in the order of the ids.
	date := time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
	database.Exec(t, `update recipes set added_date = $1 where id % 4 = 0`, date)
	for id, r := range o.kept {
		if id%4 == 0 {
			r.AddedDate = date
			o.kept[id] = r
		}
	}
	return o
}

func TestListAgreesWithAnOracle(t *testing.T) {
	t.Parallel()

	t.Run("OnRealRecipes", func(t *testing.T) {
		t.Parallel()
		kitchen, err := demo.Load()
		require.NoError(t, err)
		o, r := newOracle(t, kitchen.Recipes...), rand.New(rand.NewPCG(1, 2))
		hits := 0
		for range 30 {
			hits += o.check(t, r, o.query(t, r))
		}
		require.Greater(t, hits, 1000, "or it shows nothing")
	})

	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("OnAdversarialOnes%d", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 7))
			o := newOracle(t, oddRecipes(r, 25)...)
			hits := 0
			for range 5 {
				for range 12 {
					hits += o.check(t, r, o.query(t, r))
				}
				o.change(t, r)
			}
			require.Greater(t, hits, 300, "or it shows nothing")
		})
	}
}
