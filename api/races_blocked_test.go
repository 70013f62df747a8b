package api_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// hold takes locks behind the server's back, until release.
func (k raceKitchen) hold(t *testing.T, sql string, args ...any) (release func()) {
	t.Helper()
	tx, err := k.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Commit(context.Background())) }
}

// waiting tells how many connections wait for a lock.
func (k raceKitchen) waiting(t *testing.T) int64 {
	t.Helper()
	return k.Int(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
}

// under starts a call and returns when it waits for a lock, or has its answer.
func (k raceKitchen) under(t *testing.T, calls *sync.WaitGroup, call func() *apitest.Answer) (answer **apitest.Answer) {
	t.Helper()
	before, done := k.waiting(t), make(chan struct{})
	answer = new(*apitest.Answer)
	calls.Go(func() {
		defer close(done)
		*answer = call()
	})
	require.Eventually(t, func() bool {
		select {
		case <-done:
			return true
		default:
			return k.waiting(t) > before
		}
	}, apitest.Soon, apitest.Often)
	return answer
}

// TestACallThatMeetsAnother stops one call in its middle, where another one begins.
func TestACallThatMeetsAnother(t *testing.T) {
	t.Parallel()

	t.Run("MakingAllActiveComesBeforeOrAfterAPlan", func(t *testing.T) {
		t.Parallel()
		k := newRaceKitchen(t, "meets-plan")
		used, active := k.recipe(t, "soup", "used"), k.recipe(t, "stew", "active")
		var calls sync.WaitGroup
		release := k.hold(t, `lock table plans in share mode`)
		plan := k.under(t, &calls, func() *apitest.Answer {
			return k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{used.ID, active.ID}})
		})
		refresh := k.under(t, &calls, func() *apitest.Answer { return k.call(t, 1, http.MethodPost, modelRecipes+"refresh/", nil) })
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
		t.Parallel()
		k := newRaceKitchen(t, "meets-rename")
		k.item(t, "leek", "A")
		held := k.item(t, "salt", "A")
		k.item(t, "milk", "B")
		var calls sync.WaitGroup
		release := k.hold(t, `select from fridge_items where id = $1 for update`, held.ID)
		forth := k.under(t, &calls, func() *apitest.Answer {
			return k.call(t, 0, http.MethodPut, modelFridge+"group/A", `{"new_group": "B"}`)
		})
		back := k.under(t, &calls, func() *apitest.Answer {
			return k.call(t, 1, http.MethodPut, modelFridge+"group/B", `{"new_group": "A"}`)
		})
		release()
		calls.Wait()

		(*forth).Is(t, http.StatusOK)
		(*back).Is(t, http.StatusOK)
		fridge := apitest.Decode[struct {
			Groups map[string][]modelShelved `json:"ingredient_list"`
		}](t, k.call(t, 0, http.MethodGet, "/api/fridge/", nil))
		require.Len(t, fridge.Groups, 1, "whichever came first, the other has moved all")
	})

	t.Run("APlanFindsNothingOfWhatIsBeingDeleted", func(t *testing.T) {
		t.Parallel()
		k := newRaceKitchen(t, "meets-delete")
		stays, goes := k.recipe(t, "soup", "active"), k.recipe(t, "stew", "active")
		var calls sync.WaitGroup
		release := k.hold(t, `delete from recipes where id = $1`, goes.ID)
		plan := k.under(t, &calls, func() *apitest.Answer {
			return k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{stays.ID, goes.ID}})
		})
		release()
		calls.Wait()

		(*plan).Is(t, http.StatusNotFound)
		require.Equal(t, []modelRecipe{stays}, apitest.Decode[[]modelRecipe](t, k.call(t, 1, http.MethodGet, modelRecipes, nil)))
		require.JSONEq(t, `[]`, k.call(t, 1, http.MethodGet, modelHistory, nil).Text)
	})

	t.Run("APlanNeedsWhatAnEditHasWritten", func(t *testing.T) {
		t.Parallel()
		k := newRaceKitchen(t, "meets-edit")
		r := k.recipe(t, "soup", "active", "leek")
		var calls sync.WaitGroup
		release := k.hold(t, `update recipes set ingredients = '[{"name":"salt","quantity":"1"}]' where id = $1`, r.ID)
		plan := k.under(t, &calls, func() *apitest.Answer {
			return k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{r.ID}})
		})
		release()
		calls.Wait()

		require.Equal(t, modelBasket{[]modelNeed{{"salt", "1"}}, []modelNeed{}}, apitest.Decode[modelBasket](t, (*plan).Is(t, http.StatusOK)))
	})
}

// TestAnAccountIsDeletedUnderItsCalls deletes the account while calls of it wait for that to be over: what they would
// write belongs to nobody any more.
func TestAnAccountIsDeletedUnderItsCalls(t *testing.T) {
	t.Parallel()
	k := newRaceKitchen(t, "meets-end")
	r, i, l := k.recipe(t, "soup", "used"), k.item(t, "leek", "A"), k.line(t, "milk")
	tests := []struct {
		method, path string
		body         any
		status       int
	}{
		{http.MethodPost, modelRecipes, raceRecipe("new", "active"), http.StatusUnauthorized},
		{http.MethodPost, modelRecipes + "bulk/", map[string]any{"list": []any{raceRecipe("new", "active")}}, http.StatusUnauthorized},
		{http.MethodPost, modelFridge, `{"name": "new", "group": "A"}`, http.StatusUnauthorized},
		{http.MethodPost, modelLines, `{"items": "new"}`, http.StatusUnauthorized},
		{http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{r.ID}}, http.StatusUnauthorized},
		{http.MethodPut, modelRecipePath(r.ID), raceRecipe("new", "active"), http.StatusNotFound},
		{http.MethodPatch, modelItemPath(i.ID), `{"name": "new"}`, http.StatusNotFound},
		{http.MethodDelete, modelLinePath(l), nil, http.StatusNotFound},
	}
	var calls sync.WaitGroup
	release := k.hold(t, `delete from users`)
	answers := make([]**apitest.Answer, len(tests))
	for n, test := range tests {
		answers[n] = k.under(t, &calls, func() *apitest.Answer { return k.call(t, n, test.method, test.path, test.body) })
	}
	require.EqualValues(t, len(tests), k.waiting(t))
	release()
	calls.Wait()

	for n, test := range tests {
		a := (*answers[n]).Is(t, test.status)
		if test.status == http.StatusUnauthorized {
			require.Equal(t, "token_not_valid", a.Problem(t).Code, test.path)
		}
	}
	require.Zero(t, k.Int(t, `select (select count(*) from recipes) + (select count(*) from fridge_items) + (select count(*) from grocery_items) + (select count(*) from plans)`))
}
