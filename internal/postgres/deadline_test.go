package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestDeadline lets statements wait for a row that another transaction has locked.
func TestDeadline(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(context.Context, *postgres.DB, oneUser) error{
		"OfAStatement": func(ctx context.Context, d *postgres.DB, u oneUser) error {
			return d.Run(ctx, func(q *db.Queries) error { _, err := q.RenameFridgeGroup(ctx, u.renameParams()); return err })
		},
		"OfATransaction": func(ctx context.Context, d *postgres.DB, u oneUser) error {
			return d.Tx(ctx, func(q *db.Queries) error { _, err := q.RenameFridgeGroup(ctx, u.renameParams()); return err })
		},
		"OfTwoStatementsInOneTrip": func(ctx context.Context, d *postgres.DB, u oneUser) error {
			return u.rename(ctx, d, postgres.Lists{Fridge: true})
		},
	} {
		t.Run(name+"EndsIt", func(t *testing.T) {
			t.Parallel()
			u := newOneUser(t)
			d := u.openWith(t, "pool_max_conns", "1")
			release := u.lockFridgeItem(t)
			require.NoError(t, d.Run(t.Context(), func(*db.Queries) error { return nil }), "the connection is open")
			ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second) // on a busy machine, the statement begins late
			defer cancel()

			require.Equal(t, apperr.Unavailable, codeOf(write(ctx, d, u)))

			release()
			require.NoError(t, write(t.Context(), d, u), "the pool has a working connection")
			require.EqualValues(t, 1, u.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
		})

		t.Run(name+"IsKeptWhenTheClientDisconnects", func(t *testing.T) {
			t.Parallel()
			u := newOneUser(t)
			d := u.openWith(t, "pool_max_conns", "1")
			release := u.lockFridgeItem(t)
			client, disconnect := context.WithTimeout(t.Context(), time.Hour)
			defer disconnect()
			done := make(chan error)
			go func() { done <- write(client, d, u) }()
			u.waitForLockWaits(t, 1)
			disconnect()
			release()

			require.NoError(t, <-done)
			require.EqualValues(t, 1, u.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
			require.NoError(t, write(t.Context(), d, u))
		})
	}
}

// lockFridgeItem adds a row to the fridge and locks it until release.
func (u oneUser) lockFridgeItem(t *testing.T) (release func()) {
	t.Helper()
	u.Exec(t, `insert into fridge_items (user_id, version, name, group_name, group_key) values ($1, 1, 'leek', 'g', 'g')`, u.user)
	tx, err := u.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), `select from fridge_items for update`)
	require.NoError(t, err)
	release = sync.OnceFunc(func() { require.NoError(t, tx.Rollback(context.Background())) })
	t.Cleanup(release) // else closing the pool would wait
	return release
}

func TestWaitingForAConnectionEndsWithTheContext(t *testing.T) {
	t.Parallel()
	u := newOneUser(t)
	d := u.openWith(t, "pool_max_conns", "1")
	nothing := func(*db.Queries) error { return nil }
	require.NoError(t, d.Run(t.Context(), func(*db.Queries) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, d.Run(ctx, nothing), context.DeadlineExceeded)
		assert.Equal(t, apperr.Overloaded, codeOf(d.Run(t.Context(), nothing)), "after 3 s")
		return nil
	}))
}
