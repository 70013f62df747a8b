package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// holdLocks takes locks in a separate transaction until release is called.
func (k replicaUser) holdLocks(t *testing.T, sql string, args ...any) (release func()) {
	t.Helper()
	tx, err := k.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) }) // if the test fails before release
	return func() { require.NoError(t, tx.Commit(context.Background())) }
}

// countWaiting returns the number of connections that wait for a lock.
func (k replicaUser) countWaiting(t *testing.T) int64 {
	t.Helper()
	return k.Int(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
}

// startAndWaitForLock starts a call and returns when the call waits for a lock or has its response.
func (k replicaUser) startAndWaitForLock(t *testing.T, calls *apitest.Group, call func(t testing.TB) *apitest.Response) (response **apitest.Response) {
	t.Helper()
	before, done := k.countWaiting(t), make(chan struct{})
	response = new(*apitest.Response)
	calls.Go(func(t testing.TB) {
		defer close(done)
		*response = call(t)
	})
	pgtest.Eventually(t, func() bool {
		select {
		case <-done:
			return true
		default:
			return k.countWaiting(t) > before
		}
	})
	return response
}

// overlap blocks the first call with a lock or an uncommitted change, and starts the other calls meanwhile.
func (k replicaUser) overlap(t *testing.T, sql string, arg []any, calls ...raceCall) []*apitest.Response {
	t.Helper()
	group := apitest.Concurrently(t)
	release := k.holdLocks(t, sql, arg...)
	var pending []**apitest.Response
	for i, c := range calls {
		pending = append(pending, k.startAndWaitForLock(t, group, func(t testing.TB) *apitest.Response { return k.call(t, i, c.method, c.path, c.body) }))
	}
	require.Positive(t, k.countWaiting(t), "the first call is in its middle")
	release()
	group.Wait()
	var responses []*apitest.Response
	for _, p := range pending {
		responses = append(responses, *p)
	}
	return responses
}

// TestTwoCallsThatOverlap blocks one call in the middle, and starts another call then.
func TestTwoCallsThatOverlap(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	planning := func(ids ...int64) raceCall {
		return raceCall{method: http.MethodPost, path: "/api/grocery/", body: map[string]any{"recipe_ids": ids}}
	}

	t.Run("MakingAllActiveComesBeforeOrAfterAPlan", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-plan")
		used, active := k.recipe(t, "soup", "used"), k.recipe(t, "stew", "active")
		for _, a := range k.overlap(t, `lock table plans in share mode`, nil, planning(used.ID, active.ID), raceCall{method: http.MethodPost, path: modelRecipes + "refresh/"}) {
			a.Is(t, http.StatusOK)
		}
		states := map[string]bool{}
		for _, r := range apitest.Decode[[]modelRecipe](t, k.call(t, 0, http.MethodGet, modelRecipes, nil)) {
			states[r.State] = true
		}
		require.Len(t, states, 1, "all were planned, and all made active: the last call decides")
	})

	t.Run("AGroupIsRenamedBackOrForth", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-rename")
		k.item(t, "leek", "A")
		held := k.item(t, "salt", "A")
		k.item(t, "milk", "B")
		for _, a := range k.overlap(t, `select from fridge_items where id = $1 for update`, []any{held.ID},
			raceCall{method: http.MethodPut, path: modelFridge + "group/A", body: `{"new_group": "B"}`},
			raceCall{method: http.MethodPut, path: modelFridge + "group/B", body: `{"new_group": "A"}`}) {
			a.Is(t, http.StatusOK)
		}
		require.Len(t, fridgeNames(t, k.clients[0]), 1, "whichever came first, the other has moved all")
	})

	t.Run("APlanFindsNothingOfWhatIsBeingDeleted", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-delete")
		stays, goes := k.recipe(t, "soup", "active"), k.recipe(t, "stew", "active")
		k.overlap(t, `delete from recipes where id = $1`, []any{goes.ID}, planning(stays.ID, goes.ID))[0].Is(t, http.StatusNotFound)
		require.Equal(t, []modelRecipe{stays}, apitest.Decode[[]modelRecipe](t, k.call(t, 1, http.MethodGet, modelRecipes, nil)))
		require.JSONEq(t, `[]`, k.call(t, 1, http.MethodGet, modelHistory, nil).Text)
	})

	t.Run("APlanNeedsWhatAnEditHasWritten", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-edit")
		r := k.recipe(t, "soup", "active", "leek")
		a := k.overlap(t, `update recipes set ingredients = '[{"name":"salt","quantity":"1"}]' where id = $1`, []any{r.ID}, planning(r.ID))[0]
		require.Equal(t, modelBasket{[]modelNeed{{"salt", "1"}}, []modelNeed{}}, apitest.Decode[modelBasket](t, a.Is(t, http.StatusOK)))
	})
}

// TestAnAccountIsDeletedUnderItsCalls deletes the account while one of its calls waits for that transaction. The call must not write data
// that has no owner.
func TestAnAccountIsDeletedUnderItsCalls(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	for name, test := range map[string]struct {
		method, path string
		body         any
		status       int
	}{
		"AddARecipe":        {http.MethodPost, modelRecipes, raceRecipe("new", "active"), http.StatusUnauthorized},
		"Import":            {http.MethodPost, modelRecipes + "bulk/", map[string]any{"list": []any{raceRecipe("new", "active")}}, http.StatusUnauthorized},
		"FillTheFridge":     {http.MethodPost, modelFridge, `{"name": "new", "group": "A"}`, http.StatusUnauthorized},
		"WriteTheList":      {http.MethodPost, modelLines, `{"items": "new"}`, http.StatusUnauthorized},
		"Plan":              {http.MethodPost, "/api/grocery/", `{"recipe_ids": [{recipe}]}`, http.StatusUnauthorized},
		"EmptyTheList":      {http.MethodDelete, modelLines, nil, http.StatusUnauthorized},
		"ReplaceARecipe":    {http.MethodPut, modelRecipes + "{recipe}/", raceRecipe("new", "active"), http.StatusNotFound},
		"ChangeTheFridge":   {http.MethodPatch, modelFridge + "{item}/", `{"name": "new"}`, http.StatusNotFound},
		"DeleteFromTheList": {http.MethodDelete, modelLines + "{line}/", nil, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			k := replicaUserOf(t, servers, name)
			ids := strings.NewReplacer("{recipe}", fmt.Sprint(k.recipe(t, "soup", "used").ID), "{item}", fmt.Sprint(k.item(t, "leek", "A").ID),
				"{line}", fmt.Sprint(k.line(t, "milk")))
			path, body := ids.Replace(test.path), test.body
			if text, is := body.(string); is {
				body = ids.Replace(text)
			}
			call := raceCall{method: test.method, path: path, body: body}
			a := k.overlap(t, `delete from users`, nil, call)[0].Is(t, test.status)
			if test.status == http.StatusUnauthorized {
				require.Equal(t, "token_not_valid", a.Problem(t).Code)
			}
			require.Zero(t, k.Int(t, `select (select count(*) from recipes) + (select count(*) from fridge_items) + (select count(*) from grocery_items) + (select count(*) from plans)`))
		})
	}
}
