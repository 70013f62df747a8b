// Package pgtest gives every test its own migrated database, on a private PostgreSQL that runs as long as
// the test binary. It works for root, too.
package pgtest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/postgres"
)

const template = "ocipe_template"

// cluster is started by the first test that needs it.
var cluster struct {
	once sync.Once
	dir  string
	pg   *localpg.Cluster
	err  error
}

// Main runs the tests and stops PostgreSQL if they started it. Call it from TestMain; exit with its result.
func Main(m interface{ Run() int }) int {
	code := m.Run()
	if cluster.pg != nil {
		if err := cluster.pg.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = 1
		}
	}
	if cluster.dir != "" {
		_ = os.RemoveAll(cluster.dir) // the system's temporary folder
	}
	return code
}

// DataDir returns a folder that PostgreSQL can reach even if it runs as another user than the tests: the
// folders of testing.T are closed to other users. It is removed after the test.
func DataDir(t testing.TB) string {
	t.Helper()
	dir, err := openFolder()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return filepath.Join(dir, "data")
}

func openFolder() (string, error) {
	dir, err := os.MkdirTemp("", "ocipe-test-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755) //nolint:gosec // as root, PostgreSQL runs as another user
}

func start() (err error) {
	if cluster.dir, err = openFolder(); err != nil {
		return err
	}
	ctx := context.Background()
	cluster.pg, err = localpg.Start(ctx, localpg.Config{Dir: filepath.Join(cluster.dir, "data"), Log: slog.New(slog.DiscardHandler), Unsafe: true})
	if err != nil {
		return err
	}
	if err := execute(ctx, cluster.pg.URL(), "create database "+template); err != nil {
		return err
	}
	db, err := openPatiently(urlOf(template))
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Migrate(ctx, slog.New(slog.DiscardHandler))
}

func execute(ctx context.Context, to, sql string) error {
	conn, err := pgx.Connect(ctx, to)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(ctx, sql)
	return err
}

// urlOf returns the connection string of another database of the cluster.
func urlOf(database string) string {
	u, err := url.Parse(cluster.pg.URL())
	if err != nil {
		panic(err) // localpg always returns a URL
	}
	u.Path = "/" + database
	return u.String()
}

var (
	createMu sync.Mutex // PostgreSQL makes one copy of a template at a time
	count    int
)

// Database is a migrated, empty database of one test.
type Database struct {
	URL  string        // with a query
	Pool *pgxpool.Pool // for data that a test writes or reads without the server
}

// New creates a database. It is dropped after the test.
func New(t testing.TB) *Database {
	t.Helper()
	return create(t, "template "+template)
}

// NewWithEncoding creates a database without tables in an encoding of PostgreSQL, such as LATIN1. It is dropped after the test.
func NewWithEncoding(t testing.TB, encoding string) *Database {
	t.Helper()
	return create(t, "template template0 locale 'C' encoding '"+encoding+"'")
}

func create(t testing.TB, options string) *Database {
	t.Helper()
	cluster.once.Do(func() { cluster.err = start() })
	require.NoError(t, cluster.err, "start PostgreSQL for the tests")
	ctx := context.Background()

	createMu.Lock()
	count++
	name := fmt.Sprintf("ocipe_%d", count)
	err := execute(ctx, cluster.pg.URL(), "create database "+name+" "+options)
	createMu.Unlock()
	require.NoError(t, err)

	d := &Database{URL: urlOf(name)}
	d.Pool, err = pgxpool.New(ctx, d.URL)
	require.NoError(t, err)
	t.Cleanup(func() {
		d.Pool.Close()
		require.NoError(t, execute(ctx, cluster.pg.URL(), "drop database "+name+" with (force)"))
	})
	return d
}

// Open opens the database as the server does. It is closed after the test. The pool has many connections, and calls wait for one
// forever, so that tests don't fail on a busy machine.
func (d *Database) Open(t testing.TB) *postgres.DB {
	t.Helper()
	db, err := openPatiently(d.URL)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func openPatiently(url string) (*postgres.DB, error) {
	db, err := postgres.Open(context.Background(), url+"&pool_max_conns=48&connect_timeout=3600")
	if err == nil {
		db.WaitForever()
	}
	return db, err
}

// Exec runs a statement. An error fails the test.
func (d *Database) Exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	_, err := d.Pool.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
}

// User creates an account that no password matches, with the versions that every account has, and returns its id.
func (d *Database) User(t testing.TB, username string) int64 {
	t.Helper()
	return d.Int(t, `with new_user as (
		insert into users (username, username_key, password_hash) values ($1, $1, '') returning id
	)
	insert into user_versions (user_id) select id from new_user returning user_id`, username)
}

// Eventually waits until the condition is true. It fails the test shortly before the deadline of the test binary: a shorter limit
// would test the speed of the machine.
func Eventually(t testing.TB, condition func() bool, msgAndArgs ...any) {
	t.Helper()
	const interval, reserve = 5 * time.Millisecond, 20 * time.Second // the reserve is for the other tests' output
	end := time.Time{}
	if limited, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, set := limited.Deadline(); set {
			end = deadline.Add(-reserve)
		}
	}
	for !condition() {
		if !end.IsZero() && time.Now().After(end) {
			require.Fail(t, "still not so when the time of all tests is up", msgAndArgs...)
		}
		time.Sleep(interval)
	}
}

// Int returns the number that a query returns.
func (d *Database) Int(t testing.TB, sql string, args ...any) (n int64) {
	t.Helper()
	require.NoError(t, d.Pool.QueryRow(context.Background(), sql, args...).Scan(&n))
	return n
}

// Name returns the name of the database.
func (d *Database) Name(t testing.TB) (name string) {
	t.Helper()
	require.NoError(t, d.Pool.QueryRow(context.Background(), "select current_database()").Scan(&name))
	return name
}
