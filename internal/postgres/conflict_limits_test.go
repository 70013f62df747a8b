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

// breakPuts makes PostgreSQL raise an error whenever something is put into the fridge or changed there, until it has done
// so often.
func (f pantry) breakPuts(t *testing.T, code string, often int, atCommit bool) {
	t.Helper()
	f.Exec(t, `drop sequence if exists raised`)
	f.Exec(t, `create sequence raised`) // it counts, however the transaction ends
	f.Exec(t, fmt.Sprintf(`create or replace function fail() returns trigger language plpgsql as $$ begin
		if nextval('raised') <= %d then raise exception 'on purpose' using errcode = '%s'; end if;
		return new;
	end $$`, often, code))
	f.Exec(t, `drop trigger if exists fail on fridge_items`)
	moment := `create trigger fail before insert or update on fridge_items`
	if atCommit {
		moment = `create constraint trigger fail after insert or update on fridge_items deferrable initially deferred`
	}
	f.Exec(t, moment+` for each row execute function fail()`)
}

// tryPut puts something into the fridge by one statement, or by a transaction of two, and counts the calls. What comes
// of it is told to then.
func (f pantry) tryPut(ctx context.Context, t *testing.T, inTx bool, then func()) (calls int, err error) {
	t.Helper()
	d := f.Open(t)
	run := d.Run
	if inTx {
		run = d.Tx
	}
	err = run(ctx, func(q *db.Queries) error {
		calls++
		if inTx {
			_, err := q.CreateGroceryItems(ctx, db.CreateGroceryItemsParams{UserID: f.user, Items: []string{"first"}})
			require.NoError(t, err)
		}
		_, err := f.put(ctx, q, "leek")
		then()
		return err
	})
	return calls, err
}

// rows counts what [pantry.tryPut] has written.
func (f pantry) rows(t *testing.T) int64 {
	t.Helper()
	return f.Int(t, `select (select count(*) from fridge_items) + (select count(*) from grocery_items)`)
}

// codeOf is the code of a fault; empty: it is none.
func codeOf(err error) apperr.Code {
	if f, ok := errors.AsType[*apperr.Error](err); ok {
		return f.Code
	}
	return ""
}

// eachWay runs a test with one statement and with a transaction, where PostgreSQL fails at once and at commit.
func eachWay(t *testing.T, test func(t *testing.T, inTx, atCommit bool)) {
	t.Helper()
	for way := range 4 {
		inTx, atCommit := way&1 != 0, way&2 != 0
		t.Run(fmt.Sprintf("InATransaction=%t,AtCommit=%t", inTx, atCommit), func(t *testing.T) {
			t.Parallel()
			test(t, inTx, atCommit)
		})
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()

	t.Run("SucceedsAtTheFourthTry", func(t *testing.T) {
		t.Parallel()
		eachWay(t, func(t *testing.T, inTx, atCommit bool) {
			f := newPantry(t)
			f.breakPuts(t, "40001", 3, atCommit)
			calls, err := f.tryPut(t.Context(), t, inTx, func() {})
			require.NoError(t, err)
			require.Equal(t, 4, calls)
			require.Equal(t, map[bool]int64{false: 1, true: 2}[inTx], f.rows(t), "of the last try alone")
		})
	})

	t.Run("FailsAfterTheFourthTry", func(t *testing.T) {
		t.Parallel()
		eachWay(t, func(t *testing.T, inTx, atCommit bool) {
			f := newPantry(t)
			f.breakPuts(t, "40P01", 1000, atCommit)
			calls, err := f.tryPut(t.Context(), t, inTx, func() {})
			require.Equal(t, 4, calls)
			failure, ok := errors.AsType[*apperr.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, apperr.Overloaded, failure.Code)
			require.Positive(t, failure.RetryAfter)
			require.ErrorContains(t, failure.Cause, "40P01")
			require.Zero(t, f.rows(t))
		})
	})

	t.Run("EndsWithItsContext", func(t *testing.T) {
		t.Parallel()
		eachWay(t, func(t *testing.T, inTx, atCommit bool) {
			f := newPantry(t)
			f.breakPuts(t, "40001", 1000, atCommit)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			calls, err := f.tryPut(ctx, t, inTx, cancel)
			require.Error(t, err)
			require.Equal(t, 1, calls)
			require.Zero(t, f.rows(t))
		})
	})

	t.Run("IsNothingElse", func(t *testing.T) {
		t.Parallel()
		eachWay(t, func(t *testing.T, inTx, atCommit bool) {
			f := newPantry(t)
			for code, want := range map[string]apperr.Code{
				"23505": "", "23503": "", "23514": "", "55P03": "", "P0001": "", "XX000": "", // none of these passes by itself
				"40003": apperr.Unavailable, "53400": apperr.Unavailable, "57014": apperr.Unavailable, "25006": apperr.Unavailable,
			} {
				f.breakPuts(t, code, 1000, atCommit)
				calls, err := f.tryPut(t.Context(), t, inTx, func() {})
				require.Equal(t, 1, calls, code)
				require.Equal(t, want, codeOf(err), code)
				pg, ok := errors.AsType[*pgconn.PgError](err)
				require.True(t, ok, "the log learns what it was")
				require.Equal(t, code, pg.Code)
				require.Zero(t, f.rows(t))
			}
		})
	})
}

// TestAnAccountIsDeletedMeanwhile reads and writes what belongs to a user who is no more.
func TestAnAccountIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newPantry(t)
	d, ctx, nobody := f.Open(t), t.Context(), f.user+1
	shelves, basket, book := &fridge.Service{DB: d}, &grocery.Service{DB: d}, &recipe.Service{DB: d}
	for name, act := range map[string]func() error{
		"add to the fridge":      func() error { _, err := shelves.Add(ctx, nobody, "leek", "g"); return err },
		"write on the checklist": func() error { _, err := basket.Add(ctx, nobody, "milk"); return err },
		"create a recipe": func() error {
			_, err := book.Create(ctx, nobody, recipe.Input{Frequency: "rarely", State: "used"})
			return err
		},
		"plan":                func() error { _, err := basket.Plan(ctx, nobody, []int64{1}); return err },
		"empty the checklist": func() error { return basket.DeleteAll(ctx, nobody) },
		"list the fridge":     func() error { _, _, err := shelves.List(ctx, nobody, nil); return err },
		"see that all is as it was": func() error {
			_, _, err := shelves.List(ctx, nobody, []int64{1})
			return err
		},
	} {
		require.Equal(t, apperr.TokenNotValid, codeOf(act()), name)
	}
	require.Equal(t, apperr.NotFound, codeOf(shelves.Delete(ctx, nobody, 1, nil)))
	require.Zero(t, f.rows(t))
}
