package cli

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) {
	code := pgtest.Main(m)
	if binary.dir != "" {
		_ = os.RemoveAll(binary.dir) // the system's temporary folder
	}
	os.Exit(code)
}

// TestStory runs a user's whole story, with a restart in the middle.
func TestStory(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T, ...string) *server{"InThisProcess": inProcess, "AsAProcess": asProcess} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := "DATA_DIR=" + pgtest.DataDir(t)

			first := start(t, data)
			c := apitest.ClientOf(t, first.url)
			c.Register(t, "Amélie")
			c.Login(t, "amélie")
			plan := apitest.PlanAWeek(t, c.ClientWithResponses)
			require.Equal(t, http.StatusOK, c.Refresh(t).StatusCode)
			kept := c.RefreshToken(t)
			require.NoError(t, first.stop(), first.logs)

			second := start(t, data)
			c = apitest.ClientOf(t, second.url)
			a := c.Do(t, http.MethodPost, "/api/user/token/refresh/", "", "Cookie: refresh_token="+kept)
			require.Equal(t, http.StatusOK, a.StatusCode, "a restart logs nobody out")
			c.Access = a.Access(t)
			apitest.RequireWeekData(t, c.ClientWithResponses, plan)
			require.Equal(t, http.StatusBadRequest, c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("AMÉLIE", apitest.Password)).StatusCode)
			c.Login(t, "Amélie")
			require.Equal(t, http.StatusNoContent, c.Do(t, http.MethodPost, "/api/user/logout/", "").StatusCode)
			require.Equal(t, http.StatusUnauthorized, c.FridgeStatus(t))
			require.Equal(t, http.StatusBadRequest, c.Refresh(t).StatusCode)
			require.NoError(t, second.stop(), second.logs)
			require.NotContains(t, second.logs.String(), `"level":"ERROR"`)
		})
	}
}

// TestKillBetweenRefreshes kills the server between refreshes. The client must stay logged in, and no account may be lost.
func TestKillBetweenRefreshes(t *testing.T) {
	t.Parallel()
	data := "DATA_DIR=" + pgtest.DataDir(t)
	s := asProcess(t, data)
	c := apitest.ClientOf(t, s.url)
	c.Register(t, "survivor")
	c.Login(t, "survivor")
	token := c.RefreshToken(t)
	for range 5 {
		s.kill()
		s = asProcess(t, data)
		c = apitest.ClientOf(t, s.url)
		a := c.Do(t, http.MethodPost, "/api/user/token/refresh/", "", "Cookie: refresh_token="+token)
		require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
		c.Access, token = a.Access(t), a.RefreshCookie().Value
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
	}
	require.NoError(t, s.stop())
}

func TestASecondServerOnTheSameDataFails(t *testing.T) {
	t.Parallel()
	data := "DATA_DIR=" + pgtest.DataDir(t)
	inProcess(t, data)

	err := serve(t.Context(), newServerLog(), data)

	require.ErrorContains(t, err, "already uses this data folder")
}

func TestAStopIsNotAnErrorAtAnyMoment(t *testing.T) {
	t.Parallel()
	for _, moment := range []time.Duration{time.Millisecond, 100 * time.Millisecond, 500 * time.Millisecond, time.Second} {
		ctx, stop := context.WithCancel(t.Context())
		timer := time.AfterFunc(moment, stop) // like a signal
		require.NoError(t, serve(ctx, newServerLog(), "DATA_DIR="+pgtest.DataDir(t)), "after %s", moment)
		timer.Stop()
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	s := inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"))
	for size, status := range map[int]int{35 << 10: http.StatusOK, 37 << 10: http.StatusRequestHeaderFieldsTooLarge} { // 36 KiB: see the contract
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/monitoring/healthz/", nil)
		require.NoError(t, err)
		r.Header.Set("X-Long", strings.Repeat("x", size))
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, status, res.StatusCode, size)
	}
}
