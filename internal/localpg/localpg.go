// Package localpg runs a private PostgreSQL for one data folder: it finds the server's programs, creates the cluster, runs postgres as
// a child process on a Unix socket, restarts it if it ends unexpectedly, and stops it cleanly. PostgreSQL doesn't listen on TCP. If an
// Ocipe server was killed, the next start cleans up.
package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// ErrInUse is returned by [Start] if another Ocipe process uses the data folder.
var ErrInUse = errors.New("another Ocipe server or command already uses this data folder")

// ErrNoCluster is returned by [Attach] if no server has run on the data folder yet. The full text of the error has the absolute path.
var ErrNoCluster = errors.New("no server has run with this data folder yet")

// ErrNotInstalled is returned by [Start] and [Attach] if no usable PostgreSQL server is installed. The full text of the error is one
// line that says what to install on this operating system.
var ErrNotInstalled = errors.New("PostgreSQL 14 or newer is not installed")

// defaultAttachWait is the default of [Config.AttachWait]. A first start takes about 2 s.
const defaultAttachWait = 10 * time.Second

// Config configures a cluster. Only Dir is required.
type Config struct {
	// Dir is the data folder, absolute or relative. If it is missing, it is created with mode 0755, because the user that runs
	// PostgreSQL must be able to pass through it. The cluster inside has mode 0700. An existing folder keeps its owner and mode.
	Dir string

	// Log gets messages for the operator and PostgreSQL's own messages, without statements and values. Nil means no log.
	Log *slog.Logger

	// Unsafe trades durability for speed, and allows 1000 connections instead of 40. Use it only for tests: a crash of the machine may
	// destroy the cluster.
	Unsafe bool

	// AttachWait is how long [Attach] waits for the database of a server that is starting. Zero means 10 s.
	AttachWait time.Duration
}

// Cluster is a running PostgreSQL with the database ocipe. If PostgreSQL ends unexpectedly (it crashes or is killed), it is restarted
// at once, and after errors at growing intervals of up to 30 s, until Stop is called. Meanwhile connections fail. The log shows this.
type Cluster struct {
	url  string
	stop func(limit time.Duration) error
}

// Start locks the data folder, creates the cluster if there is none, ends processes that an earlier, killed server left running, and
// starts PostgreSQL. It returns once PostgreSQL accepts connections: after about 2 s the first time, 0.1 s later, and longer if
// PostgreSQL has to recover from a crash. The caller must call [Cluster.Stop].
//
// Canceling ctx ends a start in progress, but not a running cluster.
//
// It returns [ErrInUse] if another Ocipe process uses the data folder, and [ErrNotInstalled] if no usable PostgreSQL is installed. Any
// other error names the step: a folder that can't be used, a cluster of a major version that isn't installed, an earlier PostgreSQL
// that doesn't end within 30 s, or PostgreSQL's own reason for not starting. After an error, no process and no lock remain.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	dir, err := openFolder(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("opening the data folder: %w", err)
	}

	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}

	return startLocked(ctx, cfg, dir, lock)
}

// Attach is [Start] for a one-off command. It never creates a cluster or a folder. If a server runs on the data folder, Attach returns
// that server's cluster, and [Cluster.Stop] leaves it running. If none runs, Attach starts PostgreSQL like Start, and Stop stops it.
//
// It returns [ErrNoCluster] if no server has run on the data folder yet, and otherwise the errors of Start. It returns [ErrInUse] only
// if the running server's database isn't ready within [Config.AttachWait].
func Attach(ctx context.Context, cfg Config) (*Cluster, error) {
	dir, err := findFolder(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if !exists(filepath.Join(dir, lockFile)) && !hasCluster(dir) {
		return nil, noCluster(dir)
	}

	wait := cmp.Or(cfg.AttachWait, defaultAttachWait)
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()

	for {
		// Try the lock first each time: the server may end while this waits.
		lock, err := lockFolder(dir)
		if err == nil && !hasCluster(dir) {
			return nil, errors.Join(noCluster(dir), lock.Unlock())
		}
		if err == nil {
			return startLocked(ctx, cfg, dir, lock)
		}
		if !errors.Is(err, ErrInUse) {
			return nil, err
		}
		if url, ok := runningURL(ctx, dir); ok {
			return &Cluster{url: url, stop: func(time.Duration) error { return nil }}, nil
		}

		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the running server's database: %w", ctx.Err())
		case <-timeout.C:
			return nil, fmt.Errorf("the running server's database isn't ready after %v: %w", wait, err)
		case <-ticker.C:
		}
	}
}

