package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/recipe"
)

// TestRetries aborts one statement, or a transaction of two, at once and at commit.
func TestRetries(t *testing.T) {
	t.Parallel()
	for way := range 4 {
		inTx, atCommit := way&1 != 0, way&2 != 0
		t.Run(fmt.Sprintf("InATransaction=%t,AtCommit=%t", inTx, atCommit), func(t *testing.T) {
			t.Parallel()
			u := newOneUser(t)

			u.failWrites(t, "40001", 3, atCommit)
			calls, err := u.write(t.Context(), t, inTx, func() {})
			require.NoError(t, err, "the fourth call succeeds")
			require.Equal(t, 4, calls)
			require.Equal(t, map[bool]int64{false: 1, true: 2}[inTx], u.rows(t), "of the last call alone")
			u.Exec(t, `truncate fridge_items, grocery_items`)

			u.failWrites(t, "40P01", 1000, atCommit)
			calls, err = u.write(t.Context(), t, inTx, func() {})
			require.Equal(t, 4, calls)
			overloaded, ok := errors.AsType[*apperr.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, apperr.Overloaded, overloaded.Code)
			require.Positive(t, overloaded.RetryAfter)
			require.ErrorContains(t, overloaded.Cause, "40P01")

			ctx, cancel := context.WithCancel(t.Context())
			calls, err = u.write(ctx, t, inTx, cancel)
			require.Error(t, err)
			require.Equal(t, 1, calls, "none after the context has ended")

			for code, want := range map[string]apperr.Code{
				"23505": "", "23503": "", "23514": "", "P0001": "", "XX000": "", // a second call would fail, too
				"55P03": apperr.Unavailable, "55006": apperr.Unavailable, "25P03": apperr.Unavailable, "40003": apperr.Unavailable, "53400": apperr.Unavailable, "57014": apperr.Unavailable, "25006": apperr.Unavailable,
			} {
				u.failWrites(t, code, 1000, atCommit)
				calls, err := u.write(t.Context(), t, inTx, func() {})
				require.Equal(t, 1, calls, code)
				require.Equal(t, want, codeOf(err), code)
				pg, ok := errors.AsType[*pgconn.PgError](err)
				require.True(t, ok, "the log has the cause")
				require.Equal(t, code, pg.Code)
			}
			require.Zero(t, u.rows(t), "an error leaves no row")
		})
	}
}

// failWrites makes the next writes to the fridge (times says how many) fail with an error code of PostgreSQL.
func (u oneUser) failWrites(t *testing.T, code string, times int, atCommit bool) {
	t.Helper()
	u.Exec(t, `drop sequence if exists failures`)
	u.Exec(t, `create sequence failures`) // a rollback doesn't reset it
	u.Exec(t, fmt.Sprintf(`create or replace function fail() returns trigger language plpgsql as $$ begin
		if nextval('failures') <= %d then raise exception 'on purpose' using errcode = '%s'; end if;
		return new;
	end $$`, times, code))
	u.Exec(t, `drop trigger if exists fail on fridge_items`)
	trigger := `create trigger fail before insert or update on fridge_items`
	if atCommit {
		trigger = `create constraint trigger fail after insert or update on fridge_items deferrable initially deferred`
	}
	u.Exec(t, trigger+` for each row execute function fail()`)
}

// write adds a row to the fridge, and in a transaction also one to the checklist. It calls then at the end of each try, and returns
// the number of tries.
func (u oneUser) write(ctx context.Context, t *testing.T, inTx bool, then func()) (calls int, err error) {
	t.Helper()
	d := u.Open(t)
	run := d.Run
	if inTx {
		run = d.Tx
	}
	err = run(ctx, func(q *db.Queries) error {
		calls++
		if inTx {
			_, err := q.CreateGroceryItems(ctx, db.CreateGroceryItemsParams{UserID: u.user, Items: []string{"first"}})
			require.NoError(t, err)
		}
		_, err := u.addFridgeItem(ctx, q, "leek")
		then()
		return err
	})
	return calls, err
}

func (u oneUser) rows(t *testing.T) int64 {
	t.Helper()
	return u.Int(t, `select (select count(*) from fridge_items) + (select count(*) from grocery_items)`)
}

// codeOf returns the code of an [apperr.Error], or "" for another error.
func codeOf(err error) apperr.Code {
	if e, ok := errors.AsType[*apperr.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestADeletedAccount(t *testing.T) {
	t.Parallel()
	u := newOneUser(t)
	d, ctx, nobody := u.Open(t), t.Context(), u.user+1
	fridges, groceries, recipes := &fridge.Service{DB: d}, &grocery.Service{DB: d}, &recipe.Service{DB: d}
	for name, call := range map[string]func() error{
		"add to the fridge": func() error {
			_, err := fridges.Add(ctx, nobody, nil, fridge.Input{Name: "leek", Group: "g"})
			return err
		},
		"add to the checklist": func() error { _, err := groceries.Add(ctx, nobody, nil, "milk"); return err },
		"create a recipe": func() error {
			_, err := recipes.Create(ctx, nobody, nil, recipe.Input{Frequency: "rarely", State: "used"})
			return err
		},
		"plan":                     func() error { _, err := groceries.Plan(ctx, nobody, nil, []int64{1}); return err },
		"delete the checklist":     func() error { return groceries.DeleteAll(ctx, nobody) },
		"list the fridge":          func() error { _, err := fridges.List(ctx, nobody, nil); return err },
		"list an unchanged fridge": func() error { _, err := fridges.List(ctx, nobody, []int64{1}); return err },
	} {
		require.Equal(t, apperr.TokenNotValid, codeOf(call()), name)
	}
	require.Equal(t, apperr.NotFound, codeOf(fridges.Delete(ctx, nobody, 1, nil)))
	require.Zero(t, u.rows(t))
}
