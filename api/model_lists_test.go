package api_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/food"
)

// modelQuery is the query of a list of recipes. Empty members aren't sent.
type modelQuery struct {
	ordering, ingredients, search string
	ingredient                    []string
}

func (q modelQuery) values() url.Values {
	values := url.Values{}
	for name, value := range map[string]string{"ordering": q.ordering, "ingredients": q.ingredients, "search": q.search} {
		if value != "" {
			values.Set(name, value)
		}
	}
	for _, name := range q.ingredient {
		values.Add("ingredient", name)
	}
	return values
}

func (q modelQuery) wanted() (names []string) {
	for _, name := range append(strings.Split(q.ingredients, ","), q.ingredient...) {
		if name = modelFold(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// order returns the order of the response.
func (q modelQuery) order() string {
	if q.ordering == "" && len(q.wanted()) == 0 && modelFold(q.search) == "" {
		return "-added_date"
	}
	return q.ordering
}

func (w *modelRun) query() (q modelQuery) {
	if rapid.Bool().Draw(w.T, "ordering given") {
		q.ordering = rapid.SampledFrom([]string{"name", "-name", "added_date", "-added_date"}).Draw(w.T, "ordering")
	}
	if w.chance(3, "search given") {
		q.search, _ = w.text("search", modelParts)
	}
	if rapid.Bool().Draw(w.T, "ingredients given") {
		var names []string
		for range rapid.SampledFrom([]int{2, 3, 1, 4}).Draw(w.T, "names") {
			name, _ := w.food()
			names = append(names, name)
		}
		if w.chance(2, "each in a parameter of its own") {
			q.ingredient = names
			return q
		}
		q.ingredients = strings.Join(names, rapid.SampledFrom([]string{",", " ,", ",,"}).Draw(w.T, "comma"))
	}
	return q
}

// food draws the name of an ingredient, often one of the first three names.
func (w *modelRun) food() (sent, want string) {
	words := modelFoods
	if rapid.Bool().Draw(w.T, "one of a few") {
		words = modelFoods[:3]
	}
	return w.text("food", words)
}

// nameFood sets the only food of the user: a name and an alias.
func (w *modelRun) nameFood(c *modelUser) {
	for _, one := range modelDecode[[]modelItem](w, w.ok(c, foodsPath)) {
		c.Call(w.tb, http.MethodDelete, foodPath(one.ID), nil).Is(w.tb, http.StatusNoContent)
	}
	c.foodName, c.foodAlias = "", ""
	name, alias := rapid.SampledFrom(modelFoods).Draw(w.T, "name"), rapid.SampledFrom(modelFoods).Draw(w.T, "alias")
	if !c.sameFood(name, alias) && !c.sameFood(alias, name) {
		c.Call(w.tb, http.MethodPost, foodsPath, map[string]any{"name": name, "aliases": []string{alias}}).Is(w.tb, http.StatusCreated)
		c.foodName, c.foodAlias = name, alias
	}
}

// sameFood reports whether a search for a name finds an ingredient. internal/food tests the names in the dictionary.
func (c *modelUser) sameFood(ingredient, wanted string) bool {
	var dictionary *food.Catalog
	key := func(name string) string { return dictionary.Find(modelFold(name), "").Key }
	term := func(name string) string { return dictionary.Find(modelFold(name), "").Term }
	found := []string{key(wanted)}
	if c.foodName != "" && (key(wanted) == key(c.foodName) || term(wanted) == term(c.foodAlias)) {
		found = append(found, key(c.foodName), key(c.foodAlias))
	}
	return slices.Contains(found, key(ingredient))
}

// find returns the recipes that the server must return.
func (c *modelUser) find(q modelQuery) []modelRecipe {
	wanted, phrase := q.wanted(), modelFold(q.search)
	type hit struct {
		modelRecipe
		matches, newness, exact int
	}
	var hits []hit
	for i, r := range c.recipes {
		names, texts := []string{}, []string{r.Name, r.MeatType, r.Note}
		for _, need := range r.Ingredients {
			names, texts = append(names, modelFold(need.Name)), append(texts, need.Name)
		}
		slices.Sort(names)
		names = slices.Compact(names)
		h := hit{r, 0, i, 0}
		untyped := func(part string) bool {
			return !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(modelFold(t), part) })
		}
		if !untyped(phrase) {
			h.exact = 2
		} else if !slices.ContainsFunc(strings.Fields(phrase), untyped) {
			h.exact = 1
		}
		lacks := func(word string) bool {
			return !slices.ContainsFunc(texts, func(t string) bool { return modelHas(t, word) })
		}
		for _, name := range names {
			if slices.ContainsFunc(wanted, func(other string) bool { return c.sameFood(name, other) }) {
				h.matches++
			}
		}
		if len(wanted) > 0 && h.matches == 0 || slices.ContainsFunc(strings.Fields(phrase), lacks) {
			continue
		}
		if len(wanted) > 0 {
			h.Accuracy = new(int64(100 * h.matches / len(names)))
		}
		hits = append(hits, h)
	}
	natural := collate.New(language.Und, collate.Numeric)
	slices.SortFunc(hits, func(a, b hit) int {
		byName := cmp.Or(natural.CompareString(modelFold(a.Name), modelFold(b.Name)), cmp.Compare(a.ID, b.ID))
		newer := cmp.Compare(b.newness, a.newness)
		switch q.order() {
		case "name":
			return byName
		case "-name":
			return -byName
		case "added_date":
			return -newer
		case "-added_date":
			return newer
		}
		return cmp.Or(cmp.Compare(b.matches, a.matches), cmp.Compare(accuracyOf(b.modelRecipe), accuracyOf(a.modelRecipe)), cmp.Compare(b.exact, a.exact), newer)
	})
	found := []modelRecipe{}
	for _, h := range hits {
		found = append(found, h.modelRecipe)
	}
	return found
}

func accuracyOf(r modelRecipe) int64 {
	if r.Accuracy == nil {
		return 0
	}
	return *r.Accuracy
}

func (w *modelRun) listRecipes(c *modelUser) { w.compareRecipes(c, w.query()) }

func (w *modelRun) compareRecipes(c *modelUser, q modelQuery) {
	want := c.find(q)
	a := w.ok(c, modelRecipes+"?"+q.values().Encode())
	require.Empty(w, a.Header.Get("Link"))
	require.Equal(w, want, modelDecode[[]modelRecipe](w, a), "%q", q)
	w.countRecipeQueries(c, q, want)
}

func (w *modelRun) countRecipeQueries(c *modelUser, q modelQuery, found []modelRecipe) {
	w.count("recipes in the order "+q.order(), len(found) > 1)
	w.count("a search for several words", strings.Contains(modelFold(q.search), " ") && len(found) > 0)
	w.count("a search that finds some recipes and not others", q.search != "" && len(found) > 0 && len(found) < len(c.recipes))
	w.count("a recipe that is found under another name", slices.ContainsFunc(found, func(r modelRecipe) bool {
		return len(q.wanted()) > 0 && !slices.ContainsFunc(r.Ingredients, func(n modelNeed) bool { return slices.Contains(q.wanted(), modelFold(n.Name)) })
	}))
	w.count("an accuracy below 100", slices.ContainsFunc(found, func(r modelRecipe) bool { return r.Accuracy != nil && *r.Accuracy < 100 }))
}

func (w *modelRun) pageRecipes(c *modelUser) {
	q := w.query()
	want := c.find(q)
	require.Equal(w, want, modelPages[modelRecipe](w, c, modelRecipes, q.values(), len(want)), "%q", q)
	w.countRecipeQueries(c, q, want)
}

// modelPages walks through a list from the first page to the last. The pages have different sizes.
func modelPages[T any](w *modelRun, c *modelUser, path string, values url.Values, total int) []T {
	all := []T{}
	for {
		limit := rapid.SampledFrom([]int{1, 2, 1, 3, 1, 500}).Draw(w.T, "limit")
		values.Set("limit", strconv.Itoa(limit))
		a := w.ok(c, path+"?"+values.Encode())
		page := modelDecode[[]T](w, a)
		all = append(all, page...)
		require.LessOrEqual(w, len(page), limit)
		next := modelNext(w, a)
		require.Equal(w, len(all) < total, next != nil, "a next page of %d, after %d", total, len(all))
		if next == nil {
			return all
		}
		w.count("a next page of "+path, true)
		require.NotEmpty(w, page)
		require.Equal(w, path, next.Path)
		for name := range values {
			require.True(w, name == "cursor" || next.Query().Has(name), "the link keeps %s: %s", name, next)
		}
		values = next.Query()
	}
}

// modelNext returns the URL in the header Link, or nil if there is none.
func modelNext(w *modelRun, a *apitest.Response) *url.URL {
	link := a.Header.Get("Link")
	if link == "" {
		return nil
	}
	target, rest, ok := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	require.True(w, ok && rest == `; rel="next"`, link)
	next, err := url.Parse(target)
	require.NoError(w, err)
	return next
}
