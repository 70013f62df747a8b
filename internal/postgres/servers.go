package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocipe/ocipe/internal/metrics"
)

// servers keeps track of the open connections, and of the host of the connection string that is the primary.
//
// Every promotion of a standby begins a new timeline with a higher number. So a server with a lower timeline than the highest seen is a
// former primary: it is rejected, although it accepts writes. Connections to it are closed when the new primary is found.
type servers struct {
	log                  atomic.Pointer[slog.Logger]
	validateSessionAttrs pgconn.ValidateConnectFunc // from target_session_attrs in the connection string; nil: none
	warnings             hourlyLimiter              // of a former primary
	closeIdle            func()                     // closes the idle connections of the pool

	mu          sync.Mutex
	cluster     string                    // the system identifier
	highest     int64                     // timeline; 0: unknown
	first, last hostPort                  // the hosts to try first and last
	open        map[*pgconn.PgConn]server // the connections of the pool and of listeners
	addresses   map[string][]string       // by host
}

// hostPort is a host of the connection string.
type hostPort struct {
	host string
	port uint16
}

// server is the server to which a connection leads.
type server struct {
	hostPort

	cluster  string // empty: unknown
	timeline int64
}

func newServers() *servers {
	s := &servers{open: map[*pgconn.PgConn]server{}, addresses: map[string][]string{}}
	s.log.Store(slog.New(slog.DiscardHandler))
	return s
}

// sortHosts moves the host of the newest connection to the front, and a host that was silent to the end.
func (s *servers) sortHosts(config *pgx.ConnConfig) {
	if len(config.Fallbacks) == 0 {
		return
	}
	s.mu.Lock()
	first, last := s.first, s.last
	s.mu.Unlock()
	rank := func(c *pgconn.FallbackConfig) int {
		switch (hostPort{c.Host, c.Port}) {
		case first:
			return -1
		case last:
			return 1
		}
		return 0
	}
	all := hostsOf(config)
	slices.SortStableFunc(all, func(a, b *pgconn.FallbackConfig) int { return cmp.Compare(rank(a), rank(b)) })
	config.Host, config.Port, config.TLSConfig, config.Fallbacks = all[0].Host, all[0].Port, all[0].TLSConfig, all[1:]
}

// ServerRoleSQL asks a server for its role in the cluster, on each new connection. Every user of the database may run it.
const ServerRoleSQL = `select current_setting('transaction_read_only'), pg_is_in_recovery()::text,
	case when pg_is_in_recovery() then '' else pg_walfile_name(pg_current_wal_lsn()) end, system_identifier::text from pg_control_system()`

// validateServer is called for every new connection. It returns an error if the server isn't the primary, or is a former one.
func (s *servers) validateServer(ctx context.Context, conn *pgconn.PgConn) error {
	if s.validateSessionAttrs != nil {
		if err := s.validateSessionAttrs(ctx, conn); err != nil {
			return err
		}
	}
	found, err := identify(ctx, conn)
	if err != nil {
		return err
	}
	if err := s.checkTimeline(found); err != nil {
		return err
	}
	conn.CustomData()[serverKey] = found
	return conn.Conn().SetDeadline(time.Time{}) // removes the deadline that the dialer set
}

const serverKey = "ocipe.server"

// identify returns the server to which a connection leads. It returns pgconn.ErrReadOnlyConnection for a standby.
func identify(ctx context.Context, conn *pgconn.PgConn) (server, error) {
	results, err := conn.Exec(ctx, ServerRoleSQL).ReadAll()
	if _, isSQL := errors.AsType[*pgconn.PgError](err); isSQL && !conn.IsClosed() { // only similar to PostgreSQL
		return server{}, pgconn.ValidateConnectTargetSessionAttrsReadWrite(ctx, conn)
	}
	if err != nil {
		return server{}, err
	}
	row := results[0].Rows[0]
	if string(row[0]) == "on" || string(row[1]) == "true" {
		return server{}, pgconn.ErrReadOnlyConnection
	}
	const digits = 8 // of the timeline, at the beginning of the name of a WAL file
	timeline, err := strconv.ParseInt(string(row[2][:digits]), 16, 64)
	if err != nil {
		return server{}, fmt.Errorf("read the timeline: %w", err)
	}
	return server{cluster: string(row[3]), timeline: timeline}, nil
}

