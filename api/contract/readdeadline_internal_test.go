package contract

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

// deadlines is a response writer that records its deadlines.
type deadlines struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = t; return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = t; return nil }

func TestTheDeadlineOfABodyFollowsItsProgress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		since    time.Duration
		received int64
		left     time.Duration
	}{
		{"AtTheBeginning", 0, 0, defaultBodyWait},
		{"OfABodyThatDrips", 29 * time.Second, 29, time.Second},
		{"OverASlowLine", 130 * time.Second, 130 * 1_000_000 / 8, defaultBodyWait},
		{"BelowTheMinimumRate", 100 * time.Second, 60 * minimumRate, -10 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("x"))
			new(Guard).setReadDeadlines(w, r)
			body := r.Body.(*deadlineBody)
			body.begin, body.received = body.begin.Add(-c.since), c.received
			begin := time.Now()
			n, err := body.Read(make([]byte, 5))
			require.NoError(t, err)
			require.Equal(t, 1, n)
			require.Equal(t, c.received+1, body.received)
			require.WithinRange(t, w.read, begin.Add(c.left-time.Second), time.Now().Add(c.left+time.Second))
			require.Equal(t, c.since > time.Second, !w.write.IsZero(), "the response has time of its own")
			body.end()
			require.True(t, w.read.IsZero())
		})
	}
}

func TestABodyThatTimedOutIsNotReadAgain(t *testing.T) {
	t.Parallel()
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", iotest.ErrReader(os.ErrDeadlineExceeded))
	new(Guard).setReadDeadlines(w, r)
	body := r.Body.(*deadlineBody)
	_, err := body.Read(make([]byte, 5))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	deadline := w.read
	body.deadlineSetAt = time.Time{}
	_, err = body.Read(make([]byte, 5))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Equal(t, deadline, w.read, "what is dropped before the response gets no time of its own")
}
