package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/api/web"
	"github.com/ocipe/ocipe/internal/app"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/throttle"
)

const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second // for bodies that no operation reads; package contract sets the deadlines of the others
	writeTimeout      = 75 * time.Second // includes the longest operation; package contract extends it after a slow body
	idleTimeout       = 2 * time.Minute
)

type serveCommand struct {
	NewKeys bool `noenv:"" help:"Use the keys file although the database has been served with other keys. Users of those must log in again."`
}

// Run serves until ctx ends. Then it finishes the requests in progress and stops the private PostgreSQL. It returns no error if ctx
// ends, even during the start.
func (c serveCommand) Run(ctx context.Context, p *program) error {
	p.newKeys = c.NewKeys
	err := p.serve(ctx)
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		p.log.InfoContext(ctx, "stopped")
		return nil
	}
	return err
}

func (p *program) serve(ctx context.Context) (err error) {
	if warning := p.settings.cookieWarning(); warning != "" {
		p.log.WarnContext(ctx, warning)
	}
	stopProfiles, err := p.serveProfiles(ctx) // first, so that the start can be profiled
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopProfiles()) }()
	if p.tls, err = p.tlsConfig(ctx); err != nil {
		return err
	}
	// Listen first, so that an unusable address is reported before the work of a first start. Clients wait until the server is ready.
	listener, err := p.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // already closed, unless the start failed
	if p.traces, err = p.startTracing(ctx); err != nil {
		return err
	}
	db, err := p.openDatabase(ctx, localpg.Start, p.settings.DatabaseWait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.closeDatabase(ctx, db)) }()
	defer func() { p.traces.stop(ctx, p.stop.remaining(closeUntil)) }()
	if db.cluster != nil {
		p.log.InfoContext(ctx, "the private PostgreSQL is running", "socket", db.cluster.Socket())
	}
	return p.serveFrom(ctx, db.DB, listener)
}

// serveFrom serves from the database until ctx ends.
func (p *program) serveFrom(ctx context.Context, db *postgres.DB, listener net.Listener) error {
	log, stopLog := p.requestLog()
	defer stopLog()
	a, err := p.newApp(ctx, db, log)
	if err != nil {
		return fmt.Errorf("set up the server: %w", err)
	}
	measured, stopMetrics, err := p.serveMetrics(ctx, a, db)
	if err != nil {
		return err
	}
	defer stopMetrics()
	server, err := p.newServer(ctx, a, log, measured)
	if err != nil {
		return fmt.Errorf("set up the routes: %w", err)
	}
	handler, err := server.Handler()
	if err != nil {
		return fmt.Errorf("set up the routes: %w", err)
	}
	debug.FreeOSMemory() // parsing the contract leaves several MiB of garbage
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() { a.Work(work) })
	background.Go(func() { limitMemory(work) })
	if backups := p.schedule(db); backups != nil {
		background.Go(func() { backups.Work(work) })
	}
	defer p.waitForBackground(db, &background)
	defer stop()
	return p.serveHTTP(ctx, listener, p.traces.wrap(handler), server.AnnounceStop)
}

// listen listens at OCIPE_ADDR, and updates the public URL.
func (p *program) listen(ctx context.Context) (net.Listener, error) {
	listener, err := listenForRequests(ctx, p.settings.Addr)
	if err != nil {
		return nil, fmt.Errorf("OCIPE_ADDR: %w; %s", err, addressHint(err, "127.0.0.1:8080"))
	}
	p.settings.derivePublicURL(listener.Addr().String())
	return listener, nil
}

// addressHint says what to do if the server can't listen at an address. The example is a valid one.
func addressHint(err error, example string) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "stop the program that listens there, or choose another port"
	case errors.Is(err, syscall.EACCES):
		return "only root may listen on ports below 1024; choose another port, and put a proxy in front"
	default:
		return "choose an address of this machine, for example " + example
	}
}

// startDeadline is the deadline of the statements with which a server begins. After half of it they are canceled and repeated.
const startDeadline = 10 * time.Second

// newApp sets up the use cases. It waits while the database is unavailable, as at the first connection.
func (p *program) newApp(ctx context.Context, db *postgres.DB, log *slog.Logger) (a *app.App, err error) {
	if err := p.settings.makeKeysFolder(); err != nil {
		return nil, err
	}
	limit := p.settings.DatabaseWait
	if p.settings.DatabaseURL == "" {
		limit = p.privateWait()
	}
	err = postgres.Repeat(ctx, limit, p.log, func() error {
		limited, cancel := context.WithTimeout(ctx, startDeadline)
		defer cancel()
		a, err = p.tryNewApp(limited, db, log)
		return err
	})
	return a, err
}

func (p *program) tryNewApp(ctx context.Context, db *postgres.DB, log *slog.Logger) (*app.App, error) {
	s := p.settings
	return app.New(ctx, app.Config{
		DB: db, Keys: s.keys(), Clock: p.Clock, Log: log, PublicURL: s.issuer,
		Sessions: session.Settings{
			AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, Grace: s.RefreshGrace, MaxLifetime: s.SessionMax,
		},
		PasswordMin: s.PasswordMin, RegistrationsPerHour: s.RegistrationsPerHour, TrashDays: s.TrashDays,
		Attempts: throttle.DefaultLimits(s.RateFailures), RequestsPerUser: s.RateUser, RequestsPerAddress: s.RateAddress,
		NewKeys: p.newKeys,
	})
}

func (p *program) newServer(ctx context.Context, a *app.App, log *slog.Logger, measured *metrics.Requests) (*api.Server, error) {
	s := p.settings
	load := p.load
	if load == nil {
		load = contract.Load
	}
	loaded, err := load(ctx, p.Contract, a.Accounts.Policy, s.PublicURL)
	if err != nil {
		return nil, err
	}
	webApp, err := s.openWebApp()
	if err != nil {
		return nil, err
	}
	return api.New(a, api.Config{
		Contract: loaded, Clock: p.Clock, Log: log, Version: version(), PublicURL: s.PublicURL, AllowedOrigins: s.AllowedOrigins,
		ReauthAge:      s.ReauthAge,
		TrustedProxies: s.trustedProxies(), CookiePartitioned: s.CookiePartitioned, Compression: api.Compression(s.Compression),
		HSTSSubdomains: s.HSTSSubdomains, Web: webApp, Metrics: measured, Trace: p.traces.namer(),
	})
}

// openWebApp opens the app of OCIPE_WEB_DIR, which is served at /. It returns nil if the setting is empty.
func (s *settings) openWebApp() (*web.App, error) {
	if s.WebDir == "" {
		return nil, nil //nolint:nilnil // no app is served
	}
	return web.Open(s.WebDir, s.WebCSP)
}

// serveHTTP serves until ctx ends. Then it calls announce and stops.
func (p *program) serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler, announce func()) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: api.MaxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * is an unknown path
		// net/http logs broken connections of clients, which the operator doesn't need.
		ErrorLog:  slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
		TLSConfig: p.tls,
	}
	served := make(chan error, 1)
	logged := &loggingListener{Listener: listener, clock: p.Clock, log: p.log}
	server.ConnState = logged.trackState
	go func() { served <- serveOn(server, logged) }()
	defer p.notifySupervisor(ctx)()
	p.log.InfoContext(ctx, "Ocipe is serving: open "+p.settings.PublicURL.JoinPath("docs/").String(), "address", listener.Addr().String())
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return p.shutdown(ctx, server, logged, announce, served)
}
