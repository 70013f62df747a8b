package throttle_test

import (
	"errors"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/throttle"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	newRequests := func(perUser, perNetwork int) throttle.Requests {
		r := throttle.NewRequests(perUser, perNetwork, func() time.Time { return now })
		t.Cleanup(r.Close)
		return r
	}
	ipv4 := netip.MustParseAddr("192.0.2.1")

	t.Run("AreLimitedPerMinuteAndRefilledEvenly", func(t *testing.T) {
		r := newRequests(60, 0)
		for left := 59; left >= 0; left-- {
			header, err := r.Take(7, ipv4)
			require.NoError(t, err)
			require.Equal(t, `"user";r=`+strconv.Itoa(left), header)
		}
		_, err := r.Take(7, ipv4)
		e, ok := errors.AsType[*apperr.Error](err)
		require.True(t, ok)
		require.Equal(t, apperr.TooManyRequests, e.Code)
		require.Equal(t, time.Second, e.RetryAfter)
		require.Equal(t, &apperr.Limit{Name: "user", Quota: 60, Window: time.Minute}, e.Limit)
		_, err = r.Take(8, ipv4)
		require.NoError(t, err, "another user")
		now = now.Add(time.Second)
		_, err = r.Take(7, ipv4)
		require.NoError(t, err)
		_, err = r.Take(7, ipv4)
		require.Error(t, err)
	})

	t.Run("WithoutAUserCountForTheNetwork", func(t *testing.T) {
		r := newRequests(0, 1)
		for _, c := range []struct {
			address string
			limited bool
		}{
			{"2001:db8::1", false}, {"2001:db8::2", true}, {"2001:db8:0:1::1", false}, {"::ffff:192.0.2.1", false}, {"192.0.2.1", true},
			{"192.0.2.2", false}, {"fe80::1%eth0", false}, {"fe80::1%eth1", true},
		} {
			_, err := r.Take(0, netip.MustParseAddr(c.address))
			require.Equal(t, c.limited, err != nil, c.address)
		}
		_, err := r.Take(7, ipv4)
		require.NoError(t, err, "users have no limit here")
	})

	t.Run("HaveNoLimitOfZero", func(t *testing.T) {
		r := newRequests(0, 0)
		header, err := r.Take(7, ipv4)
		require.NoError(t, err)
		require.Empty(t, header)
	})
}

func BenchmarkTake(b *testing.B) {
	r := throttle.NewRequests(1<<30, 1<<30, time.Now)
	defer r.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Take(7, netip.Addr{}); err != nil {
			b.Fatal(err)
		}
	}
}
