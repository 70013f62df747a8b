package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// journalOf returns the journal of the user's fridge.
func journalOf(t *testing.T, c *apitest.Client) []models.JournalEntry {
	t.Helper()
	return apitest.Decode[[]models.JournalEntry](t, c.Call(t, http.MethodGet, "/api/fridge/journal/", nil).Is(t, http.StatusOK))
}

func undo(t *testing.T, c *apitest.Client, entry int64, query string) *apitest.Response {
	t.Helper()
	return c.Call(t, http.MethodPost, fmt.Sprintf("/api/fridge/journal/%d/undo/%s", entry, query), nil)
}

// requireEachUndoesItsOwn requires that each of the newest entries undoes an entry of its own ingredient, of which there is one more among
// the entries before them.
func requireEachUndoesItsOwn(t *testing.T, entries []models.JournalEntry, newest int) {
	t.Helper()
	for _, e := range entries[:newest] {
		i := slices.IndexFunc(entries[newest:], func(earlier models.JournalEntry) bool { return e.Undoes != nil && earlier.ID == *e.Undoes })
		require.GreaterOrEqual(t, i, 0, "%+v undoes no earlier entry", e)
		require.Equal(t, entries[newest+i].Item, e.Item)
	}
}

func TestWhatIsKnownOfAnIngredient(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "details")
	item := c.Call(t, http.MethodPost, "/api/fridge/ingredient/",
		`{"name": "Flour", "group": "Dry", "quantity": 1.50, "best_before": "2026-12-01", "opened": "2026-11-02", "place": " cellar ", "staple": true}`)
	id := apitest.Decode[models.FridgeIngredient](t, item.Is(t, http.StatusCreated)).ID
	path := fmt.Sprintf("/api/fridge/ingredient/%d/", id)
	requireItem := func(t *testing.T, details string) {
		t.Helper()
		require.Equal(t, fmt.Sprintf(`{"id":%d,"name":"Flour","group":"Dry"%s}`+"\n", id, details), c.Call(t, http.MethodGet, path, nil).Text)
		require.Equal(t, fmt.Sprintf(`{"ingredient_list":{"Dry":[{"id":%d,"name":"Flour"%s}]}}`+"\n", id, details), c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
	}
	const all = `,"quantity":"1.50","best_before":"2026-12-01","opened":"2026-11-02","place":"cellar","staple":true`
	requireItem(t, all)

	for _, step := range []struct{ what, method, body, details string }{
		{"a PUT of a client that doesn't know them keeps them", http.MethodPut, `{"name": "Flour", "group": "Dry"}`, all},
		{"a PATCH changes one", http.MethodPatch, `{"quantity": "750 g"}`, `,"quantity":"750 g","best_before":"2026-12-01","opened":"2026-11-02","place":"cellar","staple":true`},
		{"null removes them", http.MethodPut, `{"name": "Flour", "group": "Dry", "best_before": null, "staple": null}`, `,"quantity":"750 g","opened":"2026-11-02","place":"cellar"`},
		{"and so does an empty text", http.MethodPatch, `{"quantity": "", "opened": "", "place": ""}`, ``},
	} {
		t.Run(step.what, func(t *testing.T) {
			c.Call(t, step.method, path, step.body).Is(t, http.StatusOK)
			requireItem(t, step.details)
		})
	}

	t.Run("invalid values are refused", func(t *testing.T) {
		for _, body := range []string{`{"best_before": "2026-02-30"}`, `{"opened": "0000-01-01"}`, `{"best_before": "1.3.2026"}`} {
			require.Contains(t, c.Call(t, http.MethodPatch, path, body).Is(t, http.StatusBadRequest).Text, `"code":"`, body)
		}
	})
}

