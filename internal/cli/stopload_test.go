package cli

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAStopRespondsOnTheConnectionsThatWereMade stops servers while clients connect as fast as they can. If the system can drop new
// connections, every established connection gets a response; otherwise a few may not.
func TestAStopRespondsOnTheConnectionsThatWereMade(t *testing.T) {
	t.Parallel()
	var served, lost atomic.Int64
	filtered := true
	for range 4 {
		inner, err := listenForRequests(t.Context(), "127.0.0.1:0")
		require.NoError(t, err)
		p := &program{log: slog.New(slog.DiscardHandler), settings: &settings{}, stop: &stopClock{clock: time.Now}}
		l := &loggingListener{Listener: inner, clock: time.Now, log: p.log}
		ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
		server := &http.Server{Handler: ok, ConnState: l.trackState, ReadHeaderTimeout: readHeaderTimeout}
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(l) }()
		var clients sync.WaitGroup
		stopped := make(chan struct{})
		for range 16 {
			clients.Go(func() {
				for {
					select {
					case <-stopped:
						return
					default:
						sendRequest(inner.Addr().String(), &served, &lost)
					}
				}
			})
		}
		begin := served.Load()
		require.Eventually(t, func() bool { return served.Load() > begin+100 }, time.Hour, time.Millisecond)
		require.NoError(t, p.shutdown(t.Context(), server, l, func() { filtered = filtered && dropNewConnections(inner) == nil }, ended))
		close(stopped)
		clients.Wait()
	}
	if filtered {
		require.Zero(t, lost.Load())
	}
	require.LessOrEqual(t, lost.Load(), served.Load()/100)
}

// sendRequest sends a request over a new connection, and counts whether there is a response. It ignores connections that aren't
// established.
func sendRequest(address string, served, lost *atomic.Int64) {
	conn, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
	if err != nil {
		return
	}
	defer conn.Close() //nolint:errcheck // nothing is pending
	_, err = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	if err == nil {
		_, err = bufio.NewReader(conn).ReadString('\n')
	}
	if err != nil {
		lost.Add(1)
		return
	}
	served.Add(1)
}
