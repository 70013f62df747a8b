package throttle_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/throttle"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := apitest.SetShortBudget(); err != nil {
		panic(err)
	}
	os.Exit(pgtest.Main(m))
}

// gate is a gate on a database of its own.
type gate struct {
	*throttle.Gate
	base *pgtest.Database
	logs *bytes.Buffer // read it only while nothing logs
}

func newGate(t testing.TB, limits throttle.Limits) gate {
	t.Helper()
	base, logs := pgtest.New(t), &bytes.Buffer{}
	return gate{
		Gate: &throttle.Gate{DB: base.Open(t), Limits: limits, Log: slog.New(slog.NewJSONHandler(logs, nil))}, base: base, logs: logs,
	}
}

// outcome is what a client learns from a guess.
type outcome string

const (
	right   outcome = "right"
	wrong   outcome = "wrong"
	refused outcome = "refused"
)

// guess makes one guess. Its error is one that no guess may have.
func (g gate) guess(ctx context.Context, a throttle.Attempt, isRight bool) (outcome, error) {
	ok, err := g.Try(ctx, a, func(bool) (bool, error) { return isRight, nil })
	if e, is := errors.AsType[*apperr.Error](err); is && e.Code == apperr.TooManyAttempts {
		if ok || e.RetryAfter < time.Second || e.Limit == nil {
			return "", fmt.Errorf("a refusal with %v, %v, %v", ok, e.RetryAfter, e.Limit)
		}
		return refused, nil
	}
	switch {
	case err != nil:
		return "", err
	case ok:
		return right, nil
	}
	return wrong, nil
}

func (g gate) mustGuess(t testing.TB, a throttle.Attempt, isRight bool) outcome {
	t.Helper()
	o, err := g.guess(t.Context(), a, isRight)
	require.NoError(t, err)
	return o
}

// remember returns a device token of the account.
func (g gate) remember(t testing.TB, userID int64, presented string) (token string) {
	t.Helper()
	require.NoError(t, g.DB.Tx(t.Context(), func(q *db.Queries) (err error) {
		token, err = throttle.Remember(t.Context(), q, userID, presented)
		return err
	}))
	return token
}

// pass lets time pass.
func (g gate) pass(t testing.TB, d time.Duration) {
	t.Helper()
	g.base.Exec(t, `update login_failures set wait_until = wait_until - $1::interval, failed_at = failed_at - $1::interval`, d)
	g.base.Exec(t, `update login_networks set full_at = full_at - $1::interval`, d)
	g.base.Exec(t, `update login_devices set wait_until = wait_until - $1::interval, used_at = used_at - $1::interval`, d)
}

// address returns one of many addresses, each in a network of its own.
func address(n int) netip.Addr {
	if n%2 == 0 {
		return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
	}
	return netip.MustParseAddr(fmt.Sprintf("2001:db8:%x:%x::1", n>>16, n&0xffff))
}

// slow has waits so long that none ends while a test runs, however busy the machine is.
func slow() throttle.Limits {
	limits := throttle.DefaultLimits(0)
	limits.Strangers.First, limits.Strangers.Longest = time.Hour, 64*time.Hour
	return limits
}

// TestAThousandAddressesDontLockOutTheOwner lets an attacker guess from 1,000 addresses at once, for days, while the owner logs in
// again and again.
func TestAThousandAddressesDontLockOutTheOwner(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(30))
	owner := throttle.Attempt{UsernameKey: "owner", Address: address(0), Device: g.remember(t, g.base.User(t, "owner"), "")}
	var learned, owned atomic.Int64
	for range 4 {
		var guesses sync.WaitGroup
		for worker := range 8 {
			guesses.Go(func() {
				for n := worker; n < 1000; n += 8 {
					o, err := g.guess(t.Context(), throttle.Attempt{UsernameKey: "owner", Address: address(n)}, false)
					assert.NoError(t, err)
					if o == wrong {
						learned.Add(1)
					}
				}
			})
		}
		guesses.Go(func() {
			for range 20 {
				assert.LessOrEqual(t, learned.Load(), 100*(owned.Load()+1))
				o, err := g.guess(t.Context(), owner, true)
				assert.NoError(t, err)
				assert.Equal(t, right, o, "the owner gets in at once")
				owned.Add(1)
			}
		})
		guesses.Wait()
		g.pass(t, 24*time.Hour)
	}
	require.EqualValues(t, 80, owned.Load())
	require.Positive(t, learned.Load())
	require.Contains(t, g.logs.String(), "somebody guesses the password of an account")
}

