package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/postgres"
)

// database is an open database and, if it is the private one, the server that runs it.
type database struct {
	*postgres.DB
	cluster *localpg.Cluster // nil: the database of OCIPE_DATABASE_URL
}

// privateWait returns how long a request waits for the private PostgreSQL while it restarts.
func (p *program) privateWait() time.Duration { return cmp.Or(p.restartTime, 5*time.Second) }

// openPrivate is [localpg.Start], or [localpg.Attach] for commands that also work while a server runs.
type openPrivate func(context.Context, localpg.Config) (*localpg.Cluster, error)

// openDatabase opens and migrates the database of OCIPE_DATABASE_URL, for which it waits at most for wait, or the private database if
// the setting is empty. The caller must call closeDatabase.
func (p *program) openDatabase(ctx context.Context, open openPrivate, wait time.Duration) (*database, error) {
	return p.openAndPrepare(ctx, open, wait, func(db *postgres.DB) error { return db.Migrate(ctx, p.log) })
}

// openWithoutMigration is openDatabase without the migration.
func (p *program) openWithoutMigration(ctx context.Context, open openPrivate) (*database, error) {
	return p.openAndPrepare(ctx, open, 0, func(*postgres.DB) error { return nil })
}

func (p *program) openAndPrepare(ctx context.Context, open openPrivate, wait time.Duration, prepare func(*postgres.DB) error) (*database, error) {
	if url := p.settings.DatabaseURL; url != "" {
		db, err := p.openURL(ctx, url, wait, prepare)
		if err != nil {
			return nil, fmt.Errorf("OCIPE_DATABASE_URL: %w", err)
		}
		return &database{DB: db}, nil
	}
	cluster, err := open(ctx, localpg.Config{Dir: p.settings.DataDir, Log: p.log})
	if errors.Is(err, localpg.ErrNoCluster) {
		err = fmt.Errorf("%w; start the server first (ocipe serve), or name its data folder with --data-dir", err)
	}
	if err != nil {
		return nil, fmt.Errorf("OCIPE_DATA_DIR: %w", err)
	}
	db, err := p.openURL(ctx, cluster.URL(), p.privateWait(), prepare)
	if err != nil {
		return nil, errors.Join(err, cluster.StopWithin(p.stop.remaining(privateUntil)))
	}
	db.RetryFor(p.privateWait())
	return &database{DB: db, cluster: cluster}, nil
}

func (p *program) openURL(ctx context.Context, url string, wait time.Duration, prepare func(*postgres.DB) error) (*postgres.DB, error) {
	db, err := postgres.Open(ctx, url, p.traces.database()...)
	if err != nil {
		return nil, err
	}
	db.Program = version()
	db.LogTo(p.log)
	if err := p.waitAndPrepare(ctx, db, wait, prepare); err != nil {
		db.CloseWithin(p.stop.remaining(closeUntil))
		return nil, err
	}
	return db, nil
}

// waitAndPrepare waits for the database, adapts to a connection pooler, and prepares the schema. It waits again for up to wait if the
// database becomes unavailable meanwhile.
func (p *program) waitAndPrepare(ctx context.Context, db *postgres.DB, wait time.Duration, prepare func(*postgres.DB) error) error {
	if err := db.WaitFor(ctx, wait, p.log); err != nil {
		return err
	}
	// The database may fail just after it has accepted a connection.
	return postgres.Repeat(ctx, wait, p.log, func() error {
		if _, err := db.FindPooler(ctx, p.log); err != nil {
			return err
		}
		return prepare(db)
	})
}
