package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/budget"
)

const (
	// tableWait is how long a call may wait for a locked table while the server is about to reject calls.
	tableWait = 100 * time.Millisecond
	// tableWaitsTimeout is how long PostgreSQL may take to name the calls that wait for locked tables.
	tableWaitsTimeout = time.Second
)

// findTableWaits marks the calls that wait for a locked table, so that they are slow after [tableWait]. Waiting for a tenth of their
// time, as for other slow calls ([slowDivisor]), would take too long: meanwhile no call of their kind gets a connection.
//
// Only PostgreSQL knows which calls wait for a table. It is asked only if some of them would be canceled.
func (d *DB) findTableWaits(ctx context.Context, now time.Time) {
	var suspects []*call
	for g, calls := range d.watchdog.callsThat(func(c *call) bool { took, _ := c.times(now); return took > tableWait }) {
		if len(calls) > d.limits.maxStuck(g.kind) {
			suspects = append(suspects, calls...)
		}
	}
	if len(suspects) > 0 && d.stuck.asking.CompareAndSwap(false, true) {
		go func() {
			defer d.stuck.asking.Store(false)
			d.markTableWaits(ctx, suspects, now)
		}()
	}
}

// markTableWaits marks those of the calls that have waited for a locked table since before asked.
func (d *DB) markTableWaits(ctx context.Context, suspects []*call, asked time.Time) {
	ctx, cancel := context.WithTimeout(ctx, tableWaitsTimeout)
	defer cancel()
	// No permit is needed: reads and writes together leave connections.
	rows, err := d.pool.Query(ctx, `select pid from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'relation'`, pgx.QueryExecModeExec)
	if err != nil { // then the calls aren't slow yet
		return
	}
	waiting := map[uint32]bool{}
	var pid uint32
	if _, err := pgx.ForEachRow(rows, []any{&pid}, func() error { waiting[pid] = true; return nil }); err != nil {
		return
	}
	for _, c := range suspects {
		if waiting[c.conn.PID()] && c.mu.TryLock() { // else the call is ending
			took, _ := c.times(asked)
			c.waitsForTable = took > tableWait // else the connection runs another call by now
			c.mu.Unlock()
		}
	}
}

// nearlyFull reports whether so many calls wait for a connection that others may soon be rejected.
func (l *connLimits) nearlyFull() bool {
	return slices.ContainsFunc(l.all(), (*budget.Budget).QueueHalfFull)
}
