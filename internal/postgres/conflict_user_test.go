package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/fault"
)

func TestUserTx(t *testing.T) {
	t.Parallel()

	t.Run("GoesOneAfterTheOtherForOneUserOnEveryServer", func(t *testing.T) {
		t.Parallel()
		f := newFridge(t)
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
				errs[i] = d.UserTx(t.Context(), f.user, func(q *db.Queries) error {
					names, err := q.ListFridgeNames(t.Context(), f.user)
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

	t.Run("LetsNobodyElseWait", func(t *testing.T) {
		t.Parallel()
		f := newFridge(t)
		other := f.Int(t, `insert into users (username, username_key, password_hash) values ('b', 'b', 'h') returning id`)
		d := f.with(t, "pool_max_conns", "2")
		nothing := func(*db.Queries) error { return nil }
		errs := make([]error, 6)
		var wg sync.WaitGroup
		err := d.UserTx(t.Context(), f.user, func(*db.Queries) error {
			for i := range errs {
				started := make(chan struct{})
				wg.Go(func() {
					close(started)
					errs[i] = d.UserTx(t.Context(), f.user, nothing)
				})
				<-started
			}
			return d.UserTx(t.Context(), other, nothing) // with the only other connection
		})
		wg.Wait()
		require.NoError(t, errors.Join(append(errs, err)...))
	})

	t.Run("GivesUpItsTurnWithItsContext", func(t *testing.T) {
		t.Parallel()
		f := newFridge(t)
		d := f.Open(t)
		err := d.UserTx(t.Context(), f.user, func(*db.Queries) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return d.UserTx(ctx, f.user, func(*db.Queries) error { panic("it is not its turn") })
		})
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, d.UserTx(t.Context(), f.user, func(*db.Queries) error { return nil }))
	})

	t.Run("IsTriedAgain", func(t *testing.T) {
		t.Parallel()
		f := newFridge(t)
		f.breakPuts(t, "40001", 3, true)
		d, calls := f.Open(t), 0
		require.NoError(t, d.UserTx(t.Context(), f.user, func(q *db.Queries) error {
			calls++
			_, err := f.put(t.Context(), q, "leek")
			return err
		}))
		require.Equal(t, 4, calls)
		require.EqualValues(t, 1, f.rows(t))
	})

	t.Run("IsRefusedWhereTheAccountIsGone", func(t *testing.T) {
		t.Parallel()
		f := newFridge(t)
		err := f.Open(t).UserTx(t.Context(), f.user+1, func(*db.Queries) error { panic("there is no user") })
		require.Equal(t, fault.TokenNotValid, codeOf(err))
	})
}
