package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// borrowed is a connection of the pool while a call uses it.
type borrowed struct {
	*pgxpool.Conn
	admission     admission
	limit         *limit
	clearDeadline func()
	kept          bool // a list is still being read: [Rest.Close] gives it back
	servers       *servers
	scarcity      *scarcity
}

// borrow waits for room and for a connection. statements is the context for the statements.
func (d *DB) borrow(ctx context.Context, w work) (conn *borrowed, statements context.Context, err error) {
	admitted, err := d.rooms.admit(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	pooled, err := d.acquire(ctx)
	if err != nil {
		admitted.leave()
		return nil, nil, err
	}
	conn = &borrowed{Conn: pooled, admission: admitted, limit: limitOf(ctx, pooled), servers: d.servers, scarcity: &d.scarcity}
	statements, conn.clearDeadline = withSocketDeadline(ctx, pooled)
	return conn, statements, nil
}

// giveBack returns the connection to the pool.
func (b *borrowed) giveBack() {
	if b.limit.end() {
		b.drop() // a late cancellation would end the next call's statement
	}
	b.clearDeadline()
	if conn := b.Conn.Conn(); conn.IsClosed() {
		b.servers.remove(conn)
		_ = b.Hijack().PgConn().Conn().Close() // else its place stays taken while pgx waits for the last words of the server, for 15 s
	} else {
		b.Release()
	}
	b.scarcity.givenBack()
	b.admission.leave()
}

// drop closes the connection: the pool opens another one. PostgreSQL ends the statement.
func (b *borrowed) drop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Conn.Conn().Close(ctx) // it is of no use any more
}

// cancelTimeout is how long a request to cancel a statement may take.
const cancelTimeout = 2 * time.Second

// limit cancels the running statement of a connection on the server after half of the time that the call has: the deadline of the
// socket alone would leave the statement running, or waiting for a lock. Nil means that there is no limit.
type limit struct{ timer *time.Timer }

func limitOf(ctx context.Context, conn *pgxpool.Conn) *limit {
	deadline, ok := ctx.Deadline()
	if !ok {
		return nil
	}
	l := &limit{}
	pg := conn.Conn().PgConn()
	l.timer = time.AfterFunc(time.Until(deadline)/2, func() { //nolint:contextcheck // the call's context may have ended
		ctx, cancel := context.WithTimeout(context.Background(), cancelTimeout)
		defer cancel()
		_ = pg.CancelRequest(ctx) // else the deadline of the socket ends the call
	})
	return l
}

// end removes the limit. It reports whether the statement was canceled, or is about to be: the connection can't be used again.
func (l *limit) end() (canceled bool) { return l != nil && !l.timer.Stop() }
