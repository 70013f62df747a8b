package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/postgres"
)

// database is an open database and, if it is the private one, the server that runs it.
type database struct {
	*postgres.DB
	cluster *localpg.Cluster // nil: the database of OCIPE_DATABASE_URL
}

// openPrivate is [localpg.Start], or [localpg.Attach] for commands that work beside a running server.
type openPrivate func(context.Context, localpg.Config) (*localpg.Cluster, error)

// openDatabase opens the database of OCIPE_DATABASE_URL or, if that is empty, the private one, and migrates it. The caller
// must call close.
func (p *program) openDatabase(ctx context.Context, open openPrivate) (*database, error) {
	if url := p.settings.DatabaseURL; url != "" {
		db, err := p.migrated(ctx, url)
		if err != nil {
			return nil, fmt.Errorf("OCIPE_DATABASE_URL: %w", err)
		}
		return &database{DB: db}, nil
	}
	cluster, err := open(ctx, localpg.Config{Dir: p.settings.DataDir, Log: p.log})
	if err != nil {
		return nil, fmt.Errorf("OCIPE_DATA_DIR: %w", err)
	}
	db, err := p.migrated(ctx, cluster.URL())
	if err != nil {
		return nil, errors.Join(err, cluster.Stop())
	}
	return &database{DB: db, cluster: cluster}, nil
}

func (p *program) migrated(ctx context.Context, url string) (*postgres.DB, error) {
	db, err := postgres.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, p.log); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// close closes the connections and stops the private server.
func (d *database) close() error {
	d.Close()
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Stop()
}

// exited is closed when the private server has ended by itself. It is nil, which blocks forever, for other databases.
func (d *database) exited() <-chan struct{} {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Exited()
}
