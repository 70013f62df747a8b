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
		end      time.Duration // since the beginning; 0: the wait for the next bytes
	}{
		{"AtTheBeginning", -time.Minute, 0, 0}, // it isn't over when a busy machine comes to read
		{"OfABodyThatDrips", 29 * time.Second, 29, 30*time.Second + 29*time.Second/minimumRate},
		{"OverASlowLine", 130 * time.Second, 130 * 1_000_000 / 8, 0},
		{"BelowTheMinimumRate", 100 * time.Second, 60 * minimumRate, 90 * time.Second},
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
			if c.end > 0 {
				require.Equal(t, body.begin.Add(c.end), w.read)
			} else {
				require.WithinRange(t, w.read, begin.Add(defaultBodyWait), time.Now().Add(defaultBodyWait))
			}
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
