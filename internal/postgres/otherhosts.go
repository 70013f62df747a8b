package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// hostCheckInterval is the interval at which [DB.Listen] checks the other hosts of the connection string.
const hostCheckInterval = 2 * time.Second

// watchOtherHosts checks the other hosts until ctx ends. A primary that lost the connection to its standby, but not to its clients,
// keeps accepting connections and reads. Only the other hosts show that one of them has been promoted.
func (d *DB) watchOtherHosts(ctx context.Context) {
	tick := time.NewTicker(hostCheckInterval)
	defer tick.Stop()
	for {
		d.checkOtherHosts(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// checkOtherHosts connects to every host except that of the newest connection, to find a primary with a higher timeline.
func (d *DB) checkOtherHosts(ctx context.Context) {
	config := d.pool.Config().ConnConfig
	for _, other := range d.servers.otherHosts(config) {
		conn, err := pgx.ConnectConfig(ctx, other)
		if err == nil {
			d.servers.add(conn)
			d.servers.remove(conn)
			_ = conn.Close(ctx) // it is no longer needed
			continue
		}
		if former, ok := errors.AsType[*formerPrimaryError](err); ok && d.servers.warnings.allow() {
			d.log().Warn("a former primary still accepts writes: stop it, or other programs may write to it",
				"host", other.Host, "port", other.Port, "timeline", former.timeline, "newest_timeline", former.highest)
		}
	}
}

// otherHosts returns a configuration for each host except that of the newest connection.
func (s *servers) otherHosts(config *pgx.ConnConfig) (others []*pgx.ConnConfig) {
	s.mu.Lock()
	first := s.first
	s.mu.Unlock()
	entries := map[hostPort][]*pgconn.FallbackConfig{} // with and without TLS
	var order []hostPort
	for _, c := range hostsOf(config) {
		h := hostPort{c.Host, c.Port}
		if len(entries[h]) == 0 {
			order = append(order, h)
		}
		entries[h] = append(entries[h], c)
	}
	if len(order) < 2 {
		return nil
	}
	for _, h := range order {
		if h == first {
			continue
		}
		c := config.Copy()
		c.Host, c.Port, c.TLSConfig, c.Fallbacks = h.host, h.port, entries[h][0].TLSConfig, entries[h][1:]
		others = append(others, c)
	}
	return others
}
