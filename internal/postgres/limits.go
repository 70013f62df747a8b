package postgres

import (
	"context"
	"time"

	"github.com/ocipe/ocipe/internal/budget"
)

// kind is the kind of a call. It decides how many connections such calls may use at once.
type kind int

// The kinds of calls.
const (
	other     kind = iota // logins, refreshes, registrations, and background work
	read                  // of a user
	heavyRead             // of a user, whose cost grows with everything that the user has, such as a search
	write                 // of a user, one at a time (userLocks)
)

// work describes a call: whose it is, and what it does.
type work struct {
	user int64 // 0 for other
	kind kind
	// name says what the call does: calls with the same name use the same tables. It is empty for [DB.Run], [DB.Tx], [DB.Write] and
	// [DB.WriteTx], whose functions may run any statements. Such calls have the limits of their kind, but aren't rejected while similar
	// calls are stuck ([stuckCalls]).
	name string
}

// connLimits divides the pool's connections, so that no kind of calls and no user can take all of them. A call waits for a permit of
// each of its limits before it takes a connection. Reads and writes together leave connections for the other calls. With the default
// pool of 24, so many calls may run at once: 16 reads, 3 for one user; 4 searches and 4 streams, 2 of each for one user; 10 writes; 20
// of all these together; and 8 other calls. Under overload, these numbers decide how the kinds share the processors.
//
// Searches don't need a permit for other reads, too: under overload, they would wait for it while they hold the few permits for
// searches.
type connLimits struct {
	reads, heavy, streams, writes, users, others *budget.Budget

	wait time.Duration // how long a call waits for each of its limits, and for a connection
}

func newConnLimits(pool int64) connLimits {
	limit := func(name string, total, share int64) *budget.Budget {
		total = max(1, total)
		return budget.New("connections for "+name, total, min(total, max(1, share)))
	}
	return connLimits{
		reads:   limit("reads", max(pool*2/3, min(pool, 2)), pool/8),
		heavy:   limit("searches", pool/6, pool/12),
		streams: limit("long lists", pool/6, pool/12),
		writes:  limit("writes", max(pool*5/12, min(pool, 2)), pool),
		users:   limit("users", pool-pool/6, pool),
		others:  limit("logins and refreshes", pool/3, pool/3),
		wait:    acquireTimeout,
	}
}

// all returns the limits of connections. Streams have a limit of their own.
func (l *connLimits) all() []*budget.Budget {
	return []*budget.Budget{l.reads, l.heavy, l.writes, l.users, l.others}
}

// permit is what a call has acquired: a part of each of its limits.
type permit struct {
	limits *connLimits
	work   work
}

// acquire waits for a permit for a call, for up to l.wait for each of its limits. It returns the errors of
// [budget.Budget.Take].
func (l *connLimits) acquire(ctx context.Context, w work) (permit, error) {
	all := l.of(w)
	for i, limit := range all {
		if limit == nil {
			break
		}
		if err := limit.Take(ctx, w.user, 1, l.wait); err != nil {
			release(all[:i], w.user)
			return permit{}, err
		}
	}
	return permit{limits: l, work: w}, nil
}

// release returns the permit.
func (p permit) release() {
	all := p.limits.of(p.work)
	release(all[:], p.work.user)
}

// of returns the limits for a call in the order in which it acquires them.
func (l *connLimits) of(w work) [2]*budget.Budget {
	switch w.kind {
	case read:
		return [2]*budget.Budget{l.reads, l.users}
	case heavyRead:
		return [2]*budget.Budget{l.heavy, l.users}
	case write:
		return [2]*budget.Budget{l.writes, l.users}
	case other:
	}
	return [2]*budget.Budget{l.others}
}

func release(all []*budget.Budget, user int64) {
	for _, limit := range all {
		if limit != nil {
			limit.Give(user, 1)
		}
	}
}
