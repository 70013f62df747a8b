package session

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/token"
)

// randomAge is never near the grace: some seconds pass between writing a row and refreshing.
func randomAge(r *rand.Rand) time.Duration {
	switch r.IntN(8) {
	case 0:
		return -time.Duration(r.IntN(20_000)) * time.Millisecond // the clock was set back
	case 1, 2, 3:
		return grace + 20*time.Second + time.Duration(r.Int64N(int64(10*24*time.Hour))).Truncate(tick)
	default:
		return time.Duration(r.Int64N(int64(10 * time.Second))).Truncate(tick)
	}
}

func randomRow(r *rand.Rand, clock time.Time) row {
	var s row
	n := ringSize
	if r.IntN(2) == 0 {
		n = r.IntN(ringSize + 1)
	}
	burst := r.IntN(3) == 0 // all within a few seconds
	for range n {
		age := randomAge(r)
		if burst {
			age = time.Duration(r.IntN(10_000)) * time.Millisecond
		}
		s.ring = append(s.ring, use{at: clock.Add(-age)})
	}
	slices.SortFunc(s.ring, func(a, b use) int { return b.at.Compare(a.at) })
	for i := n - 1; i >= 0; i-- {
		s.ack += 1 + int64(r.IntN(3)) // some were burned
		s.ring[i].gen = s.ack
	}
	s.gen = s.ack + 1 + int64(r.IntN(3))
	s.servedAt = clock.Add(-randomAge(r))
	s.genAt = s.servedAt.Add(-time.Duration(r.IntN(60)) * time.Second).Truncate(time.Second)
	expiry := func() time.Duration {
		if r.IntN(15) == 0 {
			return -time.Hour
		}
		return time.Hour + time.Duration(r.IntN(60*24))*time.Hour
	}
	s.absoluteExpiresAt = clock.Add(expiry())
	s.idleExpiresAt = clock.Add(min(expiry(), s.absoluteExpiresAt.Sub(clock)))
	s.revoked = r.IntN(12) == 0
	return s
}

func randomGeneration(r *rand.Rand, s row) int64 {
	switch r.IntN(10) {
	case 0:
		return s.gen + 1 + r.Int64N(3)
	case 1:
		return 1 + r.Int64N(s.gen)
	case 2, 3:
		return max(s.ack, 1)
	case 4, 5:
		if len(s.ring) > 0 {
			return s.ring[r.IntN(len(s.ring))].gen
		}
	}
	return s.gen
}

// deciding is a random session and what is presented to it.
type deciding struct {
	house
	user   int64
	before row
	x      int64
	with   rules
}

// copy writes the session once more and returns its id.
func (d deciding) copy(t *testing.T) token.Refresh {
	return token.Refresh{UserID: d.user, SessionID: d.insert(t, d.user, d.before), Generation: d.x}
}

// requireAgreed fails unless the row is now what decide makes of it. It returns the verdict, and the row.
func (d deciding) requireAgreed(t *testing.T, id uuid.UUID) (verdict, row) {
	t.Helper()
	after := d.row(t, id, d.user)
	at := d.clock(t)
	if !after.servedAt.Equal(d.before.servedAt) {
		require.WithinDuration(t, at, after.servedAt, 10*time.Second)
		at = after.servedAt // the very time that was decided by
	}
	expected, v := decide(d.before, d.x, at, d.with)
	require.Equal(t, expected, after, "generation %d of %+v: verdict %d", d.x, d.before, v)
	return v, after
}

// refreshed checks Refresh as a whole.
func (d deciding) refreshed(t *testing.T) verdict {
	s := d.copy(t)
	tokens, ok := d.refresh(t, d.tokenOf(t, s.SessionID, d.user, d.x))
	v, after := d.requireAgreed(t, s.SessionID)
	require.Equal(t, v.answers(), ok)
	if ok {
		require.Equal(t, token.Refresh{
			UserID: d.user, SessionID: s.SessionID, Generation: after.gen, IssuedAt: after.genAt.Local(),
			ExpiresAt: earlier(after.genAt.Add(month), after.absoluteExpiresAt).Truncate(time.Second).Local(),
		}, d.read(t, tokens.Refresh))
	}
	reason := map[verdict]string{reused: "reuse"}[v]
	if d.before.revoked {
		reason = "logout"
	}
	require.Equal(t, reason, d.reason(t, s.SessionID))
	return v
}

// rotatedInOneStatement checks the one statement alone.
func (d deciding) rotatedInOneStatement(t *testing.T) {
	s := d.copy(t)
	_, ok, err := d.rotate(t.Context(), s)
	require.NoError(t, err)
	if ok {
		v, _ := d.requireAgreed(t, s.SessionID)
		require.Equal(t, rotated, v)
		return
	}
	require.Equal(t, d.before, d.row(t, s.SessionID, d.user), "what isn't rotated stays as it was")
	_, v := decide(d.before, d.x, d.clock(t), d.with)
	// Without grace a full ring is no obstacle; the statement leaves one with times of the future to the slow way.
	ofTheFuture := d.with.grace == 0 && len(d.before.ring) == ringSize && d.before.ring[ringSize-2].at.After(d.clock(t))
	if !ofTheFuture {
		require.NotEqual(t, rotated, v, "generation %d of %+v", d.x, d.before)
	}
}

// decidedSlowly checks the slow way alone, also for what the one statement would have done.
func (d deciding) decidedSlowly(t *testing.T) {
	s := d.copy(t)
	_, err := d.refreshSlowly(t.Context(), s)
	v, _ := d.requireAgreed(t, s.SessionID)
	require.Equal(t, v.answers(), err == nil, "%v", err)
}

func TestDatabaseAgreesWithDecide(t *testing.T) {
	t.Parallel()
	agree := func(t *testing.T, grace time.Duration, verdicts ...verdict) {
		t.Parallel()
		h := newHouse(t)
		h.Settings.Grace = grace
		user, seed := h.user(t), rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		t.Logf("seed %d", seed) // seen where the test fails
		seen := map[verdict]int{}
		for range 300 {
			d := deciding{house: h, user: user, before: randomRow(r, h.clock(t)), with: rules{grace, month}}
			d.x = randomGeneration(r, d.before)
			seen[d.refreshed(t)]++
			d.rotatedInOneStatement(t)
			d.decidedSlowly(t)
		}
		for _, v := range verdicts {
			require.Positive(t, seen[v], "verdict %d, in %v", v, seen)
		}
	}
	t.Run("WithGrace", func(t *testing.T) {
		agree(t, grace, refused, ahead, unchanged, repeated, rotated, recovered, reused)
	})
	t.Run("WithoutGrace", func(t *testing.T) { agree(t, 0, refused, ahead, rotated, reused) })
}
