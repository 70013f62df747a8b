package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestMove(t *testing.T) {
	t.Parallel()

	t.Run("GoesOneAfterTheOtherForOneUserOnEveryServer", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		one, two := f.Open(t), f.Open(t)
		errs, want := make([]error, 20), []string{}
		var wg sync.WaitGroup
		for i := range errs {
			d := one
			if i%2 == 0 {
				d = two
			}
			want = append(want, fmt.Sprintf("%02d", i))
			wg.Go(func() {
				errs[i] = d.Tx(t.Context(), func(q *db.Queries) error {
					if err := postgres.Move(t.Context(), q, f.user, postgres.Collections{}); err != nil {
						return err
					}
					names, err := q.ListFridgeItems(t.Context(), f.user)
					if err != nil {
						return err
					}
					_, err = f.put(t.Context(), q, fmt.Sprintf("%02d", len(names)))
					return err
				})
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, want, f.names(t), "each has seen what those before it put there")
	})

	t.Run("MovesTheVersionsThatAreToBeMoved", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		d := f.Open(t)
		versions := func() (all db.Collection) {
			require.NoError(t, d.Run(t.Context(), func(q *db.Queries) (err error) {
				all, err = q.GetCollections(t.Context(), f.user)
				return err
			}))
			return all
		}
		for i, changed := range []postgres.Collections{{Recipes: true}, {Fridge: true}, {Checklist: true}, {Plans: true}, {}} {
			before := versions()
			require.NoError(t, d.Run(t.Context(), func(q *db.Queries) error { return postgres.Move(t.Context(), q, f.user, changed) }))
			after := versions()
			greater := []bool{after.Recipes > before.Recipes, after.Fridge > before.Fridge, after.Checklist > before.Checklist, after.Plans > before.Plans}
			same := []bool{after.Recipes == before.Recipes, after.Fridge == before.Fridge, after.Checklist == before.Checklist, after.Plans == before.Plans}
			for n := range greater {
				require.Equal(t, []bool{n == i, n != i}, []bool{greater[n], same[n]}, "%+v", changed)
			}
		}
	})

	t.Run("GoesOnWhereTheClockWasAhead", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		f.Exec(t, `update collections set fridge = 1::bigint << 52`)
		require.NoError(t, f.Open(t).WriteAll(t.Context(), f.user, postgres.Collections{Fridge: true}, f.rename("a", "b")))
		require.EqualValues(t, 1<<52+1, f.Int(t, `select fridge from collections`))
	})

	t.Run("IsRefusedWhereTheAccountIsGone", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		err := f.Open(t).Run(t.Context(), func(q *db.Queries) error { return postgres.Move(t.Context(), q, f.user+1, postgres.Collections{}) })
		require.Equal(t, apperr.TokenNotValid, codeOf(err))
	})
}

// rename moves all of a group of the fridge to another.
func (f pantry) rename(from, to string) func(*db.Queries) error {
	return func(q *db.Queries) error {
		return q.RenameFridgeGroup(context.Background(), db.RenameFridgeGroupParams{UserID: f.user, GroupName: from, NewName: to})
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()

	t.Run("LetsNobodyElseWait", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		d := f.with(t, "pool_max_conns", "2")
		nothing := func(*db.Queries) error { return nil }
		errs := make([]error, 6)
		var wg sync.WaitGroup
		err := d.Write(t.Context(), f.user, func(*db.Queries) error {
			for i := range errs {
				started := make(chan struct{})
				wg.Go(func() {
					close(started)
					errs[i] = d.Write(t.Context(), f.user, nothing)
				})
				<-started
			}
			return d.Write(t.Context(), f.user+1, nothing) // with the only other connection
		})
		wg.Wait()
		require.NoError(t, errors.Join(append(errs, err)...))
	})

	t.Run("GivesUpItsTurnWithItsContext", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		d := f.Open(t)
		err := d.Write(t.Context(), f.user, func(*db.Queries) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return d.Write(ctx, f.user, func(*db.Queries) error { panic("it is not its turn") })
		})
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, d.Write(t.Context(), f.user, func(*db.Queries) error { return nil }))
	})
}

func TestWriteAll(t *testing.T) {
	t.Parallel()

	t.Run("SeesWhatWasWrittenWhileItWaited", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		one, two := f.Open(t), f.Open(t)
		var renamed error
		var wg sync.WaitGroup
		require.NoError(t, one.Tx(t.Context(), func(q *db.Queries) error {
			if err := postgres.Move(t.Context(), q, f.user, postgres.Collections{}); err != nil {
				return err
			}
			wg.Go(func() {
				renamed = two.WriteAll(t.Context(), f.user, postgres.Collections{Fridge: true}, f.rename("g", "h"))
			})
			f.waitFor(t, 1)
			_, err := f.put(t.Context(), q, "leek")
			return err
		}))
		wg.Wait()
		require.NoError(t, renamed)
		require.EqualValues(t, 1, f.Int(t, `select count(*) from fridge_items f join collections c on c.fridge = f.version where group_name = 'h'`))
	})

	t.Run("IsOneTransactionThatIsTriedAgain", func(t *testing.T) {
		t.Parallel()
		for _, atCommit := range []bool{false, true} {
			f := newPantry(t)
			d, calls := f.Open(t), 0
			require.NoError(t, d.Run(t.Context(), func(q *db.Queries) error { _, err := f.put(t.Context(), q, "leek"); return err }))
			before := f.Int(t, `select fridge from collections`)
			write := func() error {
				return d.WriteAll(t.Context(), f.user, postgres.Collections{Fridge: true}, func(q *db.Queries) error {
					calls++
					return f.rename("g", "h")(q)
				})
			}

			f.breakPuts(t, "23514", 1, atCommit)
			require.ErrorContains(t, write(), "on purpose")
			require.Equal(t, before, f.Int(t, `select fridge from collections`))
			require.EqualValues(t, 1, f.Int(t, `select count(*) from fridge_items where group_name = 'g'`))

			f.breakPuts(t, "40001", 3, atCommit)
			require.NoError(t, write())
			require.Equal(t, 5, calls)
			require.Less(t, before, f.Int(t, `select fridge from collections`))
			require.EqualValues(t, 1, f.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
		}
	})

	t.Run("TakesNoQueryOfManyRows", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		err := f.Open(t).WriteAll(t.Context(), f.user, postgres.Collections{}, func(q *db.Queries) error {
			_, err := q.ListFridgeItems(t.Context(), f.user)
			return err
		})
		require.ErrorContains(t, err, "many rows")
	})
}
