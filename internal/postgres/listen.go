package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// heartbeatInterval is the interval at which a [Listener] notifies itself, and how long a notification may take.
const heartbeatInterval = time.Second

// errSilent says that a connection is open, but nothing arrives on it.
var errSilent = errors.New("the heartbeat didn't arrive within 1 s")

// Listener receives the notifications of a channel. [DB.Listen] calls its functions one at a time.
type Listener struct {
	Channel string
	Receive func(payload string)
	// UpToDate is called about every second. Everything that was sent before this time has been received.
	UpToDate func(at time.Time)
	Clock    func() time.Time
}

// Listen listens until the connection or ctx ends. It opens a connection outside the pool. Meanwhile it checks the other hosts of the
// connection string every 2 s.
//
// It sends itself a notification every second. PostgreSQL delivers notifications in the order of their commits: when this one
// arrives, all earlier ones have arrived. If it doesn't arrive within a second, Listen gives up the connection.
//
// It always returns an error: that of ctx; that of the connection, after which the caller may call it again; or [ErrNoNotifications].
func (d *DB) Listen(ctx context.Context, l Listener) error {
	if d.PoolsTransactions() {
		return ErrNoNotifications
	}
	conn, err := d.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer d.servers.remove(conn)
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the connection is no longer needed
	listening, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	background.Go(func() { d.watchOtherHosts(listening) })
	defer background.Wait()
	defer stop()
	c := &listenConn{Listener: l, conn: conn, heartbeatChannel: "ocipe_echo_" + strings.ToLower(rand.Text())}
	for sent := 0; ; sent++ {
		if err := c.heartbeat(ctx, sent == 0); err != nil {
			if sent > 0 && errors.Is(err, errSilent) { // the pool's connections are most likely silent, too
				d.pool.Reset()
			}
			return err
		}
		if err := c.receive(ctx); err != nil {
			return err
		}
	}
}

// connect opens a connection outside the pool.
func (d *DB) connect(ctx context.Context) (*pgx.Conn, error) {
	config := d.pool.Config().ConnConfig
	d.servers.sortHosts(config)
	if err := d.pooler.prepare(ctx, config); err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, oneLine(err)
	}
	d.servers.add(conn)
	return conn, nil
}

// listenConn is the connection of a listener.
type listenConn struct {
	Listener

	conn             *pgx.Conn
	heartbeatChannel string // the channel of the heartbeats; only this connection listens on it
}

// heartbeat sends a heartbeat and waits for it.
func (c *listenConn) heartbeat(ctx context.Context, first bool) error {
	limited, cancel := context.WithTimeout(ctx, heartbeatInterval)
	defer cancel()
	sent := c.Clock()
	sql := "notify " + c.heartbeatChannel
	if first {
		// A heartbeat must not wait for a standby: a slow standby doesn't mean that notifications are lost.
		sql = "set synchronous_commit = off; listen " + pgx.Identifier{c.Channel}.Sanitize() + "; listen " + c.heartbeatChannel + "; " + sql
	}
	_, err := c.conn.Exec(limited, sql)
	for err == nil {
		var n *pgconn.Notification
		if n, err = c.conn.WaitForNotification(limited); err == nil && n.Channel == c.heartbeatChannel {
			c.UpToDate(sent)
			return nil
		}
		c.handle(n)
	}
	if limited.Err() != nil && ctx.Err() == nil {
		return errSilent
	}
	return fmt.Errorf("listen on %s: %w", c.Channel, err)
}

// receive receives notifications until the next heartbeat is due.
func (c *listenConn) receive(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, heartbeatInterval)
	defer cancel()
	for {
		n, err := c.conn.WaitForNotification(limited)
		switch {
		case err == nil:
			c.handle(n)
		case limited.Err() != nil && ctx.Err() == nil && !c.conn.IsClosed():
			return nil
		default:
			return fmt.Errorf("wait for a notification: %w", err)
		}
	}
}

func (c *listenConn) handle(n *pgconn.Notification) {
	if n != nil && n.Channel == c.Channel {
		c.Receive(n.Payload)
	}
}
