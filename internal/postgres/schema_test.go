package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/pressly/goose/v3/lock"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestASchemaThatTheProgramCannotServeIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sql string
		is        error
		says      []string // parts of the error
	}{
		{
			"Newer", `insert into goose_db_version (version_id, is_applied) values (99, true);
				update schema_window set oldest_program = 98, migrated_by = 'v9.9.0'`,
			postgres.ErrNewerSchema, []string{"schema version 99", "ocipe v9.9.0", "v0.0.1 has schema version", "restore the dump"},
		},
		{
			"NewerWithoutAWindow", `insert into goose_db_version (version_id, is_applied) values (99, true); drop table schema_window`,
			postgres.ErrNewerSchema, []string{"schema version 99", "a newer program"},
		},
		{
			"OfAnotherApplication", `drop schema public cascade; create schema public; create table django_migrations (id int)`,
			postgres.ErrForeignSchema, []string{"django_migrations", "createdb"},
		},
		{
			"OfAnotherApplicationWithGoose", `drop schema public cascade; create schema public;
				create table goose_db_version (id serial, version_id bigint, is_applied boolean);
				insert into goose_db_version (version_id, is_applied) values (0, true), (1, true), (2, true)`,
			postgres.ErrBrokenSchema, []string{"users", "another application"},
		},
		{
			"OfAnotherApplicationWithGooseAndDates", `drop schema public cascade; create schema public; create table orders (id int);
				create table goose_db_version (id serial, version_id bigint, is_applied boolean);
				insert into goose_db_version (version_id, is_applied) values (0, true), (20240101120000, true)`,
			postgres.ErrForeignSchema, []string{"orders", "createdb"},
		},
		{
			"WithoutItsVersions", `drop table goose_db_version`,
			postgres.ErrForeignSchema, []string{"goose_db_version is missing", "restore the whole dump"},
		},
		{
			"WithoutATable", `drop table fridge_items cascade`,
			postgres.ErrBrokenSchema, []string{"fridge_items, fridge_items_by_user", "restored only in part"},
		},
		{
			"WithoutATrigger", `drop trigger session_revoked on sessions`,
			postgres.ErrBrokenSchema, []string{"session_revoked"},
		},
		{
			"WithoutAFunction", `drop function contains_word`,
			postgres.ErrBrokenSchema, []string{"contains_word"},
		},
		{
			"WithAGap", `delete from goose_db_version where version_id = 3`,
			postgres.ErrBrokenSchema, []string{"migration 3 was not applied"},
		},
		{
			"WithoutAWindow", `delete from schema_window`, nil, []string{"which programs may serve"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			database := pgtest.New(t)
			database.Exec(t, c.sql)
			tables := database.Int(t, countTables)
			d := database.Open(t)
			d.Program = "v0.0.1"

			_, checked := d.CheckSchema(t.Context())
			err := d.Migrate(t.Context(), slog.New(slog.DiscardHandler))

			for _, err := range []error{checked, err} {
				require.Error(t, err)
				if c.is != nil {
					require.ErrorIs(t, err, c.is)
				}
				for _, part := range c.says {
					require.ErrorContains(t, err, part)
				}
			}
			require.Equal(t, tables, database.Int(t, countTables), "nothing has changed")
		})
	}
}

const countTables = `select count(*) from pg_class where relnamespace = 'public'::regnamespace`

func TestANewerSchemaThatMayBeServedIsServed(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	database.Exec(t, `insert into goose_db_version (version_id, is_applied) values (99, true)`)
	database.Exec(t, `create table later (id int); drop index recipes_by_name`)
	database.Exec(t, `update schema_window set oldest_program = $1`, postgres.SchemaVersion())
	logs := &pgtest.Logs{}

	require.NoError(t, database.Open(t).Migrate(t.Context(), slog.New(slog.NewTextHandler(logs, nil))))

	require.Contains(t, logs.String(), "schema=99")
}

func TestAMigrationSaysWhoMigrated(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	database.Exec(t, `drop schema public cascade; create schema public`)
	d := database.Open(t)
	d.Program = "v0.0.1"
	empty, err := d.CheckSchema(t.Context())
	require.NoError(t, err)
	require.Zero(t, empty.Version)

	require.NoError(t, d.Migrate(t.Context(), slog.New(slog.DiscardHandler)))

	s, err := d.CheckSchema(t.Context())
	require.NoError(t, err)
	require.Equal(t, "v0.0.1", s.MigratedBy)
	require.Equal(t, postgres.SchemaVersion(), s.Version)
	require.LessOrEqual(t, s.OldestProgram, s.Version)
}

func TestAMigrationAllowsForTheTablesOfExtensionsAndOtherSchemas(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	database.Exec(t, `drop schema public cascade; create schema public; create schema other; create table other.users (id int);
		create view public.numbers as select 1 as one`)
	require.NoError(t, database.Open(t).Migrate(t.Context(), slog.New(slog.DiscardHandler)))
}

func TestARoleWithoutRightsIsToldWhatItNeeds(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	database.Exec(t, `drop schema public cascade; create schema public; create role "reader`+database.Name(t)+`" login`)
	t.Cleanup(func() { database.Exec(t, `drop role "reader`+database.Name(t)+`"`) })
	d := oneUser{Database: database}.openWith(t, "user", "reader"+database.Name(t))

	err := d.Migrate(t.Context(), slog.New(slog.DiscardHandler))

	require.ErrorContains(t, err, "must own the database")
}

// TestAWaitForAMigrationIsLogged holds the migration lock, and then a lock on a table that a migration changes.
func TestAWaitForAMigrationIsLogged(t *testing.T) {
	t.Parallel()
	for name, hold := range map[string]string{
		"OfAnotherServer":  fmt.Sprintf("select pg_advisory_xact_lock(%d)", lock.DefaultLockID),
		"OfATable":         `lock table goose_db_version in access exclusive mode`,
		"DuringAMigration": `create table users ()`, // the migration waits to see whether the name is taken
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := pgtest.New(t)
			if name == "DuringAMigration" {
				database.Exec(t, `drop schema public cascade; create schema public`)
			}
			tx, err := database.Pool.Begin(t.Context())
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), hold)
			require.NoError(t, err)
			logs := &pgtest.Logs{}
			migrated := make(chan error, 1)
			d := database.Open(t)
			go func() { migrated <- d.Migrate(context.Background(), slog.New(slog.NewTextHandler(logs, nil))) }()

			pgtest.Eventually(t, func() bool { return strings.Contains(logs.String(), "waits for a lock") }, "the wait is logged")
			require.NoError(t, tx.Rollback(t.Context()))

			require.NoError(t, <-migrated)
			require.Contains(t, logs.String(), "pg_terminate_backend(")
			require.Equal(t, 1, strings.Count(logs.String(), "level=WARN"), logs)
		})
	}
}
