package postgres

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How long a connection attempt may take, unless the connection string sets connect_timeout.
const (
	connectTimeout = 2 * time.Second // to the only host
	perHostTimeout = time.Second     // to each of several hosts: a dead one must leave time for the next within acquireTimeout
)

// configure sets what the connection string doesn't.
func (d *DB) configure(cfg *pgxpool.Config) {
	conn := cfg.ConnConfig
	if conn.ConnectTimeout == 0 {
		conn.ConnectTimeout = connectTimeout
		if slices.ContainsFunc(conn.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.Host != conn.Host || f.Port != conn.Port }) {
			conn.ConnectTimeout = perHostTimeout
		}
	}
	// Set no other runtime parameters: connection poolers reject most of them.
	if _, ok := conn.RuntimeParams["application_name"]; !ok {
		conn.RuntimeParams["application_name"] = "ocipe"
	}
	d.servers.validateSessionAttrs, d.servers.closeIdle = conn.ValidateConnect, func() { d.pool.Reset() }
	conn.ValidateConnect = d.servers.validateServer
	conn.DialFunc = dialer(conn.ConnectTimeout)
	conn.LookupFunc = d.servers.lookup(conn.LookupFunc)
	conn.OnNotice = d.notices.receive
	cfg.BeforeConnect = func(ctx context.Context, config *pgx.ConnConfig) error {
		d.servers.sortHosts(config)
		return d.pooler.prepare(ctx, config)
	}
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		d.watchdog.add(conn)
		d.servers.add(conn)
		return nil
	}
	cfg.BeforeClose = d.forget
	cfg.ShouldPing = d.isSilent
}

// forget must be called for each connection of the pool before it is closed.
func (d *DB) forget(conn *pgx.Conn) {
	d.watchdog.remove(conn)
	d.servers.remove(conn)
}

// LogTo sets the log for messages to the operator about the database. By default they are discarded.
func (d *DB) LogTo(log *slog.Logger) { d.servers.log.Store(log) }

func (d *DB) log() *slog.Logger { return d.servers.log.Load() }