// URL returns the connection string, for pgx, of the database ocipe as the user ocipe. The PG* environment variables don't change its
// meaning.
func (c *Cluster) URL() string { return c.url }

// Socket returns the folder of the cluster's Unix socket, which is the host for psql and pg_dump.
func (c *Cluster) Socket() string {
	u, err := url.Parse(c.url)
	if err != nil {
		return "" // can't happen: connectionURL writes valid URLs
	}
	return u.Query().Get("host")
}

// Stop ends PostgreSQL, closes its connections and releases the data folder. It usually takes well under a second, and at most 45 s. It
// may be called more than once; later calls wait for the first and return the same.
//
// It returns an error if PostgreSQL had to be killed or ended with an error. The data folder is released in that case, too, and the
// next [Start] recovers every committed row.
func (c *Cluster) Stop() error { return c.stop(stopTime) }

// StopWithin is [Cluster.Stop] with a shorter limit: PostgreSQL has three quarters of the limit to stop cleanly, and is then ended by
// force. It takes at most a second longer than the limit, unless the system can't end a process.
func (c *Cluster) StopWithin(limit time.Duration) error { return c.stop(limit) }

// startLocked is [Start] for a locked data folder. It releases the lock if it returns an error.
func startLocked(ctx context.Context, cfg Config, dir string, lock *flock.Flock) (*Cluster, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}

	loc, progs, err := findClusterAndPrograms(ctx, cfg.Log, dir)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	sock, err := makeSocketFolder(loc)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making the socket's folder: %w", err), lock.Unlock())
	}
	s, err := supervise(ctx, cfg.Log, func(ctx context.Context) (*server, error) {
		return startServer(ctx, cfg, progs, loc, sock)
	})
	if err != nil {
		return nil, errors.Join(err, sock.remove(), lock.Unlock())
	}
	return &Cluster{
		url: connectionURL(sock.dir, filepath.Join(loc.cluster, serviceFile)),
		stop: once(func(limit time.Duration) error {
			return errors.Join(s.stop(limit), sock.remove(), lock.Unlock())
		}),
	}, nil
}

// once returns a function that calls stop the first time, and returns its result every time.
func once(stop func(time.Duration) error) func(time.Duration) error {
	var first sync.Once
	var err error
	return func(limit time.Duration) error {
		first.Do(func() { err = stop(limit) })
		return err
	}
}

// startServer starts PostgreSQL for a locked data folder. It creates the cluster if there is none.
func startServer(ctx context.Context, cfg Config, progs programs, loc location, sock socket) (*server, error) {
	loc.exists = isFolder(loc.cluster)
	if err := takeOver(ctx, cfg.Log, loc, sock); err != nil {
		return nil, fmt.Errorf("ending an earlier run's PostgreSQL: %w", err)
	}
	removeUnfinished(ctx, cfg.Log, loc)
	if loc.exists {
		if err := checkPermissions(loc); err != nil {
			return nil, fmt.Errorf("checking the PostgreSQL cluster: %w", err)
		}
	} else {
		cfg.Log.Info("creating a PostgreSQL cluster for the first start, which takes a few seconds", "cluster", loc.cluster, "version", progs.major)
		if err := createCluster(ctx, progs, loc, cfg.Unsafe); err != nil {
			return nil, fmt.Errorf("creating the PostgreSQL cluster: %w", err)
		}
	}
	if err := writeServiceFile(loc.cluster); err != nil {
		return nil, fmt.Errorf("preparing connections: %w", err)
	}
	return runServer(ctx, cfg, progs, loc, sock)
}

// findClusterAndPrograms finds the cluster's location and the installed PostgreSQL that can run it.
func findClusterAndPrograms(ctx context.Context, log *slog.Logger, dir string) (location, programs, error) {
	user, err := serverUser()
	if err != nil {
		return location{}, programs{}, fmt.Errorf("choosing the user that PostgreSQL runs as: %w", err)
	}
	installed, err := findPrograms(ctx, user, programDirs())
	if err != nil {
		return location{}, programs{}, fmt.Errorf("looking for PostgreSQL: %w", err)
	}
	loc, err := findLocation(ctx, log, dir, user, installed[0])
	if err != nil {
		return location{}, programs{}, fmt.Errorf("choosing the cluster's place: %w", err)
	}
	progs, err := choosePrograms(installed, loc)
	if err != nil {
		return location{}, programs{}, fmt.Errorf("choosing among the installed PostgreSQL servers: %w", err)
	}
	return loc, progs, nil
}
