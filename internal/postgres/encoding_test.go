package postgres_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestADatabaseInAnotherEncodingIsRefused(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			database := pgtest.NewWithEncoding(t, encoding)

			err := database.Open(t).Migrate(t.Context(), slog.New(slog.DiscardHandler))

			require.ErrorIs(t, err, postgres.ErrEncoding)
			require.ErrorContains(t, err, encoding)
			require.ErrorContains(t, err, "createdb -E UTF8")
			require.Zero(t, database.Int(t, countTables), "nothing has changed")
		})
	}
}
