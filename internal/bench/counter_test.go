package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestCounter(t *testing.T) {
	t.Parallel()
	c, err := newCounter(t.Context(), filepath.Join(pgtest.DataDir(t), "sockets"), pgtest.New(t).URL)
	require.NoError(t, err)
	defer func() { require.NoError(t, c.close()) }()
	conn, err := pgx.Connect(t.Context(), c.url)
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // the counter's end is what counts
	one := func() error { return conn.QueryRow(t.Context(), `select $1::int`, 1).Scan(new(int)) }
	require.NoError(t, one(), "prepares")
	batch := &pgx.Batch{}
	batch.Queue(`select $1::int`, 1)
	batch.Queue(`select $1::int`, 2)

	for _, test := range []struct {
		name              string
		do                func() error
		statements, trips int64
	}{
		{"AStatementIsOneTrip", one, 1, 1},
		{"ATransactionIsThree", func() error { return pgx.BeginFunc(t.Context(), conn, func(pgx.Tx) error { return one() }) }, 3, 3},
		{"ABatchIsOneTrip", func() error { return conn.SendBatch(t.Context(), batch).Close() }, 2, 1},
		{"AnUnpreparedStatementIsTwoTrips", func() error { _, err := conn.Exec(t.Context(), `select $1::text`, "x"); return err }, 1, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			statements, trips := c.statements.Load(), c.trips.Load()

			require.NoError(t, test.do())

			require.Equal(t, test.statements, c.statements.Load()-statements, "statements")
			require.Equal(t, test.trips, c.trips.Load()-trips, "round trips")
		})
	}
}