// TestNoAccountHasMoreThan100FailuresInARow gives attackers all the time and addresses that they want, stolen device cookies too.
func TestNoAccountHasMoreThan100FailuresInARow(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(30))
	user := g.base.User(t, "owner")
	attempts := []throttle.Attempt{{UsernameKey: "owner"}}
	for range 5 {
		attempts = append(attempts, throttle.Attempt{UsernameKey: "owner", Device: g.remember(t, user, "")})
	}
	wrongs := 0
	for round := range 100 {
		for _, a := range attempts {
			a.Address = address(round)
			if g.mustGuess(t, a, false) == wrong {
				wrongs++
			}
		}
		g.pass(t, 2*time.Hour)
	}
	require.Equal(t, 100, wrongs)
	require.Equal(t, refused, g.mustGuess(t, throttle.Attempt{UsernameKey: "owner", Address: address(7)}, true), "a right guess isn't told")

	require.NoError(t, g.DB.Run(t.Context(), func(q *db.Queries) error { return throttle.Forget(t.Context(), q, user, "owner") }))
	require.Equal(t, right, g.mustGuess(t, throttle.Attempt{UsernameKey: "owner", Address: address(8)}, true), "the operator lets the owner in")
}

// TestParallelGuessesLearnNoMore starts all guesses before any is recorded, the right one among them.
func TestParallelGuessesLearnNoMore(t *testing.T) {
	t.Parallel()
	g := newGate(t, slow())
	for _, name := range []string{"owner", "nobody"} {
		if name == "owner" {
			g.base.User(t, name)
		}
		const parallel = 40
		var begun, done sync.WaitGroup
		begun.Add(parallel)
		outcomes := make([]outcome, parallel)
		for n := range parallel {
			done.Go(func() {
				ok, err := g.Try(t.Context(), throttle.Attempt{UsernameKey: name, Address: address(n)}, func(bool) (bool, error) {
					begun.Done()
					begun.Wait()
					return false, nil
				})
				assert.False(t, ok)
				outcomes[n] = wrong
				if err != nil {
					outcomes[n] = refused
				}
			})
		}
		done.Wait()
		count := map[outcome]int{}
		for _, o := range outcomes {
			count[o]++
		}
		require.Equal(t, map[outcome]int{wrong: 5, refused: parallel - 5}, count, name)
	}
}

func TestWaitsGrow(t *testing.T) {
	t.Parallel()
	g := newGate(t, slow())
	a := throttle.Attempt{UsernameKey: "nobody", Address: address(1)}
	for range 4 {
		require.Equal(t, wrong, g.mustGuess(t, a, false))
	}
	for _, wait := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 32 * time.Hour, 64 * time.Hour, 64 * time.Hour} {
		require.Equal(t, wrong, g.mustGuess(t, a, false))
		waits := g.base.Int(t, `select round(date_part('epoch', wait_until - failed_at)) from login_failures`)
		require.EqualValues(t, wait.Seconds(), waits)
		require.Equal(t, refused, g.mustGuess(t, a, true))
		g.pass(t, wait)
	}
	require.Equal(t, right, g.mustGuess(t, a, true))
	require.Zero(t, g.base.Int(t, `select count(*) from login_failures`), "a right guess ends the count")
}

func TestANetworkHasALimitForAllAccounts(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(30))
	outcomes := map[outcome]int{}
	for n := range 50 {
		from := netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", n)) // one /64
		outcomes[g.mustGuess(t, throttle.Attempt{UsernameKey: fmt.Sprintf("name%d", n), Address: from}, false)]++
	}
	require.Equal(t, map[outcome]int{wrong: 30, refused: 20}, outcomes)
	require.Contains(t, g.logs.String(), "an address has reached the limit of failed logins")

	user := g.base.User(t, "owner")
	a := throttle.Attempt{UsernameKey: "owner", Address: netip.MustParseAddr("2001:db8::7")}
	require.Equal(t, refused, g.mustGuess(t, a, true))
	a.Device = g.remember(t, user, "")
	require.Equal(t, right, g.mustGuess(t, a, true), "a neighbor who has logged in before isn't concerned")
	a.Device = ""
	g.pass(t, 2*time.Minute)
	require.Equal(t, right, g.mustGuess(t, a, true), "30 an hour: one comes back every two minutes")
}

