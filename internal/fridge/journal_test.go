package fridge_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	d := database.Open(t)
	shelves := &fridge.Service{DB: d}

	t.Run("RefusesEntriesThatDoNotAddUpAndChangesOfEntries", func(t *testing.T) {
		t.Parallel()
		user := database.User(t, "honest")
		item, err := shelves.Add(t.Context(), user, nil, fridge.Input{Name: "leek", Group: "Veg"})
		require.NoError(t, err)
		for _, sql := range []string{
			`insert into fridge_journal (user_id, batch, kind, item_id, before) select $1, 1, 'deleted', $2, after from fridge_journal where user_id = $1`,
			`insert into fridge_journal (user_id, batch, kind, item_id, before, after) select $1, 1, 'changed', $2, '{}', after from fridge_journal where user_id = $1`,
			`insert into fridge_journal (user_id, batch, kind, item_id, after) select $1, 1, 'added', $2 + 1, after from fridge_journal where user_id = $1`,
			`update fridge_journal set after = '{"name":"gold","group":"Veg"}' where user_id = $1 and item_id = $2`,
			`delete from fridge_journal where user_id = $1 and item_id = $2`,
		} {
			_, err := database.Pool.Exec(t.Context(), sql, user, item.ID)
			require.ErrorContains(t, err, "must add up", sql)
		}
	})

	t.Run("GoesWithTheAccount", func(t *testing.T) {
		t.Parallel()
		user := database.User(t, "leaver")
		_, err := shelves.Add(t.Context(), user, nil, fridge.Input{Name: "leek", Group: "Veg"})
		require.NoError(t, err)
		database.Exec(t, `delete from users where id = $1`, user)
		require.Zero(t, database.Int(t, `select count(*) from fridge_journal where user_id = $1`, user))
	})

	t.Run("ForgetsOldEntriesButNotTheLastOneOfAnIngredient", func(t *testing.T) {
		t.Parallel()
		user := database.User(t, "old")
		item, err := shelves.Add(t.Context(), user, nil, fridge.Input{Name: "leek", Group: "Veg"})
		require.NoError(t, err)
		_, err = shelves.Update(t.Context(), user, item.ID, nil, fridge.Patch{Name: new("leeks")})
		require.NoError(t, err)
		salt, err := shelves.Add(t.Context(), user, nil, fridge.Input{Name: "salt", Group: "Veg"})
		require.NoError(t, err)
		gone, err := shelves.Add(t.Context(), user, nil, fridge.Input{Name: "milk", Group: "Veg"})
		require.NoError(t, err)
		require.NoError(t, shelves.Delete(t.Context(), user, gone.ID, nil))
		last, err := shelves.Journal(t.Context(), user, page.Request{}, nil)
		require.NoError(t, err)
		require.Len(t, last.Entries, 5)
		tx, err := database.Pool.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), `set local session_replication_role = replica`) // disables triggers, one of which rejects this
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), `update fridge_journal set at = now() - interval '91 days' where user_id = $1`, user)
		require.NoError(t, err)
		require.NoError(t, tx.Commit(t.Context()))

		for i := 0; database.Int(t, `select count(*) from fridge_journal where user_id = $1 and at < now() - interval '90 days'`, user) > 1; i++ {
			require.Less(t, i, 1000, "old entries are never deleted")
			_, err := shelves.Update(t.Context(), user, item.ID, nil, fridge.Patch{Details: fridge.Details{Quantity: new(strconv.Itoa(i))}})
			require.NoError(t, err)
		}

		require.EqualValues(t, 1, database.Int(t, `select count(*) from fridge_journal where user_id = $1 and at < now() - interval '90 days' and item_id = $2`, user, salt.ID))
	})

	t.Run("HasPages", func(t *testing.T) {
		t.Parallel()
		user := database.User(t, "reader")
		for i := range 5 {
			_, err := shelves.Add(t.Context(), user, nil, fridge.Input{Name: strconv.Itoa(i), Group: "Veg"})
			require.NoError(t, err)
		}
		var names []string
		newest := int64(math.MaxInt64)
		for request := (page.Request{Limit: 2}); ; {
			j, err := shelves.Journal(t.Context(), user, request, nil)
			require.NoError(t, err)
			for _, e := range j.Entries {
				names = append(names, e.Name)
				require.Less(t, e.ID, newest)
				newest = e.ID
			}
			if request.Cursor = j.Next; j.Next == "" {
				break
			}
		}
		require.Equal(t, []string{"4", "3", "2", "1", "0"}, names)
	})
}
