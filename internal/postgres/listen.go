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

// heartbeat is the interval at which a [Listener] notifies itself, and how long a notification may take.
const heartbeat = time.Second

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
	patrolling, stop := context.WithCancel(ctx)
	var patrol sync.WaitGroup
	patrol.Go(func() { d.patrol(patrolling) })
	defer patrol.Wait()
	defer stop()
	e := &ear{Listener: l, conn: conn, echo: "ocipe_echo_" + strings.ToLower(rand.Text())}
	for beats := 0; ; beats++ {
		if err := e.beat(ctx, beats == 0); err != nil {
			if beats > 0 && errors.Is(err, errSilent) { // the pool's connections are most likely silent, too
				d.pool.Reset()
			}
			return err
		}
		if err := e.receive(ctx); err != nil {
			return err
		}
	}
}

// connect opens a connection outside the pool.
func (d *DB) connect(ctx context.Context) (*pgx.Conn, error) {
	config := d.pool.Config().ConnConfig
	d.servers.sort(config)
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

// ear is the connection of a listener.
type ear struct {
	Listener

	conn *pgx.Conn
	echo string // the channel of the heartbeats; only this connection listens on it
}

// beat sends a heartbeat and waits for it.
func (e *ear) beat(ctx context.Context, first bool) error {
	limited, cancel := context.WithTimeout(ctx, heartbeat)
	defer cancel()
	sent := e.Clock()
	sql := "notify " + e.echo
	if first {
		// A heartbeat must not wait for a standby: a slow standby doesn't mean that notifications are lost.
		sql = "set synchronous_commit = off; listen " + pgx.Identifier{e.Channel}.Sanitize() + "; listen " + e.echo + "; " + sql
	}
	_, err := e.conn.Exec(limited, sql)
	for err == nil {
		var n *pgconn.Notification
		if n, err = e.conn.WaitForNotification(limited); err == nil && n.Channel == e.echo {
			e.UpToDate(sent)
			return nil
		}
		e.hear(n)
	}
	if limited.Err() != nil && ctx.Err() == nil {
		return errSilent
	}
	return fmt.Errorf("listen on %s: %w", e.Channel, err)
}

// receive receives notifications until the next heartbeat is due.
func (e *ear) receive(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, heartbeat)
	defer cancel()
	for {
		n, err := e.conn.WaitForNotification(limited)
		switch {
		case err == nil:
			e.hear(n)
		case limited.Err() != nil && ctx.Err() == nil && !e.conn.IsClosed():
			return nil
		default:
			return fmt.Errorf("wait for a notification: %w", err)
		}
	}
}

func (e *ear) hear(n *pgconn.Notification) {
	if n != nil && n.Channel == e.Channel {
		e.Receive(n.Payload)
	}
}
