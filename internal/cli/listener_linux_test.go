package cli

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAListenerThatDropsNewConnectionsKeepsThoseThatWait closes a listener like a stop. Without the filter, the second connection would
// be made, and reset when the listener is closed. Sandboxes such as gVisor don't support filters, so both connections are made there.
func TestAListenerThatDropsNewConnectionsKeepsThoseThatWait(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	waiting, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer waiting.Close() //nolint:errcheck // nothing is pending

	unsupported := dropNewConnections(listener)
	late := make(chan error, 1)
	go func() {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err == nil {
			err = conn.Close()
		}
		late <- err
	}()
	if unsupported != nil {
		require.ErrorIs(t, unsupported, errors.ErrUnsupported)
		require.NoError(t, <-late, "the listener works as before")
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
	if unsupported == nil {
		require.ErrorIs(t, <-late, syscall.ECONNREFUSED, "it goes to another server")
	}
}

func TestAListenerIsDrainedWhenEachConnectionHasSentARequest(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer inner.Close() //nolint:errcheck // nothing is pending
	l := &loggingListener{Listener: inner}
	for range 2 {
		conn, err := net.Dial("tcp", inner.Addr().String())
		require.NoError(t, err)
		defer conn.Close() //nolint:errcheck // nothing is pending
	}
	waiting, err := waitingConnections(inner)
	require.NoError(t, err)
	require.EqualValues(t, 2, waiting)
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
