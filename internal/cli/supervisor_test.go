package cli

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// listenAsSupervisor listens on a socket like systemd. It returns the path of the socket, and a function that returns the next message.
func listenAsSupervisor(t *testing.T) (path string, next func() string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "notify-") // a socket's path has at most 107 bytes
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path = filepath.Join(dir, "socket")
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "unixgram", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	if deadline, ok := t.Deadline(); ok {
		require.NoError(t, conn.SetReadDeadline(deadline.Add(-5*time.Second)))
	}
	return path, func() string {
		message := make([]byte, 100)
		n, _, err := conn.ReadFrom(message)
		require.NoError(t, err)
		return string(message[:n])
	}
}

func TestTheSupervisorLearnsTheStateOfTheServer(t *testing.T) {
	t.Parallel()
	path, next := listenAsSupervisor(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	environ := append(environment(append([]string{
		"DATABASE_URL=" + pgtest.New(t).URL, "KEYS_FILE=" + filepath.Join(t.TempDir(), "keys.json"),
	}, testSettings...)...), "NOTIFY_SOCKET="+path, "WATCHDOG_USEC=150000", "WATCHDOG_PID="+strconv.Itoa(os.Getpid()))

	go func() {
		ended <- Run(ctx, Process{
			Args: []string{"serve"}, Environ: environ, Stdout: newServerLog(), Stderr: newServerLog(), Clock: time.Now, Contract: openapiYAML(),
			load: apitest.LoadContract,
		})
	}()

	require.Equal(t, "READY=1", next())
	require.Equal(t, "WATCHDOG=1", next())
	require.Equal(t, "WATCHDOG=1", next())
	stop()
	message := next()
	for message == "WATCHDOG=1" {
		message = next()
	}
	require.Equal(t, "STOPPING=1", message)
	require.NoError(t, <-ended)
}

// recordingConn records what is written to a connection.
type recordingConn struct {
	net.Conn
	text string
}

func (w *recordingConn) Write(p []byte) (int, error) {
	w.text += string(p)
	return len(p), nil
}

func (w *recordingConn) Close() error { return nil }

func TestTheSupervisorLearnsOfAStopThatTakesNoTime(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	quit := make(chan struct{})
	close(quit)
	for range 50 { // because select chooses at random
		var w recordingConn
		supervisor{}.report(ctx, &w, quit)
		require.Equal(t, "READY=1STOPPING=1", w.text)
	}
}

func TestFindSupervisor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		environ []string
		want    supervisor
		found   bool
	}{
		"None":                   {nil, supervisor{}, false},
		"WithoutWatchdog":        {[]string{"NOTIFY_SOCKET=@abstract"}, supervisor{socket: "@abstract"}, true},
		"Watchdog":               {[]string{"NOTIFY_SOCKET=/s", "WATCHDOG_USEC=30000000"}, supervisor{"/s", 10 * time.Second}, true},
		"WatchdogOfOtherProcess": {[]string{"NOTIFY_SOCKET=/s", "WATCHDOG_USEC=30000000", "WATCHDOG_PID=8"}, supervisor{socket: "/s"}, true},
		"InvalidWatchdog":        {[]string{"NOTIFY_SOCKET=/s", "WATCHDOG_USEC=soon"}, supervisor{socket: "/s"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, found := findSupervisor(c.environ, 7)
			require.Equal(t, c.want, got)
			require.Equal(t, c.found, found)
		})
	}
}
