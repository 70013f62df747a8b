package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// startWithProfiles runs a server that serves profiles, and returns their URL.
func startWithProfiles(t *testing.T, start func(*testing.T, ...string) *server) (s *server, profiles string) {
	t.Helper()
	s = start(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"), "PROFILE_ADDR=127.0.0.1:0")
	line := regexp.MustCompile(`"profiles":"(http://127\.0\.0\.1:\d+/debug/pprof/)"`).FindStringSubmatch(s.logs.String())
	require.NotNil(t, line, s.logs)
	return s, line[1]
}

// fetch gets a URL and reads the whole response.
func fetch(url string) (status int, body []byte, err error) {
	res, err := http.Get(url)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close() //nolint:errcheck // the body was read to its end
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

func mustFetch(t *testing.T, url string) (status int, body []byte) {
	t.Helper()
	status, body, err := fetch(url)
	require.NoError(t, err)
	return status, body
}

func TestProfilesAreServedToLoopbackHostsOnly(t *testing.T) {
	t.Parallel()
	h := onlyLoopback(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	for host, want := range map[string]int{
		"127.0.0.1": http.StatusOK, "127.0.0.1:6060": http.StatusOK, "127.8.9.10:80": http.StatusOK, "[::1]": http.StatusOK, "[::1]:6060": http.StatusOK,
		"localhost": http.StatusOK, "LOCALHOST:6060": http.StatusOK,
		"": http.StatusMisdirectedRequest, "evil.example:6060": http.StatusMisdirectedRequest, "192.0.2.1:6060": http.StatusMisdirectedRequest,
		"localhost.evil.example": http.StatusMisdirectedRequest, "127.0.0.1.evil.example": http.StatusMisdirectedRequest, "[2001:db8::1]:6060": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequest(http.MethodGet, "/debug/pprof/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Code, host)
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	gzip := []byte("\x1f\x8b") // the first bytes of a profile

	t.Run("AreServedAtTheirOwnAddress", func(t *testing.T) {
		t.Parallel()
		s, profiles := startWithProfiles(t, inProcess)
		for _, name := range []string{"allocs", "heap", "goroutine", "mutex", "block"} {
			status, body := mustFetch(t, profiles+name)
			require.Equal(t, http.StatusOK, status, name)
			require.True(t, bytes.HasPrefix(body, gzip), name)
		}
		status, index := mustFetch(t, profiles)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, string(index), "allocs")
		status, _ = mustFetch(t, s.url+"/debug/pprof/")
		require.Equal(t, http.StatusNotFound, status, "the API's address serves none")
		status, _ = mustFetch(t, s.url+"/debug/pprof/heap")
		require.Equal(t, http.StatusNotFound, status, "the API's address serves none")
	})

	t.Run("DoNotShowTheCommandLine", func(t *testing.T) { // which may contain the password of the database
		t.Parallel()
		_, profiles := startWithProfiles(t, inProcess)
		status, body := mustFetch(t, profiles+"cmdline")
		require.Equal(t, http.StatusNotFound, status, string(body))
	})

	t.Run("AreNotServedUnlessAskedFor", func(t *testing.T) {
		t.Parallel()
		s := inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"))
		require.NotContains(t, s.logs.String(), "profiles")
		status, _ := mustFetch(t, s.url+"/debug/pprof/")
		require.Equal(t, http.StatusNotFound, status)
	})

	t.Run("AreFinishedWhenTheServerStops", func(t *testing.T) {
		t.Parallel()
		s, profiles := startWithProfiles(t, asProcess) // a process can take only one CPU profile at a time
		_, heap := mustFetch(t, profiles+"heap?debug=1")
		require.Contains(t, strings.SplitN(string(heap), "\n", 2)[0], fmt.Sprintf("heap/%d", 2*memoryRate), "main turns sampling off, and this turns it on")
		type result struct {
			status int
			body   []byte
			err    error
		}
		taken := make(chan result, 1)
		go func() {
			var r result
			r.status, r.body, r.err = fetch(profiles + "profile?seconds=3600")
			taken <- r
		}()
		pgtest.Eventually(t, func() bool {
			_, stacks, err := fetch(profiles + "goroutine?debug=2")
			return err == nil && strings.Contains(string(stacks), "net/http/pprof.sleep")
		}, "the profile is being taken")

		require.NoError(t, s.stop())

		r := <-taken
		require.NoError(t, r.err)
		require.Equal(t, http.StatusOK, r.status)
		require.True(t, bytes.HasPrefix(r.body, gzip), "the profile up to the stop")
		require.NotContains(t, s.logs.String(), "aborting")
	})

	t.Run("FailIfTheAddressIsInUse", func(t *testing.T) {
		t.Parallel()
		taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer taken.Close() //nolint:errcheck // it has no connections
		_, _, err = command(t, "", "serve --database-url=postgres://nobody@127.0.0.1:1/none", "PROFILE_ADDR="+taken.Addr().String())
		require.ErrorContains(t, err, "OCIPE_PROFILE_ADDR")
		require.ErrorContains(t, err, "choose another port")
	})
}
