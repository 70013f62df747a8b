package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// borrowed is a connection of the pool while a call uses it.
type borrowed struct {
	*pgxpool.Conn
	db        *DB
	admission admission
	call      *call
	kept      bool // a list is still being read: [Rest.Close] returns the connection
}

// borrow waits for room and for a connection. The statements run with the context that it returns.
func (d *DB) borrow(ctx context.Context, w work) (conn *borrowed, statements context.Context, err error) {
	admitted, err := d.rooms.admit(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	if err := d.stuck.check(w); err != nil {
		admitted.leave()
		return nil, nil, err
	}
	pooled, err := d.acquire(ctx)
	if err != nil {
		admitted.leave()
		return nil, nil, err
	}
	conn = &borrowed{Conn: pooled, db: d, admission: admitted, call: callOf(pooled.Conn())}
	d.inUse.Add(1)
	return conn, conn.call.begin(ctx, w), nil
}

// giveBack returns the connection to the pool.
func (b *borrowed) giveBack() {
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
	b.db.lastUse.Store(b.db.watch.ticks.Load())
	b.db.scarcity.givenBack()
	b.admission.leave()
}

// drop closes the connection, and PostgreSQL ends its statement. The pool opens another connection.
func (b *borrowed) drop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Conn.Conn().Close(ctx) // it is no longer needed
}
