package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestListsAndSumsMatchAModel plays random histories of two users against a server and a model. The model has the rules that the
// contract states only in words: search, order, accuracy, pages, counts and sums. It shares no code with the server.
// internal/contractfuzz tests the rules of the schemas.
func TestListsAndSumsMatchAModel(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	tokens := []string{s.User(t, "ann").Access, s.User(t, "ben").Access}
	var newest modelNewest
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s.Exec(t, `with r as (delete from recipes), p as (delete from plans), o as (delete from foods) delete from fridge_items`)
		w := &modelRun{T: rt, Server: s, tb: apitest.Within(t, rt), newest: &newest, counts: seen}
		for _, token := range tokens {
			c := &modelUser{Client: s.Client(w.tb)}
			c.Access = token
			w.users = append(w.users, c)
			w.importRecipes(c)
		}
		steps := w.steps()
		for range 40 {
			step := rapid.SampledFrom(steps).Draw(rt, "step")
			step.do(w.users[rapid.IntRange(0, 1).Draw(rt, "user")])
		}
		for _, c := range w.users {
			w.finish(c)
		}
	})
	for _, what := range []string{
		"recipes in the order ", "recipes in the order name", "recipes in the order -name", "recipes in the order added_date",
		"recipes in the order -added_date", "a search that finds some recipes and not others", "an accuracy below 100", "a next page of " + modelRecipes,
		"a next page of " + modelHistory, "recipes of a kind of which some are active", "a sum of quantities", "a recipe that is found under another name", "something to buy, and something in the fridge",
		"a recipe that is chosen twice", "recipes of the same date",
	} {
		require.Positive(t, seen[what], "no history had %s", what)
	}
}

// modelUser is a user and his data in the order of creation.
type modelUser struct {
	*apitest.Client
	recipes []modelRecipe
	fridge  []modelItem
	plans   []modelPlan

	foodName, foodAlias string // the only food of the user; empty: none
}

// modelRun is one history.
type modelRun struct {
	*rapid.T
	*apitest.Server
	tb     testing.TB
	users  []*modelUser
	newest *modelNewest
	counts map[string]int // how often each case occurred; see count
}

// modelNewest has the newest recipe and plan of all histories.
type modelNewest struct{ recipe, plan modelLatest }

type modelLatest struct {
	id   int64
	date string
}

// requireNewer requires a larger id than all before, and a time that isn't earlier.
func (l *modelLatest) requireNewer(t require.TestingT, id int64, date string) {
	require.Greater(t, id, l.id)
	require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`, date)
	require.GreaterOrEqual(t, date, l.date)
	l.id, l.date = id, date
}

// modelStep is an action of a user.
type modelStep struct {
	name string
	do   func(*modelUser)
}

// String returns the name of the step, for the record of a history.
func (a modelStep) String() string { return a.name }

// steps returns the actions of a user. The first are drawn more often.
func (w *modelRun) steps() []modelStep {
	return []modelStep{
		{"list recipes", w.listRecipes}, {"page through recipes", w.pageRecipes}, {"plan", w.plan}, {"import recipes", w.importRecipes},
		{"fill the fridge", w.fillFridge}, {"count recipes", w.countRecipes}, {"replace a recipe", w.replaceRecipe}, {"name a food", w.nameFood},
		{"page through the history", w.pageHistory}, {"make recipes equally old", w.unifyDates}, {"make all active", w.refreshRecipes}, {"delete a recipe", w.deleteRecipe},
	}
}

// finish reads everything that the test is about, independent of the steps that were drawn.
func (w *modelRun) finish(c *modelUser) {
	w.importRecipes(c)
	w.importRecipes(c)
	w.unifyDates(c)
	for _, q := range []modelQuery{
		{ordering: "name"}, {ordering: "-name"}, {ordering: "added_date"}, {ordering: "-added_date"}, {ingredients: "leek,salt,egg"}, {search: "s"},
	} {
		w.compareRecipes(c, q)
	}
	w.pageRecipes(c)
	for range 3 {
		w.fillFridge(c)
	}
	w.plan(c)
	w.plan(c)
	w.countRecipes(c)
	w.pageHistory(c)
}

// count counts how often a case that the test is about occurred.
func (w *modelRun) count(what string, is bool) {
	if is {
		w.counts[what]++
	}
}

// which draws an index below count. It returns -1 if count is 0.
func (w *modelRun) which(count int) int {
	if count == 0 {
		return -1
	}
	return rapid.IntRange(0, count-1).Draw(w.T, "which")
}

// chance returns true with a probability of about 1/in.
func (w *modelRun) chance(in int, of string) bool {
	return rapid.IntRange(1, in).Draw(w.T, of) == in
}

// ok requires a GET to succeed.
func (w *modelRun) ok(c *modelUser, path string) *apitest.Response {
	return c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK)
}

// modelDecode decodes a response.
func modelDecode[T any](w *modelRun, a *apitest.Response) T { return apitest.Decode[T](w.tb, a) }
