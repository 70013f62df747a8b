package backup

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestABackupDoesNotWaitForeverForALockedTable(t *testing.T) {
	t.Parallel()
	d := newFilled(t, newMigrated(t))
	tx, err := d.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(context.Background()) //nolint:errcheck // unlocks the table
	_, err = tx.Exec(t.Context(), "lock table recipes in access exclusive mode")
	require.NoError(t, err)

	_, err = Write(t.Context(), d.conn, io.Discard, Options{silenceLimit: 100 * time.Millisecond})

	require.ErrorContains(t, err, "the database has sent nothing for 100ms")
}

func TestOnlyTheDatabaseIsTooSilent(t *testing.T) {
	t.Parallel()
	const limit = 10 * time.Millisecond
	s := silence{}
	in, out := io.Pipe()
	written := make(chan error, 1)
	go func() {
		_, err := s.through(out).Write([]byte("row"))
		written <- err
	}()
	for s.writing.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, stop := s.watch(t.Context(), limit)
	defer stop()

	time.Sleep(10 * limit)
	require.NoError(t, ctx.Err(), "the file is written slowly")
	_, err := in.Read(make([]byte, 3))
	require.NoError(t, err)
	require.NoError(t, <-written)
	<-ctx.Done() // nothing is being written any more
	require.ErrorContains(t, context.Cause(ctx), "the database has sent nothing for 10ms")
}
