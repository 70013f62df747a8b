package api_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/throttle"
)

const loginPath = "/api/user/token/"

// behindProxy makes the server trust X-Forwarded-For.
func behindProxy(c *apitest.Config) {
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
}

func forwardedFor(n int) string { return fmt.Sprintf("X-Forwarded-For: 198.18.%d.%d", n>>8, n&255) }

// TestTheOwnerGetsInWhileStrangersGuess simulates an attacker with 1,000 addresses, and an owner with a browser.
func TestTheOwnerGetsInWhileStrangersGuess(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, behindProxy, func(c *apitest.Config) { c.Attempts = throttle.DefaultLimits(30) })
	owner := s.User(t, "owner")
	owner.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
	var wrong, refused, logins atomic.Int64
	attack := func(t testing.TB, first int) {
		c := s.Client(t)
		for n := first; n < 1000; n += 4 {
			a := c.Do(t, http.MethodPost, loginPath, apitest.Credentials("owner", fmt.Sprintf("password %d", n)), forwardedFor(n))
			switch a.StatusCode {
			case http.StatusUnauthorized:
				wrong.Add(1)
			case http.StatusTooManyRequests:
				refused.Add(1)
				require.Equal(t, "too_many_attempts", a.Problem(t).Code)
			default:
				require.Fail(t, "unexpected", a.Text)
			}
		}
	}
	calls := []func(testing.TB){func(t testing.TB) {
		for range 10 {
			owner.Do(t, http.MethodPost, loginPath, apitest.Credentials("owner", apitest.Password), forwardedFor(1000)).Is(t, http.StatusOK)
			owner.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
			logins.Add(1)
		}
	}}
	for first := range 4 {
		calls = append(calls, func(t testing.TB) { attack(t, first) })
	}
	apitest.AtOnce(t, calls...)
	require.Positive(t, refused.Load())
	require.LessOrEqual(t, wrong.Load(), 100*(logins.Load()+1))
	require.Contains(t, s.Logs.String(), "somebody guesses the password of an account")
	require.NotContains(t, s.Logs.String(), apitest.Password)
}

func TestTwoHundredGuessesAreCutShort(t *testing.T) {
	t.Parallel()
	limits := throttle.DefaultLimits(30)
	limits.Strangers.Free, limits.Strangers.Max = 5, 5 // no wait ends while the test runs
	s := apitest.Start(t, behindProxy, func(c *apitest.Config) { c.Attempts = limits })
	owner := s.User(t, "owner")
	for _, name := range []string{"owner", "nobody"} {
		outcomes := map[int]int{}
		for n := range 200 {
			a := s.Client(t).Do(t, http.MethodPost, loginPath, apitest.Credentials(name, "wrong password"), forwardedFor(n))
			outcomes[a.StatusCode]++
			if a.StatusCode == http.StatusTooManyRequests {
				require.Equal(t, "3600", a.Header.Get("Retry-After"))
				require.Equal(t, `"attempts";r=0;t=3600`, a.Header.Get("RateLimit"))
				require.Equal(t, `"attempts";q=5`, a.Header.Get("RateLimit-Policy"))
			}
		}
		require.Equal(t, map[int]int{http.StatusUnauthorized: 5, http.StatusTooManyRequests: 195}, outcomes, name)
	}
	stranger := s.Client(t)
	stranger.Do(t, http.MethodPost, loginPath, apitest.Credentials("owner", apitest.Password), forwardedFor(300)).Is(t, http.StatusTooManyRequests)

	t.Run("ARefreshCookieAlsoLetsTheOwnerIn", func(t *testing.T) {
		cookie := "Cookie: refresh_token=" + owner.RefreshToken(t)
		stranger.Do(t, http.MethodPost, loginPath, apitest.Credentials("owner", "wrong password"), forwardedFor(300), cookie).Is(t, http.StatusUnauthorized)
		s.Client(t).Do(t, http.MethodPost, loginPath, apitest.Credentials("owner", apitest.Password), forwardedFor(300), cookie).Is(t, http.StatusOK)
	})
}

func TestSprayedNamesAreCutShort(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.Attempts = throttle.DefaultLimits(10) })
	outcomes := map[int]int{}
	for n := range 50 {
		outcomes[s.Client(t).Do(t, http.MethodPost, loginPath, apitest.Credentials(fmt.Sprintf("name%d", n), "sunshine"), forwardedFor(n)).StatusCode]++
	}
	require.Equal(t, map[int]int{http.StatusUnauthorized: 10, http.StatusTooManyRequests: 40}, outcomes, "without a trusted proxy, the header doesn't count")
}

var pathParameter = regexp.MustCompile(`\{\w+\}`)

// TestEveryLimitedOperationIsLimited calls each operation that declares 429 once too often, and requires that no other call counts.
func TestEveryLimitedOperationIsLimited(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, behindProxy, func(c *apitest.Config) { c.RegistrationsPerHour = 0 }) // the test registers more users than an address may
	limited, now := 0, time.Now().Add(10*time.Minute)                                          // all tokens of the test are valid then
	strict := s.Replica(t, func(c *apitest.Config) {
		c.RequestsPerUser, c.RequestsPerAddress = 1, 1
		c.Clock = func() time.Time { return now }
	})
	for n, o := range apitest.Operations(t) {
		c, address := strict.Client(t), forwardedFor(n) // each operation has its own user and address
		path := pathParameter.ReplaceAllString(o.Path, "1")
		for range 3 { // requests without a valid token don't count
			if o.NeedsToken {
				c.Do(t, o.Method, path, "", address).Is(t, http.StatusUnauthorized)
				c.Do(t, o.Method, path, "", address, "Authorization: Bearer stale").Is(t, http.StatusUnauthorized)
			}
		}
		token := ""
		if o.NeedsToken {
			token = "Bearer " + s.User(t, fmt.Sprintf("busy%d", n)).Access
		}
		if o.DeletesCaller() { // a second call is impossible
			c.Do(t, http.MethodGet, "/api/fridge/", "", address, "Authorization: "+token).Is(t, http.StatusOK)
			c.Do(t, o.Method, path, "", address, "Authorization: "+token).Is(t, http.StatusTooManyRequests)
			continue
		}
		first := c.Do(t, o.Method, path, "{", address, "Authorization: "+token)
		require.NotEqual(t, http.StatusTooManyRequests, first.StatusCode, o.ID)
		second := c.Do(t, o.Method, path, "{", address, "Authorization: "+token)
		if !o.Declares(http.StatusTooManyRequests) {
			require.NotEqual(t, http.StatusTooManyRequests, second.StatusCode, o.ID)
			require.Empty(t, first.Header.Get("RateLimit"))
			continue
		}
		limited++
		name := "address"
		if o.NeedsToken {
			name = "user"
		}
		require.Equal(t, `"`+name+`";r=0`, first.Header.Get("RateLimit"), o.ID)
		require.Equal(t, `"`+name+`";q=1;w=60`, first.Header.Get("RateLimit-Policy"), o.ID)
		second.Is(t, http.StatusTooManyRequests)
		require.Equal(t, "too_many_requests", second.Problem(t).Code)
		require.Equal(t, "60", second.Header.Get("Retry-After"), o.ID)
	}
	require.Greater(t, limited, 20)
}
