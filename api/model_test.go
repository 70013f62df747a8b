package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestTheKitchenAnswersAsItsModel plays random histories of three users against a server and against a model of what
// the documentation promises, which knows nothing of the server's code. Every answer is compared.
func TestTheKitchenAnswersAsItsModel(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	var tokens []string
	for _, name := range []string{"ann", "ben", "cem"} {
		tokens = append(tokens, s.User(t, name).Access)
	}
	var newest modelNewest
	rapid.Check(t, func(rt *rapid.T) {
		s.Exec(t, `with r as (delete from recipes), p as (delete from plans), f as (delete from fridge_items) delete from grocery_items`)
		w := &modelRun{T: rt, tb: apitest.Within(t, rt), newest: &newest}
		for _, token := range tokens {
			c := &modelUser{Client: s.Client(w.tb)}
			c.Access = token
			w.users = append(w.users, c)
			w.importRecipes(c)
		}
		acts := w.acts()
		for range 50 {
			act := rapid.SampledFrom(acts).Draw(rt, "what happens")
			act.do(w.one(w.users))
		}
		for _, c := range w.users {
			w.compareAll(c)
		}
	})
}

// modelUser is a user, and what is theirs.
type modelUser struct {
	*apitest.Client
	recipes []modelRecipe // all four in the order in which they were made
	fridge  []modelItem
	plans   []modelPlan
	lines   []modelLine
}

// modelRun is one history.
type modelRun struct {
	*rapid.T
	tb     testing.TB
	users  []*modelUser
	seen   []int64 // the ids of whatever was made in this history, whosesoever and of whatever kind
	newest *modelNewest
}

// modelNewest holds the ids and times of what was made last, in any history.
type modelNewest struct {
	recipe, item, plan, line int64
	recipeDate, planDate     string
}

// modelStep is something that a user does.
type modelStep struct {
	name string
	do   func(*modelUser)
}

// String names the act in the record of a history.
func (a modelStep) String() string { return a.name }

// acts are the things that happen, roughly the more often the further up.
func (w *modelRun) acts() []modelStep {
	return []modelStep{
		{"add a recipe", w.addRecipe}, {"add to the fridge", w.addItem},
		{"import recipes", w.importRecipes}, {"list recipes", w.listRecipes}, {"plan", w.plan}, {"add lines", w.addLines},
		{"page through recipes", w.pageRecipes}, {"change a recipe", w.patchRecipe}, {"replace a recipe", w.putRecipe},
		{"show the fridge", w.showFridge}, {"rename a group", w.renameGroup}, {"get a recipe", w.getRecipe},
		{"delete a recipe", w.deleteRecipe}, {"count recipes", w.countRecipes}, {"make all active", w.refreshRecipes},
		{"get an item", w.getItem}, {"change an item", w.patchItem}, {"replace an item", w.putItem},
		{"delete an item", w.deleteItem}, {"page through the history", w.pageHistory},
		{"get a line", w.getLine}, {"change a line", w.patchLine}, {"replace a line", w.putLine},
		{"delete a line", w.deleteLine}, {"use a stale cursor", w.abuseCursor}, {"send what is no object", w.sendMalformed},
		{"call what can't be an id", w.nameNothing}, {"delete a group", w.deleteGroup},
		{"forget the history", w.deleteHistory}, {"empty the list", w.deleteLines}, {"delete all recipes", w.deleteRecipes},
	}
}

// compareAll reads all that a user has.
func (w *modelRun) compareAll(c *modelUser) {
	w.compareRecipes(c, modelQuery{})
	w.countRecipes(c)
	w.showFridge(c)
	w.compareHistory(c)
	w.compareLines(c)
}

func (w *modelRun) one(users []*modelUser) *modelUser {
	return users[rapid.IntRange(0, len(users)-1).Draw(w.T, "user")]
}

// chance is true once in so many times, or a little less often.
func (w *modelRun) chance(in int, of string) bool {
	return rapid.IntRange(1, in).Draw(w.T, of) == in
}

// ok reads what must be there.
func (w *modelRun) ok(c *modelUser, path string) *apitest.Response {
	return c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK)
}

// refused demands a 400 that names exactly these faults.
func (w *modelRun) refused(a *apitest.Response, faults []string) {
	problem := a.Is(w.tb, http.StatusBadRequest).Problem(w.tb)
	require.Equal(w, "invalid_input", problem.Code)
	require.ElementsMatch(w, faults, problem.Fields())
}

// made takes note of a new id: it is larger than any before.
func (w *modelRun) made(newest *int64, id int64) {
	require.Greater(w, id, *newest)
	*newest = id
	w.seen = append(w.seen, id)
}

// dated takes note of a new time: none is earlier than one before.
func (w *modelRun) dated(newest *string, date string) {
	require.Regexp(w, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`, date)
	require.GreaterOrEqual(w, date, *newest)
	*newest = date
}

// modelThing is something with an id.
type modelThing interface{ id() int64 }

// pickID returns an id to call, and where among the user's rows it is; -1: it isn't. Most are the user's; others are
// somebody else's, of another kind, deleted, or were never there.
func pickID[R modelThing](w *modelRun, rows []R) (id int64, at int) {
	if len(rows) > 0 && !w.chance(5, "a strange id") {
		at = rapid.IntRange(0, len(rows)-1).Draw(w.T, "which")
		return rows[at].id(), at
	}
	id = rapid.SampledFrom(append(slices.Clone(w.seen), 1, 1<<53-1)).Draw(w.T, "strange id")
	return id, slices.IndexFunc(rows, func(r R) bool { return r.id() == id })
}

// modelDecode decodes an answer.
func modelDecode[T any](w *modelRun, a *apitest.Response) T { return apitest.Decode[T](w.tb, a) }
