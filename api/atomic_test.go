package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// faultyDatabaseUser is a user with a full kitchen in a database that can be made to fail. The database also has the kitchen of a
// neighbour.
type faultyDatabaseUser struct {
	*apitest.Server
	*apitest.Client
	recipes, items, lines []int64
	deleted               int64 // a recipe in the trash
	entry                 int64 // the newest entry of the fridge's journal
	foods                 []int64
	meal, override        int64
}

func newFaultyDatabaseUser(t *testing.T) *faultyDatabaseUser {
	t.Helper()
	s := apitest.Start(t)
	// It fails at the nth row that it is called for. The error 53400 is temporary, so the response is 503.
	s.Exec(t, `create sequence atomic_rows`)
	s.Exec(t, `create function atomic_fail() returns trigger language plpgsql as $$ begin
		if nextval('atomic_rows') = tg_argv[0]::bigint then raise exception 'on purpose' using errcode = '53400'; end if;
		return case tg_op when 'DELETE' then old else new end;
	end $$`)
	// It raises the expected error only if the planned recipes have already been marked.
	s.Exec(t, `create function atomic_fail_late() returns trigger language plpgsql as $$ begin
		perform nextval('atomic_rows');
		if (select bool_and(state = 'used') from recipes where id = any(new.recipe_ids)) then
			raise exception 'on purpose' using errcode = '53400';
		end if;
		raise exception 'the recipes are not marked yet';
	end $$`)
	k := &faultyDatabaseUser{Server: s, Client: s.User(t, "atomic")}
	neighbour := &faultyDatabaseUser{Server: s, Client: s.User(t, "atomic-neighbour")}
	neighbour.fill(t)
	return k
}

