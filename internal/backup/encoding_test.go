package backup

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestABackupOfADatabaseInAnotherEncodingHasItsTexts uses databases as earlier versions of Ocipe have created them.
func TestABackupOfADatabaseInAnotherEncodingHasItsTexts(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			from, to := connect(t, pgtest.NewWithEncoding(t, encoding)), newEmpty(t)
			require.NoError(t, pgx.BeginFunc(t.Context(), from.conn, func(tx pgx.Tx) error {
				return postgres.MigrateIn(t.Context(), tx, 0, postgres.SchemaVersion())
			}))
			from.Exec(t, `insert into users (username, username_key, password_hash) values ($1, $1, '')`, "Łukasz 🧂")

			_, err := to.restore(t, from.write(t, Options{}))

			require.NoError(t, err)
			require.Equal(t, []string{"Łukasz 🧂"}, to.strings(t, "select username from users"))
		})
	}
}

func TestARestoreIntoAnotherEncodingIsRefused(t *testing.T) {
	t.Parallel()
	file := newMigrated(t).write(t, Options{})
	to := connect(t, pgtest.NewWithEncoding(t, "LATIN1"))

	_, err := to.restore(t, file)

	require.ErrorIs(t, err, postgres.ErrEncoding)
	require.Empty(t, to.tables(t), "nothing was restored")
}
