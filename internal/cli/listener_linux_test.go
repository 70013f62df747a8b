package cli

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestTheListenerOfTheServerCanDropNewConnections compares it with a plain TCP socket, because sandboxes such as gVisor don't support
// filters at all.
func TestTheListenerOfTheServerCanDropNewConnections(t *testing.T) {
	t.Parallel()
	plain, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_TCP)
	require.NoError(t, err)
	defer unix.Close(plain) //nolint:errcheck // nothing is pending
	p := &program{settings: &settings{Addr: "127.0.0.1:0"}}
	listener, err := p.listen(t.Context())
	require.NoError(t, err)
	defer listener.Close() //nolint:errcheck // nothing is pending
	if unsupported := dropNewConnectionsOf(plain); unsupported != nil {
		require.ErrorIs(t, dropNewConnections(listener), unsupported)
		return
	}
	require.NoError(t, dropNewConnections(listener))
}

// awaitConnections waits until n connections wait to be accepted. A client has connected a moment earlier.
func awaitConnections(t *testing.T, l net.Listener, n uint32) {
	t.Helper()
	pgtest.Eventually(t, func() bool {
		waiting, err := waitingConnections(l)
		require.NoError(t, err)
		return waiting == n
	})
}

// TestAListenerThatDropsNewConnectionsKeepsThoseThatWait closes a listener like a stop. Without the filter, the second connection would
// be made, and reset when the listener is closed. Sandboxes such as gVisor don't support filters, so both connections are made there.
func TestAListenerThatDropsNewConnectionsKeepsThoseThatWait(t *testing.T) {
	t.Parallel()
	listener, err := listenForRequests(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	waiting, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer waiting.Close() //nolint:errcheck // nothing is pending
	awaitConnections(t, listener, 1)

	if unsupported := dropNewConnections(listener); unsupported != nil {
		require.ErrorIs(t, unsupported, errors.ErrUnsupported)
		late, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(t, err, "the listener works as before")
		defer late.Close() //nolint:errcheck // nothing is pending
	} else {
		_, err := net.DialTimeout("tcp", listener.Addr().String(), 100*time.Millisecond)
		timeout, ok := errors.AsType[net.Error](err)
		require.True(t, ok && timeout.Timeout(), "the system should ignore it: %v", err)
	}
	accepted, err := listener.Accept()
	require.NoError(t, err)
	require.Equal(t, waiting.LocalAddr(), accepted.RemoteAddr())
	_, err = waiting.Write([]byte("x"))
	require.NoError(t, err)
	_, err = accepted.Read(make([]byte, 1))
	require.NoError(t, err, "data arrives")
	require.NoError(t, accepted.Close())
	require.NoError(t, listener.Close())
}

func TestAListenerIsDrainedWhenEachConnectionHasSentARequest(t *testing.T) {
	t.Parallel()
	inner, err := listenForRequests(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer inner.Close() //nolint:errcheck // nothing is pending
	l := &loggingListener{Listener: inner}
	for range 2 {
		conn, err := net.Dial("tcp", inner.Addr().String())
		require.NoError(t, err)
		defer conn.Close() //nolint:errcheck // nothing is pending
	}
	awaitConnections(t, inner, 2)
	require.False(t, l.isDrained())
	var accepted []net.Conn
	for range 2 {
		conn, err := l.Accept()
		require.NoError(t, err)
		accepted = append(accepted, conn)
		defer conn.Close() //nolint:errcheck // nothing is pending
	}
	require.False(t, l.isDrained(), "net/http may not know the last one yet")
	for _, c := range accepted {
		l.trackState(c, http.StateNew)
	}

	acceptErr := make(chan error, 1)
	go func() {
		_, err := l.Accept()
		acceptErr <- err
	}()
	require.Eventually(t, l.inAccept.Load, time.Hour, time.Millisecond)
	l.trackState(accepted[0], http.StateActive)
	require.False(t, l.isDrained(), "no request of the second connection has been read")
	l.trackState(tls.Server(accepted[1], nil), http.StateClosed)
	l.trackState(accepted[0], http.StateIdle)
	require.True(t, l.isDrained())
	require.NoError(t, inner.Close())
	require.ErrorIs(t, <-acceptErr, net.ErrClosed)
}