// fill creates the data that every test starts with: six recipes (the first two were planned three times), a group of four
// ingredients in the fridge, two foods, and five lines on the checklist.
func (k *faultyDatabaseUser) fill(t *testing.T) {
	t.Helper()
	post := func(path, body string, status int) *apitest.Response {
		return k.Call(t, http.MethodPost, path, body).Is(t, status)
	}
	for path, status := range map[string]int{
		"/api/recipes/": http.StatusNoContent, "/api/grocery/history/": http.StatusNoContent,
		"/api/grocery/list/": http.StatusNoContent, "/api/fridge/ingredient/group/G": http.StatusOK, "/api/fridge/ingredient/group/H": http.StatusOK,
	} {
		k.Call(t, http.MethodDelete, path, nil).Is(t, status)
	}
	for _, food := range apitest.Decode[[]modelItem](t, k.Call(t, http.MethodGet, foodsPath, nil).Is(t, http.StatusOK)) {
		k.Call(t, http.MethodDelete, foodPath(food.ID), nil).Is(t, http.StatusNoContent)
	}
	k.recipes, k.items, k.foods = nil, nil, nil
	for _, name := range []string{"leek", "salt"} {
		food := post("/api/foods/", fmt.Sprintf(`{"name": %q, "piece_weight": "200 g"}`, name), http.StatusCreated)
		k.foods = append(k.foods, apitest.Decode[modelItem](t, food).ID)
	}
	for _, r := range apitest.Decode[[]modelRecipe](t, post("/api/recipes/bulk/", atomicImport(6), http.StatusCreated)) {
		k.recipes = append(k.recipes, r.ID)
	}
	k.deleted = apitest.Decode[modelRecipe](t, post("/api/recipes/", atomicRecipe("deleted"), http.StatusCreated)).ID
	k.Call(t, http.MethodDelete, modelRecipePath(k.deleted), nil).Is(t, http.StatusNoContent)
	for range 3 {
		post("/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d, %d]}`, k.recipes[0], k.recipes[1]), http.StatusOK)
	}
	for range 4 {
		item := post("/api/fridge/ingredient/", `{"name": "leek", "group": "G"}`, http.StatusCreated)
		k.items = append(k.items, apitest.Decode[modelItem](t, item).ID)
	}
	k.entry = journalOf(t, k.Client)[0].ID
	p := meals(t, k.Client, []int64{k.recipes[5]}, map[string]any{
		"commit": true, "replace": true, "overrides": []any{map[string]any{"food": "leek", "state": "need"}},
	})
	k.meal, k.override = *p.Meals[0].ID, *p.Lines[0].Override.ID
	k.lines = apitest.Decode[struct{ IDs []int64 }](t, post("/api/grocery/list/", `{"items": "a\nb\nc\nd\ne"}`, http.StatusCreated)).IDs
}

// dump returns the data of all kitchens in the database.
func (k *faultyDatabaseUser) dump(t *testing.T) (text string) {
	t.Helper()
	require.NoError(t, k.Pool.QueryRow(t.Context(), `select concat_ws(E'\n',
		(select json_agg(r order by id) from recipes r), (select json_agg(f order by id) from fridge_items f), (select json_agg(f order by id) from foods f),
		(select json_agg(j order by id) from fridge_journal j),
		(select json_agg(t order by id) from recipe_trash t), (select json_agg(d order by kind, id) from deleted_ids d),
		(select json_agg(p order by id) from plans p), (select json_agg(p) from meal_plans p), (select json_agg(m order by id) from planned_meals m),
		(select json_agg(o order by id) from plan_overrides o), (select json_agg(l order by item_id) from plan_lines l), (select json_agg(g order by id) from grocery_items g))`).Scan(&text))
	return text
}

// requireNoChangeOnFailure makes the call with a trigger that fails, and requires that it changes nothing. Then it drops the trigger and
// requires that the call succeeds.
func (k *faultyDatabaseUser) requireNoChangeOnFailure(t *testing.T, call writeCall, install func(), drop string) {
	t.Helper()
	before := k.dump(t)
	k.Exec(t, `alter sequence atomic_rows restart`)
	install()
	t.Cleanup(func() { k.Exec(t, drop) }) // also if the test fails

	a := k.Call(t, call.method, call.path, call.body).Is(t, http.StatusServiceUnavailable)

	require.Equal(t, "unavailable", a.Problem(t).Code)
	require.Equal(t, before, k.dump(t), "%s %s has changed something", call.method, call.path)
	k.Exec(t, drop)
	k.Call(t, call.method, call.path, call.body).Is(t, call.status)
	require.NotEqual(t, before, k.dump(t))
}

func TestACallThatFailsInItsMiddleChangesNothing(t *testing.T) {
	t.Parallel()
	k := newFaultyDatabaseUser(t)
	plan := func() string {
		return fmt.Sprintf(`{"recipe_ids": [%d, %d, %d]}`, k.recipes[2], k.recipes[5], k.recipes[3])
	}
	for name, test := range map[string]struct {
		method, path string
		body         func() string
		status       int
		moment       string // when the trigger runs
		rows         int64  // the trigger fails at the last of them
	}{
		"AnImport":             {http.MethodPost, "/api/recipes/bulk/", func() string { return atomicImport(8) }, http.StatusCreated, "before insert on recipes", 5},
		"MakingAllActive":      {http.MethodPost, "/api/recipes/refresh/", nil, http.StatusOK, "before update on recipes", 2},
		"DeletingAllRecipes":   {http.MethodDelete, "/api/recipes/", nil, http.StatusNoContent, "before delete on recipes", 4},
		"FillingTheTrash":      {http.MethodDelete, "/api/recipes/", nil, http.StatusNoContent, "before insert on recipe_trash", 4},
		"RenamingAGroup":       {http.MethodPut, "/api/fridge/ingredient/group/G", func() string { return `{"new_group": "H"}` }, http.StatusOK, "before update on fridge_items", 3},
		"DeletingAGroup":       {http.MethodDelete, "/api/fridge/ingredient/group/G", nil, http.StatusOK, "before delete on fridge_items", 3},
		"MarkingWhatIsPlanned": {http.MethodPost, "/api/grocery/", plan, http.StatusOK, "before update on recipes", 2},
		"RecordingAPlan":       {http.MethodPost, "/api/grocery/", plan, http.StatusOK, "after insert on plans", 1},
		"ForgettingTheHistory": {http.MethodDelete, "/api/grocery/history/", nil, http.StatusNoContent, "before delete on plans", 2},
		"WritingLines":         {http.MethodPost, "/api/grocery/list/", func() string { return `{"items": "x\ny\nz\nä"}` }, http.StatusCreated, "before insert on grocery_items", 3},
		"EmptyingTheList":      {http.MethodDelete, "/api/grocery/list/", nil, http.StatusNoContent, "before delete on grocery_items", 3},
	} {
		t.Run(name, func(t *testing.T) {
			k.fill(t)
			call := writeCall{method: test.method, path: test.path, status: test.status}
			if test.body != nil {
				call.body = test.body()
			}
			function := fmt.Sprintf("atomic_fail(%d)", test.rows)
			if name == "RecordingAPlan" {
				function = "atomic_fail_late()"
			}
			var table string
			_, err := fmt.Sscanf(test.moment, "%s %s on %s", new(string), new(string), &table)
			require.NoError(t, err)
			k.requireNoChangeOnFailure(t, call, func() {
				k.Exec(t, `create trigger atomic `+test.moment+` for each row execute function `+function)
			}, `drop trigger if exists atomic on `+table)
			require.Equal(t, test.rows, k.Int(t, `select last_value from atomic_rows`), "so many rows were reached")
		})
	}
}

// TestACallThatFailsAtItsEndChangesNothing makes every call that writes, and lets its commit fail.
func TestACallThatFailsAtItsEndChangesNothing(t *testing.T) {
	t.Parallel()
	k := newFaultyDatabaseUser(t)
	k.fill(t)
	tables := []string{"recipes", "recipe_trash", "deleted_ids", "fridge_items", "plans", "grocery_items", "foods", "plan_overrides"}
	requireEveryWrite(t, k.writeCalls())
	for i := range k.writeCalls() {
		k.fill(t)
		call := k.writeCalls()[i] // with the current ids
		k.requireNoChangeOnFailure(t, call, func() {
			for _, table := range tables {
				k.Exec(t, `create constraint trigger atomic_`+table+` after insert or update or delete on `+table+
					` deferrable initially deferred for each row execute function atomic_fail(1)`)
			}
		}, `drop trigger if exists atomic_recipes on recipes; drop trigger if exists atomic_recipe_trash on recipe_trash;
			drop trigger if exists atomic_deleted_ids on deleted_ids; drop trigger if exists atomic_fridge_items on fridge_items;
			drop trigger if exists atomic_plans on plans; drop trigger if exists atomic_grocery_items on grocery_items;
			drop trigger if exists atomic_plan_overrides on plan_overrides;
			drop trigger if exists atomic_foods on foods`)
	}
}
