package postgres_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestCallsThatWaitForALockedTableMakeRoomForOthers fills all connections of a kind with calls that wait for a locked table and, for
// other reasons, with some that don't. The calls have so much time that they wouldn't be slow within the test.
func TestCallsThatWaitForALockedTableMakeRoomForOthers(t *testing.T) {
	t.Parallel()
	type query = func(*db.Queries) (int, error)
	for name, test := range map[string]struct {
		kind, kept int // the connections of the kind, and how many of them the calls of one name may keep
		call       func(ctx context.Context, d *postgres.DB, user int64, name string, q query) (int, error)
	}{
		"ReadsOfUsers":  {16, 4, postgres.ReadOne[int]},
		"WritesOfUsers": {10, 2, postgres.WriteOne[int]},
		"CallsOfNoUser": {8, 2, func(ctx context.Context, d *postgres.DB, _ int64, name string, q query) (int, error) {
			return postgres.QueryOne(ctx, d, name, q)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newOneUser(t)
			d := u.openWith(t, "pool_max_conns", "24")
			unlock := u.lockFridge(t)
			ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
			defer cancel()
			nothing := func(*db.Queries) (int, error) { return 0, nil }
			readFridge := func(q *db.Queries) (int, error) {
				_, err := q.GetFridgeItem(ctx, db.GetFridgeItemParams{})
				return 0, err
			}
			var running, busy sync.WaitGroup
			done := make(chan struct{})
			end := sync.OnceFunc(func() { close(done); unlock(); running.Wait() })
			defer end()
			busy.Add(test.kept + 1)
			for i := range test.kept + 1 {
				running.Go(func() {
					_, err := test.call(ctx, d, int64(i+1), "busy", func(*db.Queries) (int, error) {
						busy.Done()
						<-done
						return 0, nil
					})
					assert.NoError(t, err)
				})
			}
			busy.Wait()
			stuck := func(user int64) {
				for {
					_, _ = test.call(ctx, d, user, "stuck", readFridge) // fails, and is called again
					select {
					case <-done:
						return
					case <-time.After(time.Millisecond):
					}
				}
			}
			locked := test.kind - test.kept - 1
			for i := range locked {
				running.Go(func() { stuck(int64(i + 100)) })
			}
			u.waitForLockWaits(t, int64(locked))
			for i := range 20 { // they wait for connections, but not so many that others are rejected
				running.Go(func() { stuck(int64(i + 200)) })
			}

			// A call waits for a connection for up to 3 s, and those that wait for the table are rejected until a second after they were
			// last found waiting. A busy machine may exceed both.
			outcome := func(user int64, name string) error {
				_, err := test.call(ctx, d, user, name, nothing)
				return err
			}
			pgtest.Eventually(t, func() bool { return outcome(300, "other") == nil })
			pgtest.Eventually(t, func() bool { return outcome(301, "busy") == nil }) // these calls don't wait for the table
			pgtest.Eventually(t, func() bool {
				err := outcome(302, "stuck")
				return err != nil && strings.Contains(err.Error(), "stuck in the database")
			})

			end()
			pgtest.Eventually(t, func() bool { return outcome(303, "stuck") == nil })
		})
	}
}

// lockFridge locks the table of the fridge until unlock.
func (u oneUser) lockFridge(t *testing.T) (unlock func()) {
	t.Helper()
	tx, err := u.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), `lock table fridge_items in access exclusive mode`)
	require.NoError(t, err)
	unlock = sync.OnceFunc(func() { require.NoError(t, tx.Rollback(context.Background())) })
	t.Cleanup(unlock) // else closing the pool would wait
	return unlock
}
