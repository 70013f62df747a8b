package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestDeadline lets statements wait for a row that somebody else holds.
func TestDeadline(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(context.Context, *postgres.DB, pantry) error{
		"OfAStatement": func(ctx context.Context, d *postgres.DB, f pantry) error {
			return d.Run(ctx, func(q *db.Queries) error { _, err := q.RenameFridgeGroup(ctx, f.renaming()); return err })
		},
		"OfATransaction": func(ctx context.Context, d *postgres.DB, f pantry) error {
			return d.Tx(ctx, func(q *db.Queries) error { _, err := q.RenameFridgeGroup(ctx, f.renaming()); return err })
		},
		"OfTwoStatementsInOneTrip": func(ctx context.Context, d *postgres.DB, f pantry) error {
			return f.rename(ctx, d, postgres.Lists{Fridge: true})
		},
	} {
		t.Run(name+"EndsIt", func(t *testing.T) {
			t.Parallel()
			f := newPantry(t)
			d := f.with(t, "pool_max_conns", "1")
			release := f.hold(t)
			require.NoError(t, d.Run(t.Context(), func(*db.Queries) error { return nil }), "the connection is there")
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()

			require.Equal(t, apperr.Unavailable, codeOf(write(ctx, d, f)))

			release()
			require.NoError(t, write(t.Context(), d, f), "the only connection, or another one, works again")
			require.EqualValues(t, 1, f.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
		})

		t.Run(name+"IsNotWhenTheClientGoes", func(t *testing.T) {
			t.Parallel()
			f := newPantry(t)
			d := f.with(t, "pool_max_conns", "1")
			release := f.hold(t)
			client, leave := context.WithTimeout(t.Context(), time.Hour)
			defer leave()
			done := make(chan error)
			go func() { done <- write(client, d, f) }()
			f.waitFor(t, 1)
			leave()
			release()

			require.NoError(t, <-done)
			require.EqualValues(t, 1, f.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
			require.NoError(t, write(t.Context(), d, f))
		})
	}
}

// hold puts something into the fridge, and locks it until release.
func (f pantry) hold(t *testing.T) (release func()) {
	t.Helper()
	f.Exec(t, `insert into fridge_items (user_id, version, name, group_name) values ($1, 1, 'leek', 'g')`, f.user)
	tx, err := f.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), `select from fridge_items for update`)
	require.NoError(t, err)
	release = sync.OnceFunc(func() { require.NoError(t, tx.Rollback(context.Background())) })
	t.Cleanup(release) // else what closes the pool would wait for it
	return release
}
