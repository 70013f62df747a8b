package session

import "time"

// maxRecent is the maximum number of accepted generations that a session remembers.
const maxRecent = 8

// accepted is an accepted generation and the time at which it was first presented.
type accepted struct {
	gen int64
	at  time.Time
}

// row is the state of a session as stored in the database.
type row struct {
	gen            int64      // the current generation
	newestAccepted int64      // the newest generation that was presented and accepted; 0: none yet
	genAt          time.Time  // when gen was issued, in whole seconds: the token's iat
	servedAt       time.Time  // when a token of gen was last sent
	recent         []accepted // the last accepted generations, the newest first; at most maxRecent
	restoredGen    int64      // the current generation of the backup, until the first refresh after the restore; else 0

	idleExpiresAt     time.Time
	absoluteExpiresAt time.Time
	revoked           bool
}

// rules are the operator's settings.
type rules struct {
	grace      time.Duration // 0: any second presentation of a token is reuse
	refreshTTL time.Duration
}

// verdict is the decision on a presented generation.
type verdict int

const (
	rejected    verdict = iota // the session has ended: 401, nothing changes
	neverIssued                // a generation that was never issued: 401, nothing changes, logged as an error
	unchanged                  // the current token again; nothing changes
	repeated                   // the current token again, for a second tab or a duplicate request
	rotated                    // the normal case: a new generation
	recovered                  // a new generation for a client that lost a response
	reused                     // the token was copied: the session is revoked
	resumed                    // a new generation for the client of a session that was restored from a backup
)

// grantsTokens reports whether the client gets tokens.
func (v verdict) grantsTokens() bool { return v != rejected && v != neverIssued && v != reused }

// decide is the state machine of refresh tokens, drawn in docs/sessions.md: it decides what happens to a session when
// a generation is presented at the time now. It is a pure function; the caller stores the returned row.
//
// It has two goals. An honest client is never logged out, even if requests or responses are lost, duplicated or (within the
// grace) reordered. And a copied token ends the session.
func decide(r row, presented int64, now time.Time, rules rules) (row, verdict) {
	switch {
	case r.revoked || !now.Before(r.idleExpiresAt) || !now.Before(r.absoluteExpiresAt):
		return r, rejected
	case presented > r.gen:
		return r, neverIssued
	case r.restoredGen > 0 && (presented >= r.restoredGen || presented == r.newestAccepted && presented > 0 && rules.grace > 0):
		return r.resume(presented, now, rules.refreshTTL), resumed
	case r.restoredGen > 0:
		return r.revoke(), reused
	case presented == r.gen && rules.grace > 0 && r.mustKeepOldest(now, rules.grace):
		return r, unchanged
	case presented == r.gen:
		r.newestAccepted = presented
		r.recent = append([]accepted{{gen: presented, at: now}}, r.recent[:min(len(r.recent), maxRecent-1)]...)
		return r.issueNext(now, rules.refreshTTL), rotated
	case rules.grace <= 0:
		return r.revoke(), reused
	case presented == r.newestAccepted && presented > 0 && age(r.servedAt, now) < rules.grace:
		r.servedAt = now
		return r, repeated
	case presented == r.newestAccepted && presented > 0:
		// No newer token was ever presented: the response was lost. The generations since newestAccepted can't be used any more.
		return r.issueNext(now, rules.refreshTTL), recovered
	case r.isSlowTab(presented, now, rules.grace):
		r.servedAt = now
		return r, repeated
	}
	return r.revoke(), reused
}

// resume accepts presented as the only recent generation and issues the next one. It handles the first refresh after a restore:
// presented is a generation of the backup, or was issued between the backup and the restore. All other generations of that time are
// spent now: the next one comes after a gap.
func (r row) resume(presented int64, now time.Time, refreshTTL time.Duration) row {
	r.restoredGen = 0
	r.newestAccepted = presented
	r.recent = []accepted{{gen: presented, at: now}}
	return r.issueNext(now, refreshTTL)
}

// issueNext makes the next generation the current one.
func (r row) issueNext(now time.Time, refreshTTL time.Duration) row {
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

// mustKeepOldest reports whether recent is full and a slow tab may still present its oldest generation: the next newer
// one was accepted less than the grace ago.
func (r row) mustKeepOldest(now time.Time, grace time.Duration) bool {
	return len(r.recent) == maxRecent && age(r.recent[maxRecent-2].at, now) < grace
}

// isSlowTab reports whether presented was accepted before, and the next newer accepted generation less than the grace ago.
func (r row) isSlowTab(presented int64, now time.Time, grace time.Duration) bool {
	for i := 1; i < len(r.recent); i++ {
		if r.recent[i].gen == presented {
			return age(r.recent[i-1].at, now) < grace
		}
	}
	return false
}

// age returns the time since at. It is never negative, even if the database's clock was set back.
func age(at, now time.Time) time.Duration { return max(now.Sub(at), 0) }
