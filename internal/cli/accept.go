package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"
)

// acceptWarningInterval is the minimum time between two warnings about connections that can't be accepted.
const acceptWarningInterval = time.Minute

// loggingListener logs why connections can't be accepted. Meanwhile net/http tries again without end, and clients wait. Serve calls
// Accept on one goroutine.
type loggingListener struct {
	net.Listener
	clock func() time.Time
	log   *slog.Logger

	inAccept        atomic.Bool  // net/http waits for a connection
	accepted        atomic.Int64 // results of Accept
	awaitingRequest atomic.Int64 // connections whose first request hasn't been read

	failedAttempts int       // attempts since the last connection
	warnedAt       time.Time // the time of the last warning
	failing        bool      // the log has a warning, and no connection was accepted since
}

// listenForRequests listens with plain TCP. Go would use Multipath TCP, for whose sockets Linux has no filters: a stop couldn't drop new
// connections.
func listenForRequests(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	return config.Listen(ctx, "tcp", address)
}

// Accept waits for the next connection.
func (l *loggingListener) Accept() (net.Conn, error) {
	l.inAccept.Store(true)
	conn, err := l.Listener.Accept()
	l.inAccept.Store(false)
	l.accepted.Add(1)
	switch {
	case err == nil && l.failing:
		l.log.InfoContext(context.Background(), "connections are accepted again", "failed_attempts", l.failedAttempts)
		l.failedAttempts, l.failing = 0, false
	case err != nil && !errors.Is(err, net.ErrClosed):
		l.logFailure(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		l.awaitingRequest.Add(1)
		return &acceptedConn{TCPConn: tcp, awaitsRequest: true}, err
	}
	return conn, err
}

// acceptedConn is a connection with a flag for its first request.
type acceptedConn struct {
	*net.TCPConn

	awaitsRequest bool // the first request hasn't been read
}

// trackState is called when the state of a connection changes.
func (l *loggingListener) trackState(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		return
	}
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	if c, ok := conn.(*acceptedConn); ok && c.awaitsRequest {
		c.awaitsRequest = false
		l.awaitingRequest.Add(-1)
	}
}

// isDrained reports whether no connection waits to be accepted, net/http has all accepted connections (it has called Accept again), and
// it has read a request from each. A shutdown would close other connections without a response.
func (l *loggingListener) isDrained() bool {
	accepted := l.accepted.Load()
	waiting, err := waitingConnections(l.Listener)
	return err != nil || waiting == 0 && l.inAccept.Load() && l.accepted.Load() == accepted && l.awaitingRequest.Load() == 0
}

func (l *loggingListener) logFailure(err error) {
	l.failedAttempts++
	now := l.clock()
	if now.Sub(l.warnedAt) < acceptWarningInterval {
		return
	}
	l.warnedAt, l.failing = now, true
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
