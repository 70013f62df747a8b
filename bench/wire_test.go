package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestClientReadsResponsesToTheirEnd sends everything over one connection: unread bytes of a response would spoil the next.
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
	defer c.conn.Close() //nolint:errcheck // it was only used for reading

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
			r, err := c.ask(request(test.method, test.path, "", test.body))
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
