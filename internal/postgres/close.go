package postgres

import (
	"crypto/tls"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// openConns are the connections of the pool. They are registered when they are opened, not when they are used, which costs
// calls nothing.
type openConns struct {
	mu    sync.Mutex
	conns map[*pgx.Conn]net.Conn
}

func (o *openConns) add(conn *pgx.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conns == nil {
		o.conns = map[*pgx.Conn]net.Conn{}
	}
	o.conns[conn] = conn.PgConn().Conn()
}

func (o *openConns) remove(conn *pgx.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.conns, conn)
}

// cut closes the sockets. pgx notices at the next read or write, and asks PostgreSQL to cancel the statement.
func (o *openConns) cut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, socket := range o.conns {
		if encrypted, ok := socket.(*tls.Conn); ok {
			socket = encrypted.NetConn() // closing the TLS connection writes to it, which may block
		}
		_ = socket.Close() // pgx reports it
	}
}

// Break ends all calls in progress: their statements are canceled, and every later call fails. It doesn't wait for them. Use it when
// the server must stop although the database doesn't respond, or a statement waits for a lock.
func (d *DB) Break() {
	go d.pool.Close() // from now on the pool opens no connection; [DB.CloseWithin] waits
	d.open.cut()
}

// CloseWithin is [DB.Close] that takes at most about as long as limit. After half of it, it breaks the connections that are still in
// use. It returns the number of connections that weren't closed in time because the database doesn't respond. They end with the
// process.
func (d *DB) CloseWithin(limit time.Duration) (left int) {
	closed := make(chan struct{})
	go func() {
		d.pool.Close()
		close(closed)
	}()
	for _, step := range []func(){d.Break, func() {}} {
		timer := time.NewTimer(limit / 2)
		select {
		case <-closed:
			timer.Stop()
			return 0
		case <-timer.C:
			step()
		}
	}
	d.open.mu.Lock()
	defer d.open.mu.Unlock()
	return max(1, len(d.open.conns))
}