func TestUndo(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("BringsADeletedGroupBackWithIdsAndMembers", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "undo-group")
		for _, body := range []string{`{"name": "Leek", "group": "Veg", "quantity": "3"}`, `{"name": "Peas", "group": "Veg", "place": "door"}`} {
			c.Call(t, http.MethodPost, "/api/fridge/ingredient/", body).Is(t, http.StatusCreated)
		}
		before := c.Call(t, http.MethodGet, "/api/fridge/", nil).Text
		c.Call(t, http.MethodDelete, "/api/fridge/ingredient/group/veg", nil).Is(t, http.StatusOK)
		entry := journalOf(t, c)[0]
		require.EqualValues(t, "deleted", entry.Kind)

		done := apitest.Decode[models.UndoneChanges](t, undo(t, c, entry.ID, "?part=batch").Is(t, http.StatusOK))

		require.EqualValues(t, 2, done.Undone)
		require.Equal(t, before, c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
		requireEachUndoesItsOwn(t, journalOf(t, c), 2)
		undo(t, c, *done.Entry, "?part=batch").Is(t, http.StatusOK)
		require.Equal(t, `{"ingredient_list":{}}`+"\n", c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
		require.EqualValues(t, "undone", journalOf(t, c)[0].Kind)
	})

	t.Run("IsRefusedIfTheIngredientHasChangedSince", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "undo-since")
		path := fmt.Sprintf("/api/fridge/ingredient/%d/", addFridgeIngredient(t, c, "Leek", "Veg").ID)
		c.Call(t, http.MethodPatch, path, `{"quantity": "3"}`).Is(t, http.StatusOK)
		entries := journalOf(t, c)

		problem := undo(t, c, entries[1].ID, "").Is(t, http.StatusConflict).Problem(t)

		require.Equal(t, "changed_since", problem.Code)
		require.Contains(t, problem.Detail, fmt.Sprintf("Undo entry %d first", entries[0].ID))
		undo(t, c, entries[0].ID, "").Is(t, http.StatusOK)
		require.Equal(t, entries, journalOf(t, c)[1:])
		undo(t, c, entries[1].ID, "").Is(t, http.StatusOK)
	})

	t.Run("OfAnEarlierEntryFollowsTheUndoOfTheLaterOnes", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "undo-earlier")
		path := fmt.Sprintf("/api/fridge/ingredient/%d/", addFridgeIngredient(t, c, "Leek", "Veg").ID)
		for _, quantity := range []string{"4", "3", "2"} {
			c.Call(t, http.MethodPatch, path, map[string]any{"quantity": quantity}).Is(t, http.StatusOK)
		}
		entries := journalOf(t, c)
		for i, quantity := range []string{"3", "4"} {
			undo(t, c, entries[i].ID, "?part=batch").Is(t, http.StatusOK)
			require.Equal(t, entries[i].ID, *journalOf(t, c)[0].Undoes)
			require.Contains(t, c.Call(t, http.MethodGet, path, nil).Text, fmt.Sprintf(`"quantity":"%s"`, quantity))
		}
		problem := undo(t, c, entries[0].ID, "").Is(t, http.StatusConflict).Problem(t)
		require.Contains(t, problem.Detail, fmt.Sprintf("Undo entry %d first", journalOf(t, c)[0].ID))
		problem = undo(t, c, entries[3].ID, "").Is(t, http.StatusConflict).Problem(t)
		require.Contains(t, problem.Detail, fmt.Sprintf("Undo entry %d first", entries[2].ID))
		undo(t, c, entries[2].ID, "").Is(t, http.StatusOK)

		undo(t, c, entries[3].ID, "").Is(t, http.StatusOK)

		require.Equal(t, `{"ingredient_list":{}}`+"\n", c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
	})

	t.Run("OfARestoredIngredientLetsItBeDeletedAgain", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "undo-delete")
		path := fmt.Sprintf("/api/fridge/ingredient/%d/", addFridgeIngredient(t, c, "Leek", "Veg").ID)
		c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)
		undo(t, c, journalOf(t, c)[0].ID, "").Is(t, http.StatusOK)
		c.Call(t, http.MethodGet, path, nil).Is(t, http.StatusOK)
		c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)
		c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)
	})
}

func TestExpiring(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "expiring")
	for name, day := range map[string]string{"Milk": "2026-03-04", "Cream": "2026-03-01", "Cheese": "2026-03-05", "Rice": ""} {
		c.Call(t, http.MethodPost, "/api/fridge/ingredient/", fmt.Sprintf(`{"name": %q, "group": "G", "best_before": %q}`, name, day)).Is(t, http.StatusCreated)
	}
	const path = "/api/fridge/expiring/?today=2026-03-02"
	list := c.Call(t, http.MethodGet, path+"&days=2", nil).Is(t, http.StatusOK)
	var names []string
	for _, e := range apitest.Decode[[]models.ExpiringIngredient](t, list) {
		names = append(names, fmt.Sprint(e.Name, " ", e.Overdue))
	}
	require.Equal(t, []string{"Cream true", "Milk false"}, names)
	require.Len(t, apitest.Decode[[]models.ExpiringIngredient](t, c.Call(t, http.MethodGet, path, nil)), 3)
	require.Len(t, apitest.Decode[[]models.ExpiringIngredient](t, c.Call(t, http.MethodGet, "/api/fridge/expiring/?today=9999-12-31&days=36500", nil)), 3)
	tag := list.Header.Get("ETag")
	c.Do(t, http.MethodGet, path+"&days=2", "", "Authorization: Bearer "+c.Access, "If-None-Match: "+tag).Is(t, http.StatusNotModified)
	c.Do(t, http.MethodGet, path, "", "Authorization: Bearer "+c.Access, "If-None-Match: "+tag).Is(t, http.StatusOK)
}

func TestAnExportHasTheJournalAndAnImportIsAnEntry(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	from, to := s.User(t, "journal-export"), s.User(t, "journal-import")
	from.Call(t, http.MethodPost, "/api/fridge/ingredient/",
		`{"name": "Flour", "group": "Dry", "quantity": "2 kg", "best_before": "2026-12-01", "opened": "2026-11-02", "place": "cellar", "staple": true}`).Is(t, http.StatusCreated)
	file := from.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK)
	exported := apitest.Decode[models.Export](t, file)
	require.Equal(t, journalOf(t, from), exported.FridgeJournal)

	to.Call(t, http.MethodPost, importPath, file.Text).Is(t, http.StatusCreated)

	entries := journalOf(t, to)
	require.Len(t, entries, 1)
	require.EqualValues(t, "imported", entries[0].Kind)
	require.Equal(t, exported.FridgeJournal[0].After, entries[0].After)
	require.Equal(t, "2", entries[0].Added.Amount)
	undo(t, to, entries[0].ID, "?part=batch").Is(t, http.StatusOK)
	require.Empty(t, fridgeNames(t, to))
}

// changedSince undoes an entry of a journal that has a newer entry, with the id 1003.
func changedSince(t *testing.T, s *apitest.Server, c *apitest.Client) *apitest.Response {
	t.Helper()
	s.Exec(t, `alter table fridge_journal alter column id restart with 1002`)
	item := addFridgeIngredient(t, c, "Leek", "Freezer")
	c.Call(t, http.MethodPatch, fmt.Sprintf("/api/fridge/ingredient/%d/", item.ID), `{"group": "Veg"}`).Is(t, http.StatusOK)
	return c.Call(t, http.MethodPost, "/api/fridge/journal/1002/undo/", nil)
}
