package postgres

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// The limits of TCP connections to the database. A host that is gone acknowledges nothing, unlike one on which only PostgreSQL has
// stopped.
const (
	userTimeout     = 5 * time.Second // until sent data must be acknowledged (Linux)
	keepAliveIdle   = 5 * time.Second // until an idle connection is probed
	keepAliveEvery  = 2 * time.Second
	keepAliveProbes = 3
)

// dialer returns the function that opens sockets. A new socket has a deadline: that of the whole connection attempt, or of a request
// to cancel a statement, for which pgx allows 15 s. The deadline of a connection is cleared when it is ready (servers.validateServer).
func dialer(timeout time.Duration) pgconn.DialFunc {
	d := &net.Dialer{
		Timeout: timeout, Control: setUserTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: keepAliveIdle, Interval: keepAliveEvery, Count: keepAliveProbes},
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.SetDeadline(time.Now().Add(timeout)) //nolint:forbidigo // sockets need the real time
	}
}
