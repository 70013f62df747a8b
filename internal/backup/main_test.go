package backup

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// database is a database of a test with a connection for backups.
type database struct {
	*pgtest.Database
	conn *pgx.Conn
}

func connect(t *testing.T, d *pgtest.Database) database {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.URL)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	return database{d, conn}
}

// newMigrated returns a database with the newest schema and no rows.
func newMigrated(t *testing.T) database {
	t.Helper()
	return connect(t, pgtest.New(t))
}

// newEmpty returns a database without a schema.
func newEmpty(t *testing.T) database {
	t.Helper()
	d := pgtest.New(t)
	d.Exec(t, "drop schema public cascade")
	d.Exec(t, "create schema public")
	return connect(t, d)
}

// newAt returns a database with the schema of an earlier version.
func newAt(t *testing.T, version int64) database {
	t.Helper()
	d := newEmpty(t)
	require.NoError(t, pgx.BeginFunc(t.Context(), d.conn, func(tx pgx.Tx) error {
		return postgres.MigrateIn(t.Context(), tx, 0, version)
	}))
	return d
}

// write returns a backup of the database.
func (d database) write(t *testing.T, o Options) []byte {
	t.Helper()
	var file bytes.Buffer
	s, err := Write(t.Context(), d.conn, &file, o)
	require.NoError(t, err)
	require.Equal(t, int64(file.Len()), s.Bytes)
	require.Equal(t, hexSum(file.Bytes()), s.SHA256)
	return file.Bytes()
}

// restore restores a backup without verifying it first.
func (d database) restore(t *testing.T, file []byte) (Restored, error) {
	t.Helper()
	return Restore(t.Context(), d.conn, bytes.NewReader(file), int64(len(file)), RestoreOptions{})
}

// rows returns all rows of a table as text, sorted, without these columns.
func (d database) rows(t *testing.T, table string, without ...string) []string {
	t.Helper()
	var columns string
	require.NoError(t, d.Pool.QueryRow(t.Context(), `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
		where table_schema = 'public' and table_name = $1 and column_name <> all ($2)`, table, append([]string{}, without...)).Scan(&columns))
	rows, err := d.Pool.Query(t.Context(), fmt.Sprintf("select row(%s)::text from %s order by 1", columns, pgx.Identifier{table}.Sanitize()))
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return all
}

// tables returns the names of the tables, from the catalog.
func (d database) tables(t *testing.T) []string {
	t.Helper()
	rows, err := d.Pool.Query(t.Context(), "select tablename from pg_tables where schemaname = 'public' order by 1")
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return all
}

// at returns the time of the database's clock.
func (d database) at(t *testing.T) (now time.Time) {
	t.Helper()
	require.NoError(t, d.Pool.QueryRow(t.Context(), "select clock_timestamp()").Scan(&now))
	return now
}
