package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// profiled runs a server that serves profiles, and returns where.
func profiled(t *testing.T, start func(*testing.T, ...string) *server) (s *server, profiles string) {
	t.Helper()
	s = start(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"), "PROFILE_ADDR=127.0.0.1:0")
	line := regexp.MustCompile(`"profiles":"(http://127\.0\.0\.1:\d+/debug/pprof/)"`).FindStringSubmatch(s.logs.String())
	require.NotNil(t, line, s.logs)
	return s, line[1]
}

// fetch gets a URL and reads the answer whole.
func fetch(url string) (status int, body []byte, err error) {
	res, err := http.Get(url)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close() //nolint:errcheck // read whole
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

func fetchNow(t *testing.T, url string) (status int, body []byte) {
	t.Helper()
	status, body, err := fetch(url)
	require.NoError(t, err)
	return status, body
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	gzip := []byte("\x1f\x8b") // what a profile begins with

	t.Run("AreServedAtTheirOwnAddress", func(t *testing.T) {
		t.Parallel()
		s, profiles := profiled(t, inProcess)
		for _, name := range []string{"allocs", "heap", "goroutine", "mutex", "block"} {
			status, body := fetchNow(t, profiles+name)
			require.Equal(t, http.StatusOK, status, name)
			require.True(t, bytes.HasPrefix(body, gzip), name)
		}
		status, index := fetchNow(t, profiles)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, string(index), "allocs")
		status, _ = fetchNow(t, s.url+"/debug/pprof/")
		require.Equal(t, http.StatusNotFound, status, "the API's address serves none")
		status, _ = fetchNow(t, s.url+"/debug/pprof/heap")
		require.Equal(t, http.StatusNotFound, status, "the API's address serves none")
	})

	t.Run("DoNotTellTheCommandLine", func(t *testing.T) { // where the database's password may stand
		t.Parallel()
		_, profiles := profiled(t, inProcess)
		status, body := fetchNow(t, profiles+"cmdline")
		require.Equal(t, http.StatusNotFound, status, string(body))
	})

	t.Run("AreNotServedUnlessAskedFor", func(t *testing.T) {
		t.Parallel()
		s := inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"))
		require.NotContains(t, s.logs.String(), "profiles")
		status, _ := fetchNow(t, s.url+"/debug/pprof/")
		require.Equal(t, http.StatusNotFound, status)
	})

	t.Run("AreFinishedWhenTheServerStops", func(t *testing.T) {
		t.Parallel()
		s, profiles := profiled(t, asProcess) // of a process there is one CPU profile at a time
		_, heap := fetchNow(t, profiles+"heap?debug=1")
		require.Contains(t, strings.SplitN(string(heap), "\n", 2)[0], fmt.Sprintf("heap/%d", 2*memoryRate), "main turns samples off, and this on")
		type answer struct {
			status int
			body   []byte
			err    error
		}
		taken := make(chan answer, 1)
		go func() {
			var a answer
			a.status, a.body, a.err = fetch(profiles + "profile?seconds=3600")
			taken <- a
		}()
		pgtest.Eventually(t, func() bool {
			_, stacks, err := fetch(profiles + "goroutine?debug=2")
			return err == nil && strings.Contains(string(stacks), "net/http/pprof.sleep")
		}, "the profile is being taken")

		require.NoError(t, s.stop())

		a := <-taken
		require.NoError(t, a.err)
		require.Equal(t, http.StatusOK, a.status)
		require.True(t, bytes.HasPrefix(a.body, gzip), "what was seen so far")
		require.NotContains(t, s.logs.String(), "broken off")
	})

	t.Run("SayWhereNobodyCanListen", func(t *testing.T) {
		t.Parallel()
		taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer taken.Close() //nolint:errcheck // nobody called
		_, _, err = command(t, "", "serve --database-url=postgres://nobody@127.0.0.1:1/none", "PROFILE_ADDR="+taken.Addr().String())
		require.ErrorContains(t, err, "OCIPE_PROFILE_ADDR")
		require.ErrorContains(t, err, "choose another port")
	})
}
