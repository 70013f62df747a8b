package session

import "time"

// ringSize is how many accepted generations a session remembers.
const ringSize = 8

// use is an accepted generation and when it was first presented.
type use struct {
	gen int64
	at  time.Time
}

// row is the state of a session, as the database keeps it.
type row struct {
	gen      int64     // the current generation
	ack      int64     // the newest generation that was presented and accepted; 0: none yet
	genAt    time.Time // when gen was minted, in whole seconds: the token's iat
	servedAt time.Time // when gen was last handed out
	ring     []use     // the last accepted generations, the newest first; at most ringSize

	idleExpiresAt     time.Time
	absoluteExpiresAt time.Time
	revoked           bool
}

// rules are the operator's settings.
type rules struct {
	grace      time.Duration // 0: any second presentation of a token is reuse
	refreshTTL time.Duration
}

// verdict is what becomes of a presented generation.
type verdict int

const (
	refused   verdict = iota // the session has ended: 401, nothing changes
	ahead                    // a generation that was never minted: 401, nothing changes, an alarm
	unchanged                // the current token again; nothing changes
	repeated                 // the current token again, to a second tab or a doubled request
	rotated                  // the normal case: a new generation
	recovered                // a new generation for a client that lost its answer
	reused                   // somebody has a copy: the session is revoked
)

// answers tells whether the client gets tokens.
func (v verdict) answers() bool { return v != refused && v != ahead && v != reused }

// decide is the state machine of refresh tokens: what happens to a session when the generation x is
// presented at the time now. It is a pure function; the returned row is to be stored where it differs.
//
// The goal is that no honest client is ever logged out, whatever is lost, doubled or (within the
// grace) overtaken, and that a copied token ends the session.
func decide(r row, x int64, now time.Time, rules rules) (row, verdict) {
	switch {
	case r.revoked || !now.Before(r.idleExpiresAt) || !now.Before(r.absoluteExpiresAt):
		return r, refused
	case x > r.gen:
		return r, ahead
	case x == r.gen && rules.grace > 0 && r.ringIsBusy(now, rules.grace):
		// Accepting it would push out a generation whose slow tab may still come.
		return r, unchanged
	case x == r.gen:
		r.ack = x
		r.ring = append([]use{{gen: x, at: now}}, r.ring[:min(len(r.ring), ringSize-1)]...)
		return r.mint(now, rules.refreshTTL), rotated
	case rules.grace <= 0:
		return r.revoke(), reused
	case x == r.ack && x > 0 && age(r.servedAt, now) < rules.grace:
		r.servedAt = now
		return r, repeated
	case x == r.ack && x > 0:
		// What was minted since was never presented: the answer was lost. Those generations are burned.
		return r.mint(now, rules.refreshTTL), recovered
	case r.isSlowTab(x, now, rules.grace):
		r.servedAt = now
		return r, repeated
	}
	return r.revoke(), reused
}

func (r row) mint(now time.Time, refreshTTL time.Duration) row {
	r.gen++
	r.genAt = now.Truncate(time.Second)
	r.servedAt = now
	r.idleExpiresAt = now.Add(refreshTTL)
	if r.idleExpiresAt.After(r.absoluteExpiresAt) {
		r.idleExpiresAt = r.absoluteExpiresAt
	}
	return r
}

func (r row) revoke() row {
	r.revoked = true
	return r
}

// ringIsBusy tells whether the ring is full and its second-oldest entry is younger than the grace: then
// the oldest may still be presented by a slow tab.
func (r row) ringIsBusy(now time.Time, grace time.Duration) bool {
	return len(r.ring) == ringSize && age(r.ring[ringSize-2].at, now) < grace
}

// isSlowTab tells whether x was accepted before, and its successor first presented less than the grace ago.
func (r row) isSlowTab(x int64, now time.Time, grace time.Duration) bool {
	for i := 1; i < len(r.ring); i++ {
		if r.ring[i].gen == x {
			return age(r.ring[i-1].at, now) < grace
		}
	}
	return false
}

// age is never negative: the database's clock may have been set back.
func age(at, now time.Time) time.Duration { return max(now.Sub(at), 0) }
