package postgres

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// notices finds commits that no standby has confirmed. If a statement is canceled while it waits for a synchronous standby,
// PostgreSQL commits it on the primary alone and reports success, with a warning. A client must not be told that it succeeded: the
// change is lost if the standby is promoted.
type notices struct {
	unreplicated atomic.Int64 // connections with such a commit that check hasn't reported yet
	warnings     hourlyLimiter
}

// errUnreplicated is the cause of the error of a call whose commit no standby has confirmed.
var errUnreplicated = errors.New("committed on the primary, but not confirmed by the synchronous standby")

const unreplicatedKey = "ocipe.unreplicated"

// receive is called for each notice of a connection, by the goroutine that uses it. It compares the routine of the notice, because the
// text depends on the server's language.
func (n *notices) receive(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.Routine != "SyncRepWaitForLSN" {
		return
	}
	if _, marked := conn.CustomData()[unreplicatedKey]; !marked {
		conn.CustomData()[unreplicatedKey] = true
		n.unreplicated.Add(1)
	}
}

// check returns an error if the call that used the connection has such a commit.
func (n *notices) check(conn *pgconn.PgConn, log *slog.Logger) error {
	if _, marked := conn.CustomData()[unreplicatedKey]; !marked {
		return nil
	}
	delete(conn.CustomData(), unreplicatedKey)
	n.unreplicated.Add(-1)
	if n.warnings.allow() {
		log.Warn("the synchronous standby doesn't confirm commits: writes get 503; start it, or take it out of synchronous_standby_names")
	}
	return errUnreplicated
}

// hourlyLimiter limits a line of the log to one per hour.
type hourlyLimiter struct{ last atomic.Int64 }

func (h *hourlyLimiter) allow() bool {
	last, now := h.last.Load(), time.Now().UnixNano() //nolint:forbidigo // logs use the real time
	return (last == 0 || now-last >= int64(time.Hour)) && h.last.CompareAndSwap(last, now)
}
