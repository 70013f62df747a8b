package faults

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// revocationLimit is how long a server may accept the tokens of a session that was revoked on another server.
const revocationLimit = 3 * time.Second

// behindProxy starts a server on the primary, and another one that connects to the primary through a proxy.
func behindProxy(t *testing.T) (direct, proxied *apitest.Server, proxy *pgtest.Proxy, primary *node) {
	t.Helper()
	primary = startPrimary(t)
	proxy = pgtest.NewProxy(t, func() (network, address string) { return "tcp", primary.address() })
	direct = serveOn(t, primary.url("ocipe"), primary, 1)[0]
	url := "postgres://postgres@" + proxy.Addr + "/ocipe?sslmode=disable"
	proxied = direct.Replica(t, productionConfig(t, url, direct.Logs))
	return direct, proxied, proxy, primary
}

// status sends a request that needs no database except to check the token, and returns the status of the response.
func status(t *testing.T, s *apitest.Server, token string) int {
	t.Helper()
	return s.Client(t).Do(t, http.MethodPost, "/api/ingredients/parse/", `{"lines": ["2 leeks"]}`, "Authorization: Bearer "+token).StatusCode
}

func TestARevokedTokenIsRejectedWithinThreeSeconds(t *testing.T) {
	for name, silence := range map[string]func(*pgtest.Proxy){
		"IfItsConnectionsFallSilent":    (*pgtest.Proxy).Silence,
		"IfAlsoNewConnectionsAreSilent": (*pgtest.Proxy).SilenceAll,
		"IfNothingHappensToConnections": func(*pgtest.Proxy) {},
		"IfItsConnectionsAreCut":        (*pgtest.Proxy).CloseAll,
	} {
		if testing.Short() && name != "IfItsConnectionsFallSilent" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			direct, proxied, proxy, _ := behindProxy(t)
			user := direct.User(t, "cook")
			a := user.Call(t, http.MethodPost, "/api/user/api-tokens/", map[string]any{"name": "script", "scopes": []string{"recipes:read"}, "expires_in_days": 1}).Is(t, http.StatusCreated)
			created := apitest.Decode[struct {
				ID    int64
				Token string
			}](t, a)
			tokens := map[string]string{"of a session": user.Access, "of a script": created.Token}
			for kind, token := range tokens {
				require.Equal(t, http.StatusOK, status(t, proxied, token), kind)
			}

			silence(proxy)
			user.Call(t, http.MethodDelete, "/api/user/api-tokens/"+itoa(created.ID)+"/", nil).Is(t, http.StatusNoContent)
			user.Call(t, http.MethodPost, "/api/user/logout/", nil).Is(t, http.StatusNoContent)
			revoked := time.Now()

			for kind, token := range tokens {
				rejected := time.Time{}
				pgtest.Eventually(t, func() bool {
					sent := time.Now()
					if status(t, proxied, token) == http.StatusOK {
						require.Less(t, sent.Sub(revoked), revocationLimit, "a token %s is still accepted", kind)
						return false
					}
					rejected = sent
					return true
				})
				t.Logf("a token %s was rejected %v after its revocation", kind, rejected.Sub(revoked).Round(time.Millisecond))
			}

			proxy.Resume()
			for kind, token := range tokens {
				pgtest.Eventually(t, func() bool {
					got := status(t, proxied, token)
					require.NotEqual(t, http.StatusOK, got, kind)
					return got == http.StatusUnauthorized
				})
			}
			require.Equal(t, http.StatusOK, status(t, proxied, direct.User(t, "other").Access))
		})
	}
}

// probeLimit is how long the check of the database may take.
const probeLimit = time.Second

func TestTheCheckOfTheDatabaseTakesOneSecond(t *testing.T) {
	_, proxied, proxy, _ := behindProxy(t)
	c := proxied.Client(t)
	c.Do(t, http.MethodGet, "/api/monitoring/db/", "").Is(t, http.StatusOK)
	proxy.SilenceAll()

	for range 8 { // with connections in all states
		watch := pgtest.NewStopwatch()
		a := c.Do(t, http.MethodGet, "/api/monitoring/db/", "").Is(t, http.StatusServiceUnavailable)
		took := watch.Stop()
		t.Logf("%v: %s", took.Round(time.Millisecond), a.Text)
		require.NotEmpty(t, a.Header.Get("Retry-After"))
		require.Less(t, took, probeLimit+requestSlack)
	}
	proxy.Resume()
	pgtest.Eventually(t, func() bool { return c.Do(t, http.MethodGet, "/api/monitoring/db/", "").StatusCode == http.StatusOK })
}
