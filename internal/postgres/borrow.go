package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// borrowedConn is a connection of the pool while a call uses it.
type borrowedConn struct {
	*pgxpool.Conn
	db        *DB
	permit    permit
	call      *call
	streaming bool // a list is still being read: [Rest.Close] returns the connection
}

// borrow waits for a permit and for a connection. The statements run with the context that it returns.
func (d *DB) borrow(ctx context.Context, w work) (conn *borrowedConn, statements context.Context, err error) {
	acquired, err := d.limits.acquire(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	if err := d.stuck.check(w); err != nil {
		acquired.release()
		return nil, nil, err
	}
	pooled, err := d.acquire(ctx)
	if err != nil {
		acquired.release()
		return nil, nil, err
	}
	conn = &borrowedConn{Conn: pooled, db: d, permit: acquired, call: callOf(pooled.Conn())}
	d.inUse.Add(1)
	return conn, conn.call.begin(ctx, w), nil
}

// returnToPool returns the connection to the pool.
func (b *borrowedConn) returnToPool() {
	if b.call.end() {
		b.drop() // a late cancellation would end the next call's statement
	}
	if conn := b.Conn.Conn(); conn.IsClosed() {
		b.db.forget(conn)
		_ = b.Hijack().PgConn().Conn().Close() // else it occupies its place for 15 s, while pgx waits for the server's last messages
	} else {
		b.Release()
	}
	b.db.inUse.Add(-1)
	b.db.lastUse.Store(b.db.watchdog.ticks.Load())
	b.db.serverLimit.connReturned()
	b.permit.release()
}

// drop closes the connection, and PostgreSQL ends its statement. The pool opens another connection.
func (b *borrowedConn) drop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Conn.Conn().Close(ctx) // it is no longer needed
}
