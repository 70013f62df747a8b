package cli

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"syscall"
	"time"
)

// acceptQuiet is the minimum time between two warnings about connections that can't be accepted.
const acceptQuiet = time.Minute

// tellingListener logs why connections can't be accepted: net/http tries again without end, and clients wait. Serve calls Accept on
// one goroutine.
type tellingListener struct {
	net.Listener
	clock func() time.Time
	log   *slog.Logger

	failed  int       // attempts since the last connection
	told    time.Time // of the last warning
	failing bool      // the log has a warning that isn't over
}

// Accept waits for the next connection.
func (l *tellingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	switch {
	case err == nil && l.failing:
		l.log.InfoContext(context.Background(), "connections are accepted again", "failed_attempts", l.failed)
		l.failed, l.failing = 0, false
	case err != nil && !errors.Is(err, net.ErrClosed):
		l.fail(err)
	}
	return conn, err
}

func (l *tellingListener) fail(err error) {
	l.failed++
	now := l.clock()
	if now.Sub(l.told) < acceptQuiet {
		return
	}
	l.told, l.failing = now, true
	attrs := []any{"error", err}
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		attrs = append(attrs, "open_files_limit", limit.Cur)
	}
	l.log.WarnContext(context.Background(), "can't accept connections; clients wait. "+acceptHint(err), attrs...)
}

// acceptHint says what to do about an error of Accept.
func acceptHint(err error) string {
	switch {
	case errors.Is(err, syscall.EMFILE):
		return "Raise the limit of open files (LimitNOFILE= of the systemd unit, ulimit -n), or limit the connections in the proxy"
	case errors.Is(err, syscall.ENFILE):
		return "The machine's limit of open files is reached: raise fs.file-max, or find the program that has most of them open"
	case errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
		return "The machine lacks memory"
	}
	return "They are accepted again when the cause is gone"
}
