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

func TestBumpVersions(t *testing.T) {
	t.Parallel()

	t.Run("OrdersTheTransactionsOfAUserOnEveryServer", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		servers := []*postgres.DB{u.Open(t), u.Open(t)}
		_, err := u.addFridgeItem(t.Context(), db.New(u.Pool), "00") // the query returns null columns for an empty list
		require.NoError(t, err)
		errs, want := make([]error, 20), []string{"00"}
		var wg sync.WaitGroup
		for i := range errs {
			want = append(want, fmt.Sprintf("%02d", i+1))
			wg.Go(func() {
				errs[i] = servers[i%2].Tx(t.Context(), func(q *db.Queries) error {
					if err := postgres.BumpVersions(t.Context(), q, u.user, postgres.Lists{}); err != nil {
						return err
					}
					names, err := q.ListFridgeItems(t.Context(), u.user)
					if err != nil {
						return err
					}
					_, err = u.addFridgeItem(t.Context(), q, fmt.Sprintf("%02d", len(names)))
					return err
				})
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, want, u.fridgeNames(t), "each has seen the items of those before it")
	})

	t.Run("BumpsTheVersionsOfTheseListsAlone", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		d := u.Open(t)
		versions := func() (recipes, fridge, checklist, plans, foods int64) {
			require.NoError(t, u.Pool.QueryRow(t.Context(), `select recipes, fridge, checklist, plans, foods from user_versions`).
				Scan(&recipes, &fridge, &checklist, &plans, &foods))
			return recipes, fridge, checklist, plans, foods
		}
		for _, lists := range []postgres.Lists{{Recipes: true}, {Fridge: true}, {Checklist: true}, {Plans: true}, {Foods: true}, {}} {
			for _, bump := range []func() error{
				func() error {
					return d.Run(t.Context(), func(q *db.Queries) error { return postgres.BumpVersions(t.Context(), q, u.user, lists) })
				},
				func() error { return u.rename(t.Context(), d, lists) },
			} {
				recipes, fridge, checklist, plans, foods := versions()
				require.NoError(t, bump())
				recipes2, fridge2, checklist2, plans2, foods2 := versions()
				require.Equal(t, lists, postgres.Lists{Recipes: recipes2 > recipes, Fridge: fridge2 > fridge, Checklist: checklist2 > checklist, Plans: plans2 > plans, Foods: foods2 > foods})
				require.Equal(t, lists, postgres.Lists{Recipes: recipes2 != recipes, Fridge: fridge2 != fridge, Checklist: checklist2 != checklist, Plans: plans2 != plans, Foods: foods2 != foods})
			}
		}
	})

	t.Run("AddsOneIfTheClockIsBehind", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		u.Exec(t, `update user_versions set fridge = 1::bigint << 52`)
		require.NoError(t, u.rename(t.Context(), u.Open(t), postgres.Lists{Fridge: true}))
		require.EqualValues(t, 1<<52+1, u.Int(t, `select fridge from user_versions`))
	})

	t.Run("FailsIfTheAccountHasBeenDeleted", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		err := u.Open(t).Run(t.Context(), func(q *db.Queries) error {
			return postgres.BumpVersions(t.Context(), q, u.user+1, postgres.Lists{})
		})
		require.Equal(t, apperr.TokenNotValid, codeOf(err))
	})
}

// rename renames group g of the fridge to h, after it bumped the versions of lists.
func (u oneUser) rename(ctx context.Context, d *postgres.DB, lists postgres.Lists) error {
	_, err := postgres.BumpAndQuery(ctx, d, u.user, lists, (*db.Queries).RenameFridgeGroup, u.renameParams())
	return err
}

func (u oneUser) renameParams() db.RenameFridgeGroupParams {
	return db.RenameFridgeGroupParams{UserID: u.user, GroupKey: "g", NewName: "h", NewKey: "h"}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	nothing := func(*db.Queries) error { return nil }

	t.Run("HoldsNoConnectionWhileItWaitsForTheUser", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		d := u.openWith(t, "pool_max_conns", "2")
		errs := make([]error, 6)
		var wg sync.WaitGroup
		err := d.Write(t.Context(), u.user, func(*db.Queries) error {
			for i := range errs {
				started := make(chan struct{})
				wg.Go(func() {
					close(started)
					errs[i] = d.Write(t.Context(), u.user, nothing)
				})
				<-started
			}
			return d.Write(t.Context(), u.user+1, nothing) // with the only other connection
		})
		wg.Wait()
		require.NoError(t, errors.Join(append(errs, err)...))
	})

	t.Run("StopsWaitingWhenItsContextEnds", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		d := u.Open(t)
		err := d.Write(t.Context(), u.user, func(*db.Queries) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return d.Write(ctx, u.user, func(*db.Queries) error { panic("another write holds the lock") })
		})
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, d.Write(t.Context(), u.user, nothing))
	})
}

func TestBumpAndQuery(t *testing.T) {
	t.Parallel()

	t.Run("SeesRowsThatWereCommittedWhileItWaited", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		one, two := u.Open(t), u.Open(t)
		var renamed error
		var wg sync.WaitGroup
		require.NoError(t, one.Tx(t.Context(), func(q *db.Queries) error {
			if err := postgres.BumpVersions(t.Context(), q, u.user, postgres.Lists{}); err != nil {
				return err
			}
			wg.Go(func() { renamed = u.rename(t.Context(), two, postgres.Lists{Fridge: true}) })
			u.waitForLockWaits(t, 1)
			_, err := u.addFridgeItem(t.Context(), q, "leek")
			return err
		}))
		wg.Wait()
		require.NoError(t, renamed)
		require.EqualValues(t, 1, u.Int(t, `select count(*) from fridge_items f join user_versions v on v.fridge = f.version where group_name = 'h'`))
	})

	t.Run("IsOneTransactionThatIsTriedAgain", func(t *testing.T) {
		t.Parallel()
		for _, atCommit := range []bool{false, true} {
			u := newOneUser(t)
			d, calls := u.Open(t), 0
			require.NoError(t, d.Run(t.Context(), func(q *db.Queries) error { _, err := u.addFridgeItem(t.Context(), q, "leek"); return err }))
			before := u.Int(t, `select fridge from user_versions`)
			rename := func(q *db.Queries, ctx context.Context, params db.RenameFridgeGroupParams) (int64, error) {
				calls++
				return q.RenameFridgeGroup(ctx, params)
			}
			write := func() (int64, error) {
				return postgres.BumpAndQuery(t.Context(), d, u.user, postgres.Lists{Fridge: true}, rename, u.renameParams())
			}

			u.failWrites(t, "23514", 1, atCommit)
			_, err := write()
			require.ErrorContains(t, err, "on purpose")
			require.Equal(t, before, u.Int(t, `select fridge from user_versions`))
			require.EqualValues(t, 1, u.Int(t, `select count(*) from fridge_items where group_name = 'g'`))

			u.failWrites(t, "40001", 3, atCommit)
			renamed, err := write()
			require.NoError(t, err)
			require.EqualValues(t, 1, renamed)
			require.Equal(t, 5, calls)
			require.Less(t, before, u.Int(t, `select fridge from user_versions`))
			require.EqualValues(t, 1, u.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
		}
	})

	t.Run("TakesNoQueryOfManyRows", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		_, err := postgres.BumpAndQuery(t.Context(), u.Open(t), u.user, postgres.Lists{}, (*db.Queries).ListFridgeItems, u.user)
		require.ErrorContains(t, err, "many rows")
	})
}
