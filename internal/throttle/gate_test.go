package throttle_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/throttle"
)

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
		g.advance(t, 24*time.Hour)
	}
	require.EqualValues(t, 80, owned.Load())
	require.Positive(t, learned.Load())
	require.Contains(t, g.logs.String(), "somebody guesses the password of an account")
}

// TestNoAccountHasMoreThan100FailuresInARow gives attackers unlimited time, unlimited addresses, and stolen device cookies.
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
		g.advance(t, 2*time.Hour)
	}
	require.Equal(t, 100, wrongs)
	require.Equal(t, rejected, g.mustGuess(t, throttle.Attempt{UsernameKey: "owner", Address: address(7)}, true), "a right guess isn't told")

	require.NoError(t, g.DB.Run(t.Context(), func(q *db.Queries) error { return throttle.ForgetAccount(t.Context(), q, user, "owner") }))
	require.Equal(t, right, g.mustGuess(t, throttle.Attempt{UsernameKey: "owner", Address: address(8)}, true), "the operator lets the owner in")
}

// TestParallelGuessesLearnNoMore starts all guesses, including the right one, before any is recorded.
func TestParallelGuessesLearnNoMore(t *testing.T) {
	t.Parallel()
	g := newGate(t, slowLimits())
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
					outcomes[n] = rejected
				}
			})
		}
		done.Wait()
		count := map[outcome]int{}
		for _, o := range outcomes {
			count[o]++
		}
		require.Equal(t, map[outcome]int{wrong: 5, rejected: parallel - 5}, count, name)
	}
}

func TestWaitsGrow(t *testing.T) {
	t.Parallel()
	g := newGate(t, slowLimits())
	a := throttle.Attempt{UsernameKey: "nobody", Address: address(1)}
	for range 4 {
		require.Equal(t, wrong, g.mustGuess(t, a, false))
	}
	for _, wait := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 32 * time.Hour, 64 * time.Hour, 64 * time.Hour} {
		require.Equal(t, wrong, g.mustGuess(t, a, false))
		waits := g.base.Int(t, `select round(date_part('epoch', wait_until - failed_at)) from login_failures`)
		require.EqualValues(t, wait.Seconds(), waits)
		require.Equal(t, rejected, g.mustGuess(t, a, true))
		g.advance(t, wait)
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
	require.Equal(t, map[outcome]int{wrong: 30, rejected: 20}, outcomes)
	require.Contains(t, g.logs.String(), "an address has reached the limit of failed logins")

	user := g.base.User(t, "owner")
	a := throttle.Attempt{UsernameKey: "owner", Address: netip.MustParseAddr("2001:db8::7")}
	require.Equal(t, rejected, g.mustGuess(t, a, true))
	a.Device = g.remember(t, user, "")
	require.Equal(t, right, g.mustGuess(t, a, true), "a neighbor who has logged in before isn't concerned")
	a.Device = ""
	g.advance(t, 2*time.Minute)
	require.Equal(t, right, g.mustGuess(t, a, true), "30 an hour: one comes back every two minutes")
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

	g.advance(t, 8*24*time.Hour)
	deleted, err = g.SweepNow(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, deleted, "the name without an account, and the network")
	require.EqualValues(t, 1, g.base.Int(t, `select count(*) from login_failures where user_id = $1`, user), "failures in a row, however long that takes")

	g.advance(t, throttle.DeviceTTL)
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
