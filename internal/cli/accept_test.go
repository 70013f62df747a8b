package cli

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// failingListener is a listener that returns these errors; nil stands for a connection.
type failingListener struct {
	net.Listener
	errs []error
}

// Accept returns the next result.
func (s *failingListener) Accept() (net.Conn, error) {
	err := s.errs[0]
	s.errs = s.errs[1:]
	return nil, err
}

func TestConnectionsThatCannotBeAcceptedAreLoggedOnceAMinute(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	full := &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	now := time.Now()
	l := &loggingListener{
		Listener: &failingListener{errs: []error{nil, full, full, nil, full, nil, full, net.ErrClosed}},
		clock:    func() time.Time { return now }, log: slog.New(slog.NewTextHandler(&logs, nil)),
	}
	accept := func(times int) {
		for range times {
			_, _ = l.Accept() // the test checks the log instead
		}
	}
	accept(3)
	require.Equal(t, 1, strings.Count(logs.String(), "level=WARN"))
	require.Contains(t, logs.String(), "LimitNOFILE=")
	require.Contains(t, logs.String(), "too many open files")
	require.Contains(t, logs.String(), "open_files_limit=")
	accept(1)
	require.Contains(t, logs.String(), `msg="connections are accepted again" failed_attempts=2`)
	accept(2)
	require.Equal(t, 1, strings.Count(logs.String(), "level=WARN"), "within the same minute")
	now = now.Add(acceptWarningInterval)
	accept(2)
	require.Equal(t, 2, strings.Count(logs.String(), "level=WARN"))
	require.Equal(t, 1, strings.Count(logs.String(), "level=INFO"))
}
