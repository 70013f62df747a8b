package recipe_test

import (
	"bytes"
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

// oracle has the recipes of a user in memory, and searches and sorts them by brute force.
type oracle struct {
	service *recipe.Service
	userID  int64
	stored  map[int64]recipe.Recipe
	folded  map[string]string // the results of casefold.Text
}

func (o *oracle) fold(text string) string {
	folded, known := o.folded[text]
	if !known {
		folded = casefold.Text(text)
		o.folded[text] = folded
	}
	return folded
}

// ingredientsOf decodes the ingredients.
func ingredientsOf(t *testing.T, r recipe.Recipe) []recipe.Ingredient {
	t.Helper()
	list := []recipe.Ingredient{}
	require.NoError(t, json.Unmarshal(r.Ingredients, &list))
	return list
}

// expected returns the recipes that the service should list: each word must be in one of the recipe's texts, and at least one
// name must be the name of an ingredient. The tests of casefold are in its package.
func (o *oracle) expected(t *testing.T, q recipe.Query) []recipe.Recipe {
	t.Helper()
	wanted := map[string]bool{}
	for _, name := range q.Ingredients {
		if name = o.fold(name); name != "" {
			wanted[name] = true
		}
	}
	phrase, words := casefold.Words(q.Search)
	all := []recipe.Recipe{}
	for _, r := range o.stored {
		texts, names := []string{r.Name, r.MeatType, r.Note}, map[string]bool{}
		for _, i := range ingredientsOf(t, r) {
			texts = append(texts, i.Name)
			name := o.fold(i.Name)
			if !names[name] && wanted[name] {
				r.Matches++
			}
			if name != "" {
				names[name] = true
			}
		}
		hasWords := !slices.ContainsFunc(words, func(word string) bool {
			return !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(casefold.Searchable(text), word) })
		})
		if q.Order == recipe.BestMatchFirst && phrase != "" && slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(o.fold(text), phrase) }) {
			r.Exact = 1
		}
		if !hasWords || len(wanted) > 0 && r.Matches == 0 {
			continue
		}
		if len(wanted) > 0 {
			r.Accuracy = r.Matches * 100 / int64(len(names))
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b recipe.Recipe) int { return o.compare(q.Order, a, b) })
	return all
}

func (o *oracle) compare(order recipe.Order, a, b recipe.Recipe) int {
	older := cmp.Or(a.AddedDate.Compare(b.AddedDate), cmp.Compare(a.ID, b.ID))
	byName := cmp.Or(bytes.Compare(casefold.SortKey(a.Name), casefold.SortKey(b.Name)), cmp.Compare(a.ID, b.ID))
	switch order {
	case recipe.OldestFirst:
		return older
	case recipe.ByName:
		return byName
	case recipe.ByNameReversed:
		return -byName
	case recipe.BestMatchFirst:
		return cmp.Or(cmp.Compare(b.Matches, a.Matches), cmp.Compare(b.Accuracy, a.Accuracy), cmp.Compare(b.Exact, a.Exact), -older)
	}
	return -older
}

var orders = []recipe.Order{recipe.BestMatchFirst, recipe.NewestFirst, recipe.OldestFirst, recipe.ByName, recipe.ByNameReversed}

// check compares the lists in every order, whole and page by page, and returns the number of recipes found.
func (o *oracle) check(t *testing.T, r *rand.Rand, q recipe.Query) (found int) {
	t.Helper()
	for _, order := range orders {
		q.Order, q.Page = order, page.Request{}
		want := o.expected(t, q)
		got, err := o.service.List(t.Context(), o.userID, q, nil)
		require.NoError(t, err)
		require.Empty(t, got.Next)
		require.Equal(t, want, asListed(whole(t, got)), "%q", q)

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
		found += len(want)
	}
	return found
}

// whole returns all recipes of a list, also those that are streamed.
func whole(t *testing.T, list recipe.Page) []recipe.Recipe {
	t.Helper()
	defer list.Rest.Close()
	for all := list.Recipes; ; {
		more, err := list.Rest.Next()
		require.NoError(t, err)
		if len(more) == 0 {
			return all
		}
		all = append(all, more...)
	}
}

// asListed returns recipes as a list has them: without a version, and with their dates in UTC.
func asListed(recipes []recipe.Recipe) []recipe.Recipe {
	for i := range recipes {
		recipes[i].Version = 0
		recipes[i].AddedDate = recipes[i].AddedDate.UTC()
	}
	return recipes
}

// add creates recipes.
func (o *oracle) add(t *testing.T, inputs ...recipe.Input) {
	t.Helper()
	recipes, err := o.service.Create(t.Context(), o.userID, inputs...)
	require.NoError(t, err)
	for _, r := range asListed(recipes) {
		o.stored[r.ID] = r
	}
}

// newOracle gives the recipes to a user, and also to another one.
func newOracle(t *testing.T, inputs ...recipe.Input) *oracle {
	t.Helper()
	database := pgtest.New(t)
	for _, name := range []string{"1", "2"} {
		database.User(t, name)
	}
	o := &oracle{service: &recipe.Service{DB: database.Open(t)}, userID: 1, stored: map[int64]recipe.Recipe{}, folded: map[string]string{}}
	_, err := o.service.Create(t.Context(), 2, inputs...)
	require.NoError(t, err)
	o.add(t, inputs...)
	// Several have the same date: these are ordered by id.
	date := time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
	database.Exec(t, `update recipes set added_date = $1 where id % 4 = 0`, date)
	for id, r := range o.stored {
		if id%4 == 0 {
			r.AddedDate = date
			o.stored[id] = r
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
		found := 0
		for range 30 {
			found += o.check(t, r, o.query(t, r))
		}
		require.Greater(t, found, 1000, "too few to prove anything")
	})

	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("OnOddTexts%d", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 7))
			o := newOracle(t, oddRecipes(r, 25)...)
			found := 0
			for range 5 {
				for range 12 {
					found += o.check(t, r, o.query(t, r))
				}
				o.change(t, r)
			}
			require.Greater(t, found, 300, "too few to prove anything")
		})
	}
}
