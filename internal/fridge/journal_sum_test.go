package fridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// house is a user with a fridge.
type house struct {
	*rapid.T
	database *pgtest.Database
	db       *postgres.DB
	fridge   *fridge.Service
	user     int64
	seen     map[string]int
}

// TestTheFridgeIsTheSumOfItsJournal makes random changes to a fridge and adds up the journal after each change. It also checks that an
// undo, and the undo of an undo, restore every column.
func TestTheFridgeIsTheSumOfItsJournal(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	d := database.Open(t)
	seen, users := map[string]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		users++
		h := house{rt, database, d, &fridge.Service{DB: d}, database.User(t, fmt.Sprintf("cook%d", users)), seen}
		for range 12 {
			h.step()
			h.requireSum()
		}
	})
	for _, kind := range []string{"add", "change", "delete", "rename a group", "delete a group", "import", "undo", "undo of several", "undo of an undo", "refused"} {
		require.Positive(t, seen[kind], "%q was never seen: %v", kind, seen)
	}
}

var groups = []string{"Veg", "veg", "Freezer", "Door"}

// step makes a change, and sometimes undoes it.
func (h house) step() {
	before := h.snapshot()
	newest := h.newest()
	kind := rapid.SampledFrom([]string{"add", "add", "add", "change", "change", "delete", "rename a group", "delete a group", "import", "undo"}).Draw(h.T, "step")
	h.change(kind)
	if h.newest() == newest || !rapid.Bool().Draw(h.T, "undo it") {
		return
	}
	changed := h.snapshot()
	done, err := h.fridge.Undo(h.Context(), h.user, h.newest(), true, nil)
	require.NoError(h, err)
	require.Equal(h, before, h.snapshot(), "after the undo of %s", kind)
	h.seen["undo"]++
	if done.Undone > 1 {
		h.seen["undo of several"]++
	}
	if rapid.Bool().Draw(h.T, "redo it") {
		_, err := h.fridge.Undo(h.Context(), h.user, done.Entry, true, nil)
		require.NoError(h, err)
		require.Equal(h, changed, h.snapshot(), "after the undo of the undo of %s", kind)
		h.seen["undo of an undo"]++
	}
}

func (h house) change(kind string) {
	ctx, group := h.Context(), rapid.SampledFrom(groups).Draw(h.T, "group")
	h.seen[kind]++
	switch kind {
	case "add":
		_, err := h.fridge.Add(ctx, h.user, nil, fridge.Input{Name: "flour", Group: group, Details: h.details()})
		require.NoError(h, err)
	case "change":
		if id := h.anyItem(); id > 0 {
			_, err := h.fridge.Update(ctx, h.user, id, nil, fridge.Patch{Group: &group, Details: h.details()})
			require.NoError(h, err)
		}
	case "delete":
		if id := h.anyItem(); id > 0 {
			require.NoError(h, h.fridge.Delete(ctx, h.user, id, nil))
		}
	case "rename a group":
		require.NoError(h, h.fridge.RenameGroup(ctx, h.user, group, rapid.SampledFrom(groups).Draw(h.T, "new name")))
	case "delete a group":
		require.NoError(h, h.fridge.DeleteGroup(ctx, h.user, group))
	case "import":
		h.receive(ctx, group)
	case "undo": // of any entry, even if its ingredient has a newer one
		entries := h.entries()
		if len(entries) > 0 {
			h.undoAny(rapid.SampledFrom(entries).Draw(h.T, "entry"))
		}
	}
}

func (h house) undoAny(e fridge.Entry) {
	before := h.snapshot()
	_, err := h.fridge.Undo(h.Context(), h.user, e.ID, rapid.Bool().Draw(h.T, "batch"), nil)
	if err != nil {
		refused, ok := errors.AsType[*apperr.Error](err)
		require.True(h, ok, "%v", err)
		require.Equal(h, apperr.ChangedSince, refused.Code)
		require.Equal(h, before, h.snapshot())
		h.seen["refused"]++
	}
}

