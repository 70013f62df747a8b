package backup

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/postgres"
)

// changed has the columns that a restore changes intentionally.
var changed = map[string][]string{"sessions": {"gen", "restored_gen"}}

func TestARestoredDatabaseHasEveryRowOfEveryTable(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{Program: "1.2.3"})

	s, err := Verify(bytes.NewReader(file), int64(len(file)), nil)
	require.NoError(t, err)
	require.Equal(t, "1.2.3", s.Program)
	require.Equal(t, postgres.SchemaVersion(), s.Schema)
	begun := to.at(t)
	done, err := to.restore(t, file)
	require.NoError(t, err)

	require.Equal(t, from.tables(t), to.tables(t))
	for _, table := range from.tables(t) {
		if slices.Contains(localTables, table) {
			continue
		}
		want := from.rows(t, table, changed[table]...)
		require.NotEmpty(t, want, "the fixture has no rows for the table %s: add them, so that its restore is tested", table)
		got := to.rows(t, table, changed[table]...)
		switch table {
		case "password_reset_codes":
			require.Empty(t, got, "they may have been used")
		case "restores":
			require.Subset(t, got, want)
			require.Len(t, got, len(want)+1)
		default:
			require.Equal(t, want, got, table)
		}
	}
	require.True(t, done.At.After(begun))
	require.False(t, to.at(t).Before(done.At), "tokens issued after the restore are not older than it")
	require.Equal(t, int64(3), done.Continued)
	require.Equal(t, int64(3), to.Int(t, "select count(*) from sessions where gen = 3 + $1 and restored_gen = 3", int64(idGap)))
}

func TestTheSchemaOfARestoreIsThatOfTheMigrations(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	_, err := to.restore(t, from.write(t, Options{}))
	require.NoError(t, err)
	for _, query := range []string{
		`select concat_ws(' ', table_name, column_name, data_type, column_default, is_nullable, is_identity, identity_generation) from information_schema.columns where table_schema = 'public'`,
		`select indexdef from pg_indexes where schemaname = 'public'`,
		`select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace`,
		`select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal`,
		`select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace`,
		`select version_id || ' ' || is_applied from goose_db_version`,
	} {
		require.ElementsMatch(t, from.strings(t, query), to.strings(t, query))
	}
	db := to.Open(t)
	require.NoError(t, db.Migrate(t.Context(), discard), "nothing is left to migrate")
}

// strings returns the rows of a query for one text column.
func (d database) strings(t *testing.T, query string) []string {
	t.Helper()
	rows, err := d.Pool.Query(t.Context(), query)
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

func TestABackupOfAnOlderSchemaIsMigrated(t *testing.T) {
	t.Parallel()
	for version := int64(1); version < postgres.SchemaVersion(); version++ {
		from := newAt(t, version)
		if from.Int(t, "select max(version_id) from goose_db_version") != version {
			continue // there is no migration with this number
		}
		from, to := newFilled(t, from), newEmpty(t)
		done, err := to.restore(t, from.write(t, Options{}))
		require.NoError(t, err)
		require.Equal(t, int64(3), done.Continued)
		require.Equal(t, from.rows(t, "users"), to.rows(t, "users"))
		require.Equal(t, postgres.SchemaVersion(), to.Int(t, "select max(version_id) from goose_db_version"))
	}
}

func TestIDsAreNotHandedOutAgain(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{})
	_, err := to.restore(t, file)
	require.NoError(t, err)
	for sequence := range slices.Values(to.strings(t, "select sequencename from pg_sequences where sequencename not like 'goose%'")) {
		lost := from.Int(t, "select nextval($1::regclass)", sequence)
		require.Greater(t, to.Int(t, "select nextval($1::regclass)", sequence), lost+idGap/2, sequence)
	}
	require.Less(t, to.Int(t, "insert into users (username, username_key, password_hash) values ('d', 'd', '') returning id"), int64(1)<<53)
}

func TestARestoreCanEndAllSessions(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{})
	done, err := Restore(t.Context(), to.conn, bytes.NewReader(file), 0, RestoreOptions{EndSessions: true})
	require.NoError(t, err)
	require.Equal(t, int64(3), done.Ended)
	require.Zero(t, to.Int(t, "select count(*) from sessions where revoked_at is null"))
}

func TestABackupIsTheStateOfOneMoment(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	first := true
	file := from.write(t, Options{Progress: func(string, int64, int64) {
		if first { // the snapshot has been taken
			from.Exec(t, "delete from users where username = 'Ben'")
			from.Exec(t, "insert into users (username, username_key, password_hash) values ('later', 'later', '')")
		}
		first = false
	}})
	_, err := to.restore(t, file)
	require.NoError(t, err)
	require.Equal(t, []string{"Ben", "Carla", "Grand-mère"}, to.strings(t, "select username from users order by 1"))
	require.Positive(t, to.Int(t, "select count(*) from fridge_items where user_id = 2"))
}

func TestOnlyOneScheduledBackupRuns(t *testing.T) {
	t.Parallel()
	d := newFilled(t, newMigrated(t))
	other := connect(t, d.Database)
	busy := errors.New("not tried")
	d.write(t, Options{Exclusive: true, Progress: func(string, int64, int64) {
		_, busy = Write(t.Context(), other.conn, io.Discard, Options{Exclusive: true})
	}})
	require.ErrorIs(t, busy, ErrBusy)
	other.write(t, Options{Exclusive: true})
}

func TestFinishingAnotherToolsRestore(t *testing.T) {
	t.Parallel()
	d := newFilled(t, newMigrated(t))
	before := d.Int(t, "select last_value from users_id_seq")
	var at time.Time
	require.NoError(t, pgx.BeginFunc(t.Context(), d.conn, func(tx pgx.Tx) error {
		done, err := Finish(t.Context(), tx, nil, false)
		at = done.At
		return err
	}))
	require.Equal(t, before+idGap, d.Int(t, "select last_value from users_id_seq"))
	require.Equal(t, int64(1), d.Int(t, "select count(*) from restores where restored_at = $1 and backup_at is null", at))
}
