package postgres

import (
	"context"

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
	// [DB.WriteTx], whose functions may run any statements. Such calls have the limits of their room, but aren't rejected while similar
	// calls are stuck ([stuck]).
	name string
}

// rooms divides the pool's connections, so that no kind of calls and no user can take all of them. A call waits for its room before
// it takes a connection. Reads and writes together leave connections for the other calls. With the default pool of 24, so many calls
// may run at once: 16 reads, 3 for one user; 4 searches and 4 streams, 2 of each for one user; 10 writes; 20 of all these together;
// and 8 other calls. Under overload, these numbers decide how the kinds share the processors.
//
// Searches don't take room of the other reads, too: under overload, they would wait there while they hold the few rooms for searches.
type rooms struct {
	reads, heavy, streams, writes, users, others *budget.Budget
}

func newRooms(pool int64) rooms {
	room := func(name string, total, share int64) *budget.Budget {
		total = max(1, total)
		return budget.New("connections for "+name, total, min(total, max(1, share)))
	}
	return rooms{
		reads:   room("reads", max(pool*2/3, min(pool, 2)), pool/8),
		heavy:   room("searches", pool/6, pool/12),
		streams: room("long lists", pool/6, pool/12),
		writes:  room("writes", max(pool*5/12, min(pool, 2)), pool),
		users:   room("users", pool-pool/6, pool),
		others:  room("logins and refreshes", pool/3, pool/3),
	}
}

// admission is the room that a call has taken.
type admission struct {
	rooms *rooms
	work  work
}

// admit waits for room for a call, for up to [acquireTimeout] in each of its rooms. It returns the errors of [budget.Budget.Take].
func (r *rooms) admit(ctx context.Context, w work) (admission, error) {
	all := r.of(w)
	for i, room := range all {
		if room == nil {
			break
		}
		if err := room.Take(ctx, w.user, 1, acquireTimeout); err != nil {
			giveBack(all[:i], w.user)
			return admission{}, err
		}
	}
	return admission{rooms: r, work: w}, nil
}

// leave returns the room.
func (a admission) leave() {
	all := a.rooms.of(a.work)
	giveBack(all[:], a.work.user)
}

// of returns the rooms of a call in the order in which they are taken.
func (r *rooms) of(w work) [2]*budget.Budget {
	switch w.kind {
	case read:
		return [2]*budget.Budget{r.reads, r.users}
	case heavyRead:
		return [2]*budget.Budget{r.heavy, r.users}
	case write:
		return [2]*budget.Budget{r.writes, r.users}
	case other:
	}
	return [2]*budget.Budget{r.others}
}

func giveBack(all []*budget.Budget, user int64) {
	for _, room := range all {
		if room != nil {
			room.Give(user, 1)
		}
	}
}
