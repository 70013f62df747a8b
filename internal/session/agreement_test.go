package session

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/token"
)

func randomAge(r *rand.Rand) time.Duration {
	switch r.IntN(8) {
	case 0:
		return -time.Duration(r.IntN(20_000)) * time.Millisecond // the clock was set back
	case 1, 2, 3:
		return grace + time.Duration(r.Int64N(int64(10*24*time.Hour))).Truncate(tick)
	default:
		return time.Duration(r.Int64N(int64(grace))).Truncate(tick)
	}
}

func randomRow(r *rand.Rand, clock time.Time) row {
	var s row
	n := maxRecent
	if r.IntN(2) == 0 {
		n = r.IntN(maxRecent + 1)
	}
	burst := r.IntN(3) == 0 // all within a few seconds
	for range n {
		age := randomAge(r)
		if burst {
			age = time.Duration(r.IntN(10_000)) * time.Millisecond
		}
		s.recent = append(s.recent, accepted{at: clock.Add(-age)})
	}
	slices.SortFunc(s.recent, func(a, b accepted) int { return b.at.Compare(a.at) })
	for i := n - 1; i >= 0; i-- {
		s.newestAccepted += 1 + int64(r.IntN(3)) // some were never accepted
		s.recent[i].gen = s.newestAccepted
	}
	s.gen = s.newestAccepted + 1 + int64(r.IntN(3))
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
	if r.IntN(6) == 0 {
		s.restoredGen = s.gen
		s.gen += 1000 // the gap
	}
	return s
}

func randomGeneration(r *rand.Rand, s row) int64 {
	switch r.IntN(10) {
	case 0:
		return s.gen + 1 + r.Int64N(3)
	case 6:
		if s.restoredGen > 0 {
			return s.restoredGen + r.Int64N(3)
		}
	case 1:
		return 1 + r.Int64N(s.gen)
	case 2, 3:
		return max(s.newestAccepted, 1)
	case 4, 5:
		if len(s.recent) > 0 {
			return s.recent[r.IntN(len(s.recent))].gen
		}
	}
	return s.gen
}

// decision is a random session and the generation that is presented to it.
type decision struct {
	env
	user      int64
	before    row
	presented int64
	rules     rules
}

// presentWith inserts a copy of the session, presents the generation in the given way, and requires the result of decide. It
// returns the verdict and the row. ok reports whether tokens are returned.
//
// If servedAt hasn't changed, the exact time of the decision is unknown, and the result for the time before or after the
// call is required.
func (d decision) presentWith(t *testing.T, do func(s token.Refresh) (ok bool)) (v verdict, after row) {
	t.Helper()
	s := token.Refresh{UserID: d.user, SessionID: d.insert(t, d.user, d.before), Generation: d.presented}
	from := d.clock(t)
	ok := do(s)
	to := d.clock(t)
	after = d.row(t, s.SessionID, d.user)
	if !after.servedAt.Equal(d.before.servedAt) {
		require.WithinRange(t, after.servedAt, from, to)
		from, to = after.servedAt, after.servedAt
	}
	for _, at := range []time.Time{from, to} {
		var want row
		if want, v = decide(d.before, d.presented, at, d.rules); reflect.DeepEqual(want, after) && v.grantsTokens() == ok {
			return v, after
		}
	}
	t.Fatalf("verdict %d for generation %d of %+v, but tokens: %t, and the row is %+v", v, d.presented, d.before, ok, after)
	return v, after
}

// requireRefresh presents the generation to Refresh.
func (d decision) requireRefresh(t *testing.T) verdict {
	var tokens Tokens
	var id uuid.UUID
	v, after := d.presentWith(t, func(s token.Refresh) (ok bool) {
		id = s.SessionID
		tokens, ok = d.refresh(t, d.tokenOf(t, id, d.user, d.presented))
		return ok
	})
	if v.grantsTokens() {
		require.Equal(t, token.Refresh{
			UserID: d.user, SessionID: id, Generation: after.gen, IssuedAt: after.genAt.Local(),
			ExpiresAt: earlier(after.genAt.Add(month), after.absoluteExpiresAt).Truncate(time.Second).Local(),
		}, d.read(t, tokens.Refresh))
	}
	reason := map[verdict]string{reused: "reuse"}[v]
	if d.before.revoked {
		reason = "logout"
	}
	require.Equal(t, reason, d.reason(t, id))
	return v
}

// requireRotate presents the generation to the single statement, which must leave all cases but the normal one to the transaction.
func (d decision) requireRotate(t *testing.T) {
	s := token.Refresh{UserID: d.user, SessionID: d.insert(t, d.user, d.before), Generation: d.presented}
	from := d.clock(t)
	i, ok, err := d.rotate(t.Context(), s)
	require.NoError(t, err)
	after := d.row(t, s.SessionID, d.user)
	if ok {
		want, v := decide(d.before, d.presented, after.servedAt, d.rules)
		require.Equal(t, rotated, v)
		require.Equal(t, want, after)
		require.Equal(t, after.gen, i.gen)
		return
	}
	require.Equal(t, d.before, after, "nothing has changed")
	_, atFirst := decide(d.before, d.presented, from, d.rules)
	_, atLast := decide(d.before, d.presented, d.clock(t), d.rules)
	// Without a grace, no entry must be kept. The statement leaves a full list with times in the future to the transaction.
	inFuture := d.rules.grace == 0 && len(d.before.recent) == maxRecent && d.before.recent[maxRecent-2].at.After(from)
	if !inFuture {
		require.False(t, atFirst == rotated && atLast == rotated, "generation %d of %+v", d.presented, d.before)
	}
}

func TestDatabaseAgreesWithDecide(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grace    time.Duration
		verdicts []verdict
	}{
		"WithGrace":    {grace, []verdict{rejected, neverIssued, unchanged, repeated, rotated, recovered, reused, resumed}},
		"WithoutGrace": {0, []verdict{rejected, neverIssued, rotated, reused, resumed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.Settings.Grace = c.grace
			user, seed := e.user(t), rand.Uint64()
			r := rand.New(rand.NewPCG(seed, 0))
			t.Logf("seed %d", seed) // printed if the test fails
			seen := map[verdict]int{}
			missing := func() bool {
				return slices.ContainsFunc(c.verdicts, func(v verdict) bool { return seen[v] == 0 })
			}
			for n := 0; n < 200 || missing(); n++ {
				require.True(t, hasTimeLeft(t), "not all verdicts were seen: %v", seen)
				d := decision{env: e, user: user, before: randomRow(r, e.clock(t)), rules: rules{c.grace, month}}
				d.presented = randomGeneration(r, d.before)
				seen[d.requireRefresh(t)]++
				d.requireRotate(t)
				d.presentWith(t, func(s token.Refresh) bool {
					_, err := d.decideLocked(t.Context(), s, activity.Client{})
					return err == nil
				})
			}
		})
	}
}
