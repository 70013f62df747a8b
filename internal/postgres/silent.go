package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	idleTime    = time.Second // a connection that was idle for longer is pinged before its next use
	pingTimeout = time.Second
)

// isSilent pings a connection that was idle. If the connection is silent, it closes all idle connections: the others are most likely
// silent, too, and each of them would delay another request by a second.
func (d *DB) isSilent(ctx context.Context, p pgxpool.ShouldPingParams) bool {
	if p.IdleDuration <= idleTime {
		return false
	}
	err := ping(ctx, p.Conn)
	if err != nil && pgconn.Timeout(err) && ctx.Err() == nil {
		d.servers.suspect(p.Conn)
		d.pool.Reset()
	}
	return err != nil // then pgx finds the connection closed, and drops it
}

// ping runs an empty statement. Like [call.begin], it avoids a context that can be canceled.
func ping(ctx context.Context, conn *pgx.Conn) error {
	limit := time.Now().Add(pingTimeout) //nolint:forbidigo // sockets need the real time
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(limit) {
		limit = deadline
	}
	socket := conn.PgConn().Conn()
	_ = socket.SetDeadline(limit) // if the socket is closed, the ping fails
	err := conn.Ping(context.WithoutCancel(ctx))
	if err != nil {
		_ = socket.Close()
		return err
	}
	return socket.SetDeadline(time.Time{})
}
