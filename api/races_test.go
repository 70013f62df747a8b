package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// replicaUser is a user of two servers on one database.
type replicaUser struct {
	*apitest.Server
	clients [2]*apitest.Client
}

// newReplicaUser returns a user of the servers that all tests share. It appends a number to the name.
func newReplicaUser(t *testing.T, name string) replicaUser {
	t.Helper()
	return replicaUserOf(t, apitest.Shared(t), fmt.Sprintf("%s-%d", name, replicaUsers.Add(1)))
}

var replicaUsers atomic.Int64

// newLoneReplicaUser returns a user whose servers and database are used only by this test.
func newLoneReplicaUser(t *testing.T, name string) replicaUser {
	t.Helper()
	return replicaUserOf(t, startLonePair(t), name)
}

// startLonePair starts two servers on a new database, for tests that count or lock rows.
func startLonePair(t *testing.T) [2]*apitest.Server {
	t.Helper()
	one := apitest.Start(t)
	return [2]*apitest.Server{one, one.Replica(t)}
}

func replicaUserOf(t *testing.T, servers [2]*apitest.Server, name string) replicaUser {
	t.Helper()
	k := replicaUser{Server: servers[0], clients: [2]*apitest.Client{servers[0].User(t, name), servers[1].Client(t)}}
	k.clients[1].Access = k.clients[0].Access
	return k
}

// call sends a request to one of the servers.
func (k replicaUser) call(t testing.TB, server int, method, path string, body any) *apitest.Response {
	t.Helper()
	return k.clients[server%2].Call(t, method, path, body)
}

// atOnce makes n calls at once, on both servers in turn.
func (k replicaUser) atOnce(t *testing.T, n int, call func(t testing.TB, i int) *apitest.Response) []*apitest.Response {
	t.Helper()
	responses := make([]*apitest.Response, n)
	var calls []func(testing.TB)
	for i := range responses {
		calls = append(calls, func(t testing.TB) { responses[i] = call(t, i) })
	}
	apitest.AtOnce(t, calls...)
	return responses
}

// raceRecipe returns the body of a request that creates a recipe.
func raceRecipe(name, state string, needs ...string) map[string]any {
	ingredients := []modelNeed{}
	for _, n := range needs {
		ingredients = append(ingredients, modelNeed{Name: n})
	}
	return map[string]any{"name": name, "meat_type": "fish", "longevity": 1, "frequency": "rarely", "state": state, "ingredients": ingredients}
}

func (k replicaUser) recipe(t testing.TB, name, state string, needs ...string) modelRecipe {
	t.Helper()
	a := k.call(t, 0, http.MethodPost, modelRecipes, raceRecipe(name, state, needs...)).Is(t, http.StatusCreated)
	return apitest.Decode[modelRecipe](t, a)
}

func (k replicaUser) item(t testing.TB, name, group string) modelItem {
	t.Helper()
	a := k.call(t, 1, http.MethodPost, modelFridge, map[string]string{"name": name, "group": group}).Is(t, http.StatusCreated)
	return apitest.Decode[modelItem](t, a)
}

func (k replicaUser) line(t testing.TB, text string) int64 {
	t.Helper()
	a := k.call(t, 1, http.MethodPost, modelLines, map[string]string{"items": text}).Is(t, http.StatusCreated)
	return apitest.Decode[modelLine](t, a).ID
}

// TestChangesOfDifferentMembersAtOnce checks that no change is lost.
func TestChangesOfDifferentMembersAtOnce(t *testing.T) {
	t.Parallel()
	k := newReplicaUser(t, "race-patch")
	for round := range apitest.Rounds(t, 5) {
		r, i, l := k.recipe(t, "soup", "active", "leek"), k.item(t, "leek", "g"), k.line(t, "milk")
		patches := [][2]string{
			{modelRecipePath(r.ID), fmt.Sprintf(`{"name": "soup %d"}`, round)}, {modelRecipePath(r.ID), `{"meat_type": "none"}`},
			{modelRecipePath(r.ID), `{"longevity": 7}`}, {modelRecipePath(r.ID), `{"frequency": "weekday"}`}, {modelRecipePath(r.ID), `{"note": "n"}`},
			{modelRecipePath(r.ID), `{"state": "used"}`}, {modelRecipePath(r.ID), `{"ingredients": [{"name": "Salt", "quantity": "1"}]}`},
			{modelItemPath(i.ID), `{"name": "salt"}`}, {modelItemPath(i.ID), `{"group": "h"}`},
			{modelLinePath(l), `{"item": "bread"}`}, {modelLinePath(l), `{"isChecked": true}`},
		}
		for _, a := range k.atOnce(t, len(patches), func(t testing.TB, i int) *apitest.Response {
			return k.call(t, i, http.MethodPatch, patches[i][0], patches[i][1])
		}) {
			a.Is(t, http.StatusOK)
		}
		require.Equal(t, modelRecipe{
			ID: r.ID, Name: fmt.Sprint("soup ", round), MeatType: "none", Longevity: 7, Frequency: "weekday", Note: "n", State: "used",
			Ingredients: []modelNeed{{"salt", "1"}}, AddedDate: r.AddedDate,
		}, apitest.Decode[modelRecipe](t, k.call(t, 0, http.MethodGet, modelRecipePath(r.ID), nil)))
		require.Equal(t, modelItem{i.ID, "salt", "h"}, apitest.Decode[modelItem](t, k.call(t, 1, http.MethodGet, modelItemPath(i.ID), nil)))
		require.Equal(t, modelLine{l, "bread", true}, apitest.Decode[modelLine](t, k.call(t, 1, http.MethodGet, modelLinePath(l), nil)))
		found := apitest.Decode[[]modelRecipe](t, k.call(t, 0, http.MethodGet, modelRecipes+"?ingredients=SALT&search=NONE", nil))
		require.Equal(t, r.ID, found[0].ID, "the columns of the search have changed, too")
	}
}

// TestLinesWrittenAtOnce checks that no line is lost, and that the lines of each call are consecutive and in order.
func TestLinesWrittenAtOnce(t *testing.T) {
	t.Parallel()
	k := newReplicaUser(t, "race-lines")
	var want []modelLine
	texts := make([][]string, 40)
	responses := k.atOnce(t, len(texts), func(t testing.TB, i int) *apitest.Response {
		for n := range 25 {
			texts[i] = append(texts[i], fmt.Sprintf("call %d, line %d", i, n))
		}
		return k.call(t, i, http.MethodPost, modelLines, map[string]string{"items": strings.Join(texts[i], "\n")})
	})
	for i, a := range responses {
		got := apitest.Decode[struct{ IDs []int64 }](t, a.Is(t, http.StatusCreated))
		require.Len(t, got.IDs, len(texts[i]))
		require.IsIncreasing(t, got.IDs)
		for n, id := range got.IDs {
			want = append(want, modelLine{ID: id, Item: texts[i][n]})
		}
	}
	slices.SortFunc(want, func(a, b modelLine) int { return int(b.ID - a.ID) })
	require.Equal(t, want, apitest.Decode[[]modelLine](t, k.call(t, 0, http.MethodGet, modelLines, nil)), "each id once")
}
