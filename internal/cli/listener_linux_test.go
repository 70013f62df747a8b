package cli

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAListenerThatDropsNewConnectionsKeepsThoseThatWait closes a listener in the way of a stop. Without the filter, the second
// connection would be made, and reset when the listener is closed. Sandboxes such as gVisor don't support filters: there, both
// connections are made.
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