func TestDevices(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(0))
	ann, ben := g.base.User(t, "ann"), g.base.User(t, "ben")
	isKnown := func(name, device string, session uuid.UUID) (known bool) {
		_, err := g.Try(t.Context(), throttle.Attempt{UsernameKey: name, Address: address(0), Device: device, Session: session},
			func(k bool) (bool, error) { known = k; return true, nil })
		require.NoError(t, err)
		return known
	}

	t.Run("AreThoseOfTheirAccount", func(t *testing.T) {
		token := g.remember(t, ann, "")
		require.True(t, isKnown("ann", token, uuid.Nil))
		require.False(t, isKnown("ben", token, uuid.Nil))
		require.False(t, isKnown("nobody", token, uuid.Nil))
		require.False(t, isKnown("ann", "", uuid.Nil))
		require.Equal(t, token, g.remember(t, ann, token), "the next login keeps it")
	})

	t.Run("ServeAllWhoUseTheBrowser", func(t *testing.T) {
		first := g.remember(t, ann, "")
		second := g.remember(t, ben, first)
		require.NotEqual(t, first, second, "somebody may have planted it")
		require.True(t, isKnown("ann", second, uuid.Nil))
		require.True(t, isKnown("ben", second, uuid.Nil))
	})

	t.Run("LoseTheirStandingAfterTenFailures", func(t *testing.T) {
		a := throttle.Attempt{UsernameKey: "ann", Address: address(0), Device: g.remember(t, ann, "")}
		for range 10 {
			require.Equal(t, wrong, g.mustGuess(t, a, false))
			g.pass(t, time.Hour)
		}
		require.False(t, isKnown("ann", a.Device, uuid.Nil))
	})

	t.Run("AreLiveSessionsToo", func(t *testing.T) {
		var live, ended uuid.UUID
		start := `insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at, idle_expires_at, absolute_expires_at, revoked_at, revoke_reason, user_agent, address)
			values ($1, 1, 0, now(), now(), '{}', '{}', now(), now(), now() + interval '1 day', now() + interval '1 day', case when $2 then now() end, case when $2 then 'logout' end, '', '') returning id`
		require.NoError(t, g.base.Pool.QueryRow(t.Context(), start, ann, false).Scan(&live))
		require.NoError(t, g.base.Pool.QueryRow(t.Context(), start, ann, true).Scan(&ended))
		require.True(t, isKnown("ann", "", live))
		require.False(t, isKnown("ben", "", live))
		require.False(t, isKnown("ann", "", ended))
		a := throttle.Attempt{UsernameKey: "ann", Address: address(0), Session: live}
		for range 10 {
			require.Equal(t, wrong, g.mustGuess(t, a, false))
			g.pass(t, time.Hour)
		}
		require.False(t, isKnown("ann", "", live))
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(30))
	user := g.base.User(t, "owner")
	g.remember(t, user, "")
	for _, name := range []string{"owner", "nobody"} {
		require.Equal(t, wrong, g.mustGuess(t, throttle.Attempt{UsernameKey: name, Address: address(1)}, false))
	}
	deleted, err := g.SweepNow(t.Context())
	require.NoError(t, err)
	require.Zero(t, deleted)

	g.pass(t, 8*24*time.Hour)
	deleted, err = g.SweepNow(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, deleted, "the name without an account, and the network")
	require.EqualValues(t, 1, g.base.Int(t, `select count(*) from login_failures where user_id = $1`, user), "failures in a row, however long that takes")

	g.pass(t, throttle.DeviceTTL)
	deleted, err = g.SweepNow(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, deleted, "the device")
}

func TestWhatVerifyFailsWithIsNotCounted(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(30))
	_, err := g.Try(t.Context(), throttle.Attempt{UsernameKey: "owner"}, func(bool) (bool, error) { return false, os.ErrClosed })
	require.ErrorIs(t, err, os.ErrClosed)
	require.Zero(t, g.base.Int(t, `select count(*) from login_failures`))
}

func TestADisconnectedClientIsCounted(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(30))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := g.Try(ctx, throttle.Attempt{UsernameKey: "owner"}, func(bool) (bool, error) { cancel(); return false, nil })
	require.NoError(t, err)
	require.EqualValues(t, 1, g.base.Int(t, `select strangers from login_failures`))
}
