package postgres

import (
	"crypto/tls"
	"time"
)

// Close waits until no connection is in use, then closes all of them.
func (d *DB) Close() {
	d.pool.Close()
	d.watchdog.close()
}

// Break ends all calls in progress and doesn't wait for them: their statements are canceled, and every later call fails. Use it when
// the server must stop although the database doesn't respond, or a statement waits for a lock.
func (d *DB) Break() {
	go d.pool.Close() // from now on the pool opens no connection; [DB.CloseWithin] waits
	d.watchdog.closeSockets()
}

// CloseWithin is [DB.Close] with a limit of time, which it may exceed a little. After half of the limit it breaks the connections that
// are still in use. It returns the number of connections that weren't closed in time because the database doesn't respond. They end
// with the process.
func (d *DB) CloseWithin(limit time.Duration) (left int64) {
	closed := make(chan struct{})
	go func() {
		d.Close()
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
	return max(1, d.watchdog.open.Load()) // or one that is still being opened
}

// closeSockets closes the sockets of all connections. pgx notices at the next read or write, and asks PostgreSQL to cancel the
// statement.
func (w *watchdog) closeSockets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		socket := c.conn.Conn()
		if encrypted, ok := socket.(*tls.Conn); ok {
			socket = encrypted.NetConn() // closing the TLS connection writes to it, which may block
		}
		_ = socket.Close() // pgx reports it
	}
}
