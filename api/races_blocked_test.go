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

// hold takes locks behind the server's back, until release.
func (k replicaUser) hold(t *testing.T, sql string, args ...any) (release func()) {
	t.Helper()
	tx, err := k.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) }) // where the test has failed before it
	return func() { require.NoError(t, tx.Commit(context.Background())) }
}

// waiting tells how many connections wait for a lock.
func (k replicaUser) waiting(t *testing.T) int64 {
	t.Helper()
	return k.Int(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
}

// under starts a call and returns when it waits for a lock, or has its answer.
func (k replicaUser) startAndWaitForLock(t *testing.T, calls *apitest.Group, call func(t testing.TB) *apitest.Response) (answer **apitest.Response) {
	t.Helper()
	before, done := k.waiting(t), make(chan struct{})
	answer = new(*apitest.Response)
	calls.Go(func(t testing.TB) {
		defer close(done)
		*answer = call(t)
	})
	pgtest.Eventually(t, func() bool {
		select {
		case <-done:
			return true
		default:
			return k.waiting(t) > before
		}
	})
	return answer
}

// TestTwoCallsThatOverlap stops one call in its middle, where another one begins.
func TestTwoCallsThatOverlap(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)

	t.Run("MakingAllActiveComesBeforeOrAfterAPlan", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-plan")
		used, active := k.recipe(t, "soup", "used"), k.recipe(t, "stew", "active")
		calls := apitest.Concurrently(t)
		release := k.hold(t, `lock table plans in share mode`)
		plan := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{used.ID, active.ID}})
		})
		refresh := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 1, http.MethodPost, modelRecipes+"refresh/", nil)
		})
		release()
		calls.Wait()

		(*plan).Is(t, http.StatusOK)
		(*refresh).Is(t, http.StatusOK)
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
		calls := apitest.Concurrently(t)
		release := k.hold(t, `select from fridge_items where id = $1 for update`, held.ID)
		forth := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 0, http.MethodPut, modelFridge+"group/A", `{"new_group": "B"}`)
		})
		back := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 1, http.MethodPut, modelFridge+"group/B", `{"new_group": "A"}`)
		})
		release()
		calls.Wait()

		(*forth).Is(t, http.StatusOK)
		(*back).Is(t, http.StatusOK)
		fridge := apitest.Decode[struct {
			Groups map[string][]modelItem `json:"ingredient_list"`
		}](t, k.call(t, 0, http.MethodGet, "/api/fridge/", nil))
		require.Len(t, fridge.Groups, 1, "whichever came first, the other has moved all")
	})

	t.Run("APlanFindsNothingOfWhatIsBeingDeleted", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-delete")
		stays, goes := k.recipe(t, "soup", "active"), k.recipe(t, "stew", "active")
		calls := apitest.Concurrently(t)
		release := k.hold(t, `delete from recipes where id = $1`, goes.ID)
		plan := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{stays.ID, goes.ID}})
		})
		release()
		calls.Wait()

		(*plan).Is(t, http.StatusNotFound)
		require.Equal(t, []modelRecipe{stays}, apitest.Decode[[]modelRecipe](t, k.call(t, 1, http.MethodGet, modelRecipes, nil)))
		require.JSONEq(t, `[]`, k.call(t, 1, http.MethodGet, modelHistory, nil).Text)
	})

	t.Run("APlanNeedsWhatAnEditHasWritten", func(t *testing.T) {
		k := replicaUserOf(t, servers, "meets-edit")
		r := k.recipe(t, "soup", "active", "leek")
		calls := apitest.Concurrently(t)
		release := k.hold(t, `update recipes set ingredients = '[{"name":"salt","quantity":"1"}]' where id = $1`, r.ID)
		plan := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{r.ID}})
		})
		release()
		calls.Wait()

		require.Equal(t, modelBasket{[]modelNeed{{"salt", "1"}}, []modelNeed{}}, apitest.Decode[modelBasket](t, (*plan).Is(t, http.StatusOK)))
	})
}

// TestAnAccountIsDeletedUnderItsCalls deletes the account while a call of it waits for that to be over: what it would
// write belongs to nobody any more.
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
			calls := apitest.Concurrently(t)
			release := k.hold(t, `delete from users`)
			answer := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return k.call(t, 0, test.method, path, body) })
			waiting := k.waiting(t)
			release()
			calls.Wait()

			require.EqualValues(t, 1, waiting)
			a := (*answer).Is(t, test.status)
			if test.status == http.StatusUnauthorized {
				require.Equal(t, "token_not_valid", a.Problem(t).Code)
			}
			require.Zero(t, k.Int(t, `select (select count(*) from recipes) + (select count(*) from fridge_items) + (select count(*) from grocery_items) + (select count(*) from plans)`))
		})
	}
}
