package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	"github.com/ocipe/ocipe/api"
	usecases "github.com/ocipe/ocipe/internal/app"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/token"
)

const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 75 * time.Second // reading, which begins at the same time, and the longest operation: a slow body is still answered
	idleTimeout       = 2 * time.Minute
	drainTimeout      = 10 * time.Second // for requests under way when the server is asked to stop
)

// app is what every command works with.
type app struct {
	settings *settings
	std      streams
	clock    func() time.Time
	log      *slog.Logger
}

// database is an open database and, if it is our own, the server that runs it.
type database struct {
	*postgres.DB
	cluster *localpg.Cluster // nil: somebody else's
}

// openDatabase opens the database that the settings name, or with own the private one, and brings its schema
// up to date.
func (a *app) openDatabase(ctx context.Context, own func(context.Context, localpg.Config) (*localpg.Cluster, error)) (*database, error) {
	d, url := &database{}, a.settings.DatabaseURL
	if url == "" {
		var err error
		if d.cluster, err = own(ctx, localpg.Config{Dir: a.settings.DataDir, Log: a.log}); err != nil {
			return nil, fmt.Errorf("OCIPE_DATA_DIR: %w", err)
		}
		url = d.cluster.URL()
	}
	var err error
	if d.DB, err = postgres.Open(ctx, url); err != nil {
		if d.cluster == nil {
			err = fmt.Errorf("OCIPE_DATABASE_URL: %w", err)
		}
		return nil, errors.Join(err, d.stop())
	}
	if err := d.Migrate(ctx, a.log); err != nil {
		if d.cluster == nil {
			err = fmt.Errorf("OCIPE_DATABASE_URL: %w", err)
		}
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// close closes the connections and stops our own server.
func (d *database) close() error {
	d.Close()
	return d.stop()
}

func (d *database) stop() error {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Stop()
}

// exited is closed when our own PostgreSQL has ended by itself; nil, which blocks for ever, for another's.
func (d *database) exited() <-chan struct{} {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Exited()
}

type serveCommand struct{}

// Run serves until ctx ends; then it finishes the requests under way, and stops its own PostgreSQL. It returns no
// error when it is asked to stop, also while it is still starting.
func (c serveCommand) Run(ctx context.Context, a *app) error {
	err := c.serve(ctx, a)
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		a.log.InfoContext(ctx, "stopped")
		return nil
	}
	return err
}

// logDelay is how long a line of the log may wait for others, to be written together: a write for each costs a request more
// than to make the line. What is lost if the program is killed is no more than that; and the lines of requests that the stop
// breaks off.
const logDelay = 200 * time.Millisecond

// requestLog is the log for what requests have to say: its lines are delayed, unless they go to a terminal. flush writes
// those that are left.
func (a *app) requestLog() (log *slog.Logger, flush func()) {
	f, ok := a.std.logs.(*os.File)
	if !ok || term.IsTerminal(int(f.Fd())) {
		return a.log, func() {}
	}
	lines := &zapcore.BufferedWriteSyncer{
		WS:            zapcore.AddSync(lossy{f}),
		Size:          64 << 10,
		FlushInterval: logDelay,
	}
	return newLogger(lines, a.settings.LogLevel), func() { _ = lines.Stop() } // there is nowhere to say that it failed
}

// lossy is a writer that never fails: what a full disk doesn't take is lost, and not all that comes after it too.
type lossy struct{ io.Writer }

// Write writes what it can.
func (l lossy) Write(b []byte) (int, error) {
	_, _ = l.Writer.Write(b)
	return len(b), nil
}

func (serveCommand) serve(ctx context.Context, a *app) (err error) {
	if warning := a.settings.cookieWarning(); warning != "" {
		a.log.WarnContext(ctx, warning)
	}
	stopProfiles, err := a.serveProfiles(ctx) // first: a start can be profiled too
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopProfiles()) }()
	db, err := a.openDatabase(ctx, localpg.Start)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if db.cluster != nil {
		a.log.InfoContext(ctx, "the private PostgreSQL runs", "socket", db.cluster.Socket())
	}
	log, flush := a.requestLog()
	defer flush()
	server, err := a.assemble(ctx, db.DB, log)
	if err != nil {
		return fmt.Errorf("set up the server: %w", err)
	}
	handler, err := server.Handler()
	if err != nil {
		return fmt.Errorf("set up the routes: %w", err)
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() { server.Work(work) })
	defer background.Wait()
	defer stop()
	return a.listen(ctx, handler, db.exited())
}

func (a *app) assemble(ctx context.Context, db *postgres.DB, log *slog.Logger) (*api.Server, error) {
	s := a.settings
	if err := os.MkdirAll(filepath.Dir(s.keysFile()), 0o755); err != nil {
		return nil, fmt.Errorf("OCIPE_KEYS_FILE: make its folder: %w", err)
	}
	uses, err := usecases.New(ctx, usecases.Config{
		DB: db, Keys: token.File{Path: s.keysFile()}, Clock: a.clock, Log: log, PublicURL: s.PublicURL,
		Sessions: session.Settings{
			AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, Grace: s.RefreshGrace, Max: s.SessionMax,
		},
		PasswordMin: s.PasswordMin, RegistrationsPerHour: s.RegistrationsPerHour,
	})
	if err != nil {
		return nil, err
	}
	return api.New(ctx, uses, api.Config{
		Contract: contract, Clock: a.clock, Log: log, Version: version(), PublicURL: s.PublicURL, AllowedOrigins: s.AllowedOrigins,
		TrustedProxies: s.trustedProxies(), CookiePartitioned: s.CookiePartitioned, Compression: api.Compression(s.Compression),
	})
}

func (a *app) passwordPolicy() password.Policy {
	return password.Policy{MinLength: a.settings.PasswordMin}
}

// listen serves until ctx ends or the database does.
func (a *app) listen(ctx context.Context, handler http.Handler, databaseExited <-chan struct{}) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.settings.Addr)
	if err != nil {
		return fmt.Errorf("OCIPE_ADDR: %w; stop the program that listens there, or choose another address", err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: api.MaxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * is an unknown path like any other
		// What net/http would say of a client's broken connection helps nobody.
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	a.log.InfoContext(ctx, "Ocipe serves; its documentation is at /docs/", "address", listener.Addr().String(), "public_url", a.settings.PublicURL.String())
	select {
	case err = <-served:
		return fmt.Errorf("serve: %w", err)
	case <-databaseExited:
		err = errors.New("the private PostgreSQL ended by itself; the log says why, and the next start recovers it")
	case <-ctx.Done():
		a.log.InfoContext(ctx, "stopping: finishing the requests under way")
	}
	return errors.Join(err, a.drain(ctx, server, served))
}

// drain ends a server whose Serve reports to served: requests under way are finished, or broken off at drainTimeout.
func (a *app) drain(ctx context.Context, server *http.Server, served <-chan error) error {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		a.log.WarnContext(ctx, "some requests were still under way and are broken off", "error", err)
		_ = server.Close()
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		return end
	}
	return nil
}

type migrateCommand struct{}

// Run migrates and ends.
func (migrateCommand) Run(ctx context.Context, a *app) (err error) {
	db, err := a.openDatabase(ctx, localpg.Attach)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	_, err = io.WriteString(a.std.out, "The schema is up to date.\n")
	return err
}
