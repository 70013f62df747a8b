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
	"testing"
	"time"

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

// gate is a gate on a new database.
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

// outcome is the result of a guess as the client sees it.
type outcome string

const (
	right    outcome = "right"
	wrong    outcome = "wrong"
	rejected outcome = "rejected"
)

// guess makes one guess. It returns an error if the result is one that no guess may have.
func (g gate) guess(ctx context.Context, a throttle.Attempt, isRight bool) (outcome, error) {
	ok, err := g.Try(ctx, a, func(bool) (bool, error) { return isRight, nil })
	if e, is := errors.AsType[*apperr.Error](err); is && e.Code == apperr.TooManyAttempts {
		if ok || e.RetryAfter < time.Second || e.Limit == nil {
			return "", fmt.Errorf("a refusal with %v, %v, %v", ok, e.RetryAfter, e.Limit)
		}
		return rejected, nil
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
		token, err = throttle.RememberDevice(t.Context(), q, userID, presented)
		return err
	}))
	return token
}

// advance lets time pass.
func (g gate) advance(t testing.TB, d time.Duration) {
	t.Helper()
	g.base.Exec(t, `update login_failures set wait_until = wait_until - $1::interval, failed_at = failed_at - $1::interval`, d)
	g.base.Exec(t, `update login_networks set full_at = full_at - $1::interval`, d)
	g.base.Exec(t, `update login_devices set wait_until = wait_until - $1::interval, used_at = used_at - $1::interval`, d)
}

// address returns one of many addresses, each in another network.
func address(n int) netip.Addr {
	if n%2 == 0 {
		return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
	}
	return netip.MustParseAddr(fmt.Sprintf("2001:db8:%x:%x::1", n>>16, n&0xffff))
}

// slowLimits returns limits with such long waits that no wait ends while a test runs, even on a busy machine.
func slowLimits() throttle.Limits {
	limits := throttle.DefaultLimits(0)
	limits.Strangers.FirstDelay, limits.Strangers.MaxDelay = time.Hour, 64*time.Hour
	return limits
}