// checkTimeline returns an error for a former primary, and notes a new one.
func (s *servers) checkTimeline(found server) error {
	if found.cluster == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.cluster != found.cluster: // the first connection, or the operator has replaced the database
		s.cluster, s.highest = found.cluster, found.timeline
	case found.timeline < s.highest:
		return &formerPrimaryError{found.timeline, s.highest}
	case found.timeline > s.highest:
		ended := s.closeOlder(found.timeline)
		s.closeIdle()
		s.log.Load().Warn("the database has failed over to a new primary", "timeline", found.timeline, "before", s.highest, "closed_connections", ended)
		metrics.Failovers.Inc()
		s.highest = found.timeline
	}
	return nil
}

// closeOlder closes the connections to former primaries, also those in use. Their calls would wait for a server that is gone, or write
// to a server that must not accept writes.
func (s *servers) closeOlder(timeline int64) (closed int) {
	for conn, to := range s.open {
		if to.timeline < timeline {
			_ = conn.Conn().Close() // the call that uses it gets an error
			closed++
		}
	}
	return closed
}

// formerPrimaryError says that a server accepts writes although another primary has been promoted.
type formerPrimaryError struct{ timeline, highest int64 }

// Error returns both timelines.
func (e *formerPrimaryError) Error() string {
	return fmt.Sprintf("a former primary with timeline %d, after timeline %d was in use: it must be stopped (fencing)", e.timeline, e.highest)
}

// add registers a connection that [servers.validateServer] has accepted.
func (s *servers) add(conn *pgx.Conn) {
	pg := conn.PgConn()
	to, _ := pg.CustomData()[serverKey].(server)
	s.mu.Lock()
	defer s.mu.Unlock()
	to.hostPort = s.hostOf(pg, conn.Config())
	s.open[pg] = to
	s.first = to.hostPort
	if s.last == to.hostPort {
		s.last = hostPort{}
	}
	if to.cluster == s.cluster && to.timeline < s.highest { // overtaken since it was validated
		_ = pg.Conn().Close()
	}
}

// remove forgets a connection that is being closed.
func (s *servers) remove(conn *pgx.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, conn.PgConn())
}

// suspect notes that a connection is silent: its host will be tried last.
func (s *servers) suspect(conn *pgx.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.open[conn.PgConn()].hostPort
	s.last = to
	if s.first == to {
		s.first = hostPort{}
	}
}

// lookup wraps find to remember the addresses of each host.
func (s *servers) lookup(find pgconn.LookupFunc) pgconn.LookupFunc {
	return func(ctx context.Context, host string) ([]string, error) {
		addresses, err := find(ctx, host)
		if err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.addresses[host] = addresses
		}
		return addresses, err
	}
}

// hostOf returns the host of the connection string to which a connection leads, or the zero value for a Unix socket. It must be called
// with mu locked.
func (s *servers) hostOf(conn *pgconn.PgConn, config *pgx.ConnConfig) hostPort {
	address, port, err := net.SplitHostPort(conn.Conn().RemoteAddr().String())
	if err != nil {
		return hostPort{}
	}
	for _, c := range hostsOf(config) {
		if strconv.Itoa(int(c.Port)) == port && slices.Contains(s.addresses[c.Host], address) {
			return hostPort{c.Host, c.Port}
		}
	}
	return hostPort{}
}

// hostsOf returns the hosts of a connection string. Some are listed twice, with and without TLS.
func hostsOf(config *pgx.ConnConfig) []*pgconn.FallbackConfig {
	first := &pgconn.FallbackConfig{Host: config.Host, Port: config.Port, TLSConfig: config.TLSConfig}
	return append([]*pgconn.FallbackConfig{first}, config.Fallbacks...)
}

// Timeline returns the timeline of the primary, or 0 if it is unknown. It returns the errors of [DB.Run].
func (d *DB) Timeline(ctx context.Context) (timeline int64, err error) {
	err = d.withConn(ctx, work{}, func(_ context.Context, conn *borrowedConn) error {
		to, _ := conn.Conn.Conn().PgConn().CustomData()[serverKey].(server)
		timeline = to.timeline
		return nil
	})
	return timeline, err
}
