package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	statuses := []int{http.StatusNotModified, http.StatusOK, http.StatusInternalServerError}
	// newTestLoad sends six requests, two for each status.
	newTestLoad := func(t *testing.T) *load {
		t.Helper()
		var n atomic.Int64
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(statuses[(n.Add(1)-1)%3])
		}))
		t.Cleanup(srv.Close)
		requests := slices.Repeat([][]byte{request(http.MethodGet, "/", "", "")}, 6)
		l, err := newLoad(t.Context(), srv.Listener.Addr().String(), 1,
			&operation{Name: "unchanged", status: http.StatusNotModified, otherStatus: http.StatusOK, once: true, requests: requests})
		require.NoError(t, err)
		t.Cleanup(l.close)
		return l
	}

	t.Run("FailsAtTheFirstUnexpectedStatus", func(t *testing.T) {
		t.Parallel()
		took, _, err := newTestLoad(t).run(t.Context(), time.Hour)
		require.EqualError(t, err, "unchanged: status 200 instead of 304")
		require.Len(t, took, 1)
	})

	t.Run("CountsUnexpectedStatusesIfItIsTolerant", func(t *testing.T) {
		t.Parallel()
		l := newTestLoad(t)
		l.tolerant = true
		took, _, err := l.run(t.Context(), time.Hour)
		require.NoError(t, err)
		require.Len(t, took, 6)
		require.EqualValues(t, 4, l.wrong.Load())
	})

	t.Run("AcceptsTheOtherStatusIfOthersWrite", func(t *testing.T) {
		t.Parallel()
		l := newTestLoad(t)
		l.tolerant, l.mixed = true, true
		_, _, err := l.run(t.Context(), time.Hour)
		require.NoError(t, err)
		require.EqualValues(t, 2, l.wrong.Load())
		require.Equal(t, " One: unchanged: status 500 instead of 304.", *l.firstWrong.Load())
	})

	t.Run("EndsWithTheTimeAfterOneRequestAtLeast", func(t *testing.T) {
		t.Parallel()
		took, _, err := newTestLoad(t).run(t.Context(), 0)
		require.NoError(t, err)
		require.Len(t, took, 1)
	})
}

// TestClientReadsResponsesToTheirEnd uses one connection for all requests: unread bytes of a response would break the next one.
func TestClientReadsResponsesToTheirEnd(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 50_000)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /short", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "short") })
	mux.HandleFunc("GET /chunked", func(w http.ResponseWriter, _ *http.Request) {
		for part := range strings.SplitSeq(long, " ") {
			_, _ = io.WriteString(w, part+" ")
		}
	})
	mux.HandleFunc("GET /unchanged", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Etag", `"1"`)
		w.WriteHeader(http.StatusNotModified)
	})
	mux.HandleFunc("GET /empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	srv := httptest.NewServer(mux)
	defer srv.Close()
	c, err := dial(t.Context(), srv.Listener.Addr().String())
	require.NoError(t, err)
	defer c.conn.Close() //nolint:errcheck // nothing is pending

	for _, test := range []struct {
		method, path, body string
		status             int
		response           string
	}{
		{http.MethodGet, "/short", "", http.StatusOK, "short"},
		{http.MethodGet, "/chunked", "", http.StatusOK, long + " "},
		{http.MethodGet, "/unchanged", "", http.StatusNotModified, ""},
		{http.MethodGet, "/empty", "", http.StatusOK, ""},
		{http.MethodPost, "/echo", "what was sent", http.StatusOK, "what was sent"},
		{http.MethodGet, "/missing", "", http.StatusNotFound, "404 page not found\n"},
	} {
		for range 2 {
			r, err := c.roundTrip(request(test.method, test.path, "", test.body))
			require.NoError(t, err, test.path)
			require.Equal(t, test.status, r.status, test.path)
			require.Equal(t, test.response, string(r.body), test.path)
			if test.path == "/unchanged" {
				require.Equal(t, `"1"`, r.header.Get("Etag"))
			}
			var body bytes.Buffer
			status, err := c.do(request(test.method, test.path, "", test.body), nil, &body)
			require.NoError(t, err)
			require.Equal(t, test.status, status)
			require.Equal(t, test.response, body.String())
		}
	}
}
