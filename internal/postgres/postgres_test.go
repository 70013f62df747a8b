package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestPostgreSQLUnderstandsEveryQuery runs each generated method with zero values, because sqlc doesn't check everything in a query.
func TestPostgreSQLUnderstandsEveryQuery(t *testing.T) {
	t.Parallel()
	d := pgtest.New(t).Open(t)
	methods := reflect.TypeFor[*db.Queries]()
	for i := range methods.NumMethod() {
		method := methods.Method(i)
		if method.Name == "WithTx" {
			continue
		}
		t.Run(method.Name, func(t *testing.T) {
			t.Parallel()
			err := d.Tx(t.Context(), func(q *db.Queries) error {
				args := []reflect.Value{reflect.ValueOf(q), reflect.ValueOf(t.Context())}
				for n := 2; n < method.Type.NumIn(); n++ {
					args = append(args, reflect.Zero(method.Type.In(n)))
				}
				results := method.Func.Call(args)
				err, _ := results[len(results)-1].Interface().(error)
				return errors.Join(err, errRollback)
			})
			var pg *pgconn.PgError
			if errors.As(err, &pg) {
				require.True(t, strings.HasPrefix(pg.Code, "23"), "only a constraint may reject zero values: %v", pg)
			}
			require.ErrorIs(t, err, errRollback)
		})
	}
}

var errRollback = errors.New("roll back")

func TestTx(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	d := database.Open(t)

	t.Run("ChangesNothingIfItFails", func(t *testing.T) {
		err := d.Tx(t.Context(), func(q *db.Queries) error {
			_, err := q.CreateUser(t.Context(), db.CreateUserParams{Username: "a", UsernameKey: "a", PasswordHash: "h"})
			require.NoError(t, err)
			return errRollback
		})
		require.ErrorIs(t, err, errRollback)
		require.Zero(t, database.Int(t, `select count(*) from users`))
	})

	t.Run("DistinguishesAnUnavailableDatabaseFromAFailedStatement", func(t *testing.T) {
		unavailable, err := postgres.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none")
		require.NoError(t, err)
		defer unavailable.Close()
		probe := func(q *db.Queries) error { _, err := q.Probe(t.Context()); return err }
		for _, err := range []error{unavailable.Run(t.Context(), probe), unavailable.Tx(t.Context(), probe)} {
			f, ok := errors.AsType[*apperr.Error](err)
			require.True(t, ok)
			require.Equal(t, apperr.Unavailable, f.Code)
			require.Positive(t, f.RetryAfter)
		}
		err = d.Run(t.Context(), func(q *db.Queries) error {
			_, err := q.SetPassword(t.Context(), db.SetPasswordParams{})
			return errors.Join(err, errRollback)
		})
		_, ok := errors.AsType[*apperr.Error](err)
		require.False(t, ok)
	})

	t.Run("PassesItsContextToTheStatement", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Run(ctx, func(q *db.Queries) error {
			cancel()
			_, err := q.Probe(ctx)
			return err
		})
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestMigrate(t *testing.T) {
	t.Parallel()

	t.Run("SeveralServersAtOnceMigrateOnce", func(t *testing.T) {
		t.Parallel()
		database := pgtest.New(t)
		database.Exec(t, `drop schema public cascade`)
		database.Exec(t, `create schema public`)
		outcomes := make([]error, 4)
		var wg sync.WaitGroup
		for i := range outcomes {
			d := database.Open(t)
			wg.Go(func() { outcomes[i] = d.Migrate(context.Background(), slog.New(slog.DiscardHandler)) })
		}
		wg.Wait()

		require.NoError(t, errors.Join(outcomes...))
		require.EqualValues(t, 1, database.Int(t, `select count(*) from goose_db_version where version_id = 2`))
	})

	t.Run("NamesTheMigrationThatFailed", func(t *testing.T) {
		t.Parallel()
		database := pgtest.New(t)
		database.Exec(t, `delete from goose_db_version where version_id >= 2`)
		err := database.Open(t).Migrate(t.Context(), slog.New(slog.DiscardHandler))
		require.ErrorContains(t, err, "version:2")
	})
}

func TestOpen(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), "postgres://user:secret@host:port/x")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}

// TestOneRequestFailsAfterAnOutage closes all connections at once, like a restart of PostgreSQL.
func TestOneRequestFailsAfterAnOutage(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	d := database.Open(t)
	ask := func(meanwhile func()) error {
		return d.Run(t.Context(), func(q *db.Queries) error {
			meanwhile()
			_, err := q.Probe(t.Context())
			return err
		})
	}
	const connections = 8
	errs := make([]error, connections)
	var open, asked sync.WaitGroup
	open.Add(connections)
	for i := range connections {
		asked.Go(func() {
			errs[i] = ask(func() {
				open.Done()
				open.Wait()
			})
		})
	}
	asked.Wait()
	require.NoError(t, errors.Join(errs...))
	const ours = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = 'ocipe'`
	require.EqualValues(t, connections, database.Int(t, `select count(*) `+ours))
	database.Exec(t, `select pg_terminate_backend(pid) `+ours)

	failed := 0
	for range 2 * connections {
		if ask(func() {}) != nil {
			failed++
		}
	}
	require.LessOrEqual(t, failed, 1)
}
