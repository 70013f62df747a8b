package api

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/budget"
)

// deadlines is a response writer that records its write deadline.
type deadlines struct {
	*httptest.ResponseRecorder
	write time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = t; return nil }

func TestTheDeadlineOfALongResponseFollowsItsProgress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		since   time.Duration
		written int64
		left    time.Duration
	}{
		{"AtTheBeginning", 0, 0, clientWait},
		{"ToAClientThatDrips", 29 * time.Second, 1, time.Second},
		{"OverASlowLine", 130 * time.Second, 130 * 1_000_000 / 8, clientWait},
		{"BelowTheMinimumRate", 100 * time.Second, 60 * minimumRate, -10 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
			begin := time.Now()
			p := writeDeadline{begin: begin.Add(-c.since), written: c.written}
			p.extend(w, 1)
			require.WithinRange(t, w.write, begin.Add(c.left-time.Second), time.Now().Add(c.left+time.Second))
		})
	}
}

// TestAResponseWithoutMemoryIsRefused uses up the share of a user with a response that nobody reads.
func TestAResponseWithoutMemoryIsRefused(t *testing.T) {
	t.Parallel()
	memory := budget.New("memory", responseBytes, responseShare)
	respond := func(method string, size int) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		log := request.Log{Log: slog.New(slog.DiscardHandler), Clock: time.Now, Memory: memory}
		log.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Etag"] = []string{`"x"`}
			write(w, http.StatusOK, func(b []byte, _ func([]byte) []byte) []byte { return append(b, strings.Repeat("a", size)...) })
		})).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/", nil))
		return w
	}
	require.Equal(t, http.StatusOK, respond(http.MethodGet, 1<<20).Code)
	require.NoError(t, memory.Take(t.Context(), 0, responseShare, 0), "all of it has come back")

	refused := respond(http.MethodGet, 1<<20)

	require.Equal(t, http.StatusServiceUnavailable, refused.Code)
	require.NotEmpty(t, refused.Header().Get("Retry-After"))
	require.Empty(t, refused.Header().Get("ETag"))
	require.Contains(t, refused.Body.String(), `"code":"overloaded"`)
	require.Equal(t, http.StatusOK, respond(http.MethodGet, freeResponse/2).Code, "a short one needs none")
	require.Equal(t, http.StatusOK, respond(http.MethodPatch, 1<<20).Code, "what has changed something is told")
}