// receive imports two ingredients of another account.
func (h house) receive(ctx context.Context, group string) {
	require.NoError(h, h.db.WriteTx(ctx, h.user, func(q *db.Queries) error {
		if err := postgres.BumpVersions(ctx, q, h.user, postgres.Lists{Fridge: true}); err != nil {
			return err
		}
		ids, err := q.NewIDs(ctx, db.NewIDsParams{TableName: "fridge_items", Count: 2})
		if err != nil {
			return err
		}
		r := fridge.Receiver{Queries: q, UserID: h.user}
		for _, id := range ids {
			if err := r.Add(ctx, fridge.Transferred{ID: id, Input: fridge.Input{Name: "rice", Group: group, Details: h.details()}}); err != nil {
				return err
			}
		}
		return r.Flush(ctx)
	}))
}

// details draws details to set or to remove.
func (h house) details() (d fridge.Details) {
	maybe := func(of string) bool { return rapid.Bool().Draw(h.T, of) }
	if maybe("a quantity") {
		d.Quantity = new(rapid.SampledFrom([]string{"750 g", "1500 g", "250 g", "", "some \"more\""}).Draw(h.T, "quantity"))
	}
	if maybe("a date") {
		d.BestBefore = new(rapid.SampledFrom([]string{"2026-03-01", "9999-12-31", "0001-01-01", ""}).Draw(h.T, "best before"))
	}
	if maybe("a day") {
		d.Opened = new(rapid.SampledFrom([]string{"2026-02-28", ""}).Draw(h.T, "opened"))
	}
	if maybe("a place") {
		d.Place = new(rapid.SampledFrom([]string{"door", "🧊 \\", ""}).Draw(h.T, "place"))
	}
	if maybe("a staple") {
		d.Staple = new(rapid.Bool().Draw(h.T, "staple"))
	}
	return d
}

// snapshot returns the rows of the fridge with all columns except the version. For rows whose id is recorded as deleted, it also
// returns "deleted" and the id.
func (h house) snapshot() []string {
	rows, err := h.database.Pool.Query(h.Context(), `
		select (to_jsonb(f) - 'version')::text from fridge_items f where f.user_id = $1
		union all select 'deleted ' || d.id from deleted_ids d where d.user_id = $1 and exists (select from fridge_items f where f.user_id = $1 and f.id = d.id)`, h.user)
	require.NoError(h, err)
	var all []string
	for rows.Next() {
		var one string
		require.NoError(h, rows.Scan(&one))
		all = append(all, one)
	}
	require.NoError(h, rows.Err())
	slices.Sort(all)
	return all
}

func (h house) anyItem() int64 {
	list, err := h.fridge.List(h.Context(), h.user, nil)
	require.NoError(h, err)
	if len(list.Items) == 0 {
		return 0
	}
	return rapid.SampledFrom(list.Items).Draw(h.T, "item").ID
}

func (h house) entries() []fridge.Entry {
	journal, err := h.fridge.Journal(h.Context(), h.user, page.Request{}, nil)
	require.NoError(h, err)
	return journal.Entries
}

func (h house) newest() int64 {
	if entries := h.entries(); len(entries) > 0 {
		return entries[0].ID
	}
	return 0
}

// requireSum adds up the journal from the oldest entry, and compares the last states and the sum of the grams with the fridge.
func (h house) requireSum() {
	states, grams := map[int64]string{}, int64(0)
	for _, e := range slices.Backward(h.entries()) {
		require.Equal(h, states[e.ItemID], e.Before, "the entry %d begins where the one before it ended", e.ID)
		require.NotEqual(h, e.Before, e.After)
		states[e.ItemID] = e.After
		grams += gramsOf(h, e.After) - gramsOf(h, e.Before)
	}
	list, err := h.fridge.List(h.Context(), h.user, nil)
	require.NoError(h, err)
	stock := int64(0)
	for _, i := range list.Items {
		name, err := json.Marshal(i.Name)
		require.NoError(h, err)
		want := fmt.Sprintf(`{"name":%s,"group":%q}`, name, i.Group)
		if i.Details != "" {
			want = strings.TrimSuffix(want, "}") + "," + i.Details[1:]
			stock += gramsOf(h, i.Details)
		}
		require.JSONEq(h, want, states[i.ID])
		delete(states, i.ID)
	}
	for id, state := range states {
		require.Empty(h, state, "the ingredient %d is gone", id)
	}
	require.Equal(h, stock, grams)
}

func gramsOf(t require.TestingT, state string) int64 {
	var s struct{ Quantity string }
	if state != "" {
		require.NoError(t, json.Unmarshal([]byte(state), &s))
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s.Quantity, " g"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
