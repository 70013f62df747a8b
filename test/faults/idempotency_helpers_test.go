package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// serverCluster is a PostgreSQL and a keys file for several servers.
type serverCluster struct {
	*pgtest.Database
	program string
	keys    string
}

func newServerCluster(t *testing.T) serverCluster {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "ocipe")
	output, err := exec.Command("go", "build", "-o", program, "github.com/ocipe/ocipe").CombinedOutput()
	require.NoError(t, err, "%s", output)
	pg, err := localpg.Start(t.Context(), localpg.Config{Dir: pgtest.DataDir(t), Log: slog.New(slog.DiscardHandler), Unsafe: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pg.Stop()) })
	pool, err := pgxpool.New(context.Background(), pg.URL())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return serverCluster{&pgtest.Database{URL: pg.URL(), Pool: pool}, program, filepath.Join(dir, "keys.json")}
}

// killableServer is a server process.
type killableServer struct {
	url  string
	kill func() // ends the process like a crash; the second call does nothing
}

// serve starts a server on the database with this URL. It is killed after the test.
func (c serverCluster) serve(t testing.TB, database string) killableServer {
	t.Helper()
	cmd := exec.Command(c.program, "serve")
	cmd.Env = append(os.Environ(), "OCIPE_DATABASE_URL="+database, "OCIPE_KEYS_FILE="+c.keys, "OCIPE_ADDR=127.0.0.1:0",
		"OCIPE_PUBLIC_URL=http://localhost:8080", "OCIPE_ACCESS_TTL=1h")
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	address, ended, lines := make(chan string, 1), make(chan struct{}), ""
	go func() {
		defer close(ended)
		for log := bufio.NewScanner(log); log.Scan(); {
			lines += log.Text() + "\n"
			var entry struct{ Address string }
			if json.Unmarshal(log.Bytes(), &entry) == nil && entry.Address != "" {
				address <- entry.Address
			}
		}
	}()
	s := killableServer{kill: sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // the process may have ended
		<-ended
		_ = cmd.Wait() // it was killed
	})}
	t.Cleanup(s.kill)
	select {
	case s.url = <-address:
		s.url = "http://" + s.url
	case <-ended:
		require.FailNow(t, "the server ended early", lines)
	}
	return s
}

// mutableProxy is a proxy in front of a database. After it is muted, the servers get no more responses.
type mutableProxy struct {
	listener net.Listener
	socket   string
	muted    chan struct{}
	mute     func()
}

// newMutableProxy returns a proxy, and the URL of the database behind it.
func (c serverCluster) newMutableProxy(t *testing.T) (proxy *mutableProxy, database string) {
	t.Helper()
	cfg := c.Pool.Config().ConnConfig
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &mutableProxy{listener: listener, socket: fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port), muted: make(chan struct{})}
	g.mute = sync.OnceFunc(func() { close(g.muted) })
	var running sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			running.Go(func() { g.forward(client) })
		}
	})
	return g, fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", cfg.User, listener.Addr(), cfg.Database)
}

// forward copies in both directions until the server closes the connection.
func (g *mutableProxy) forward(client net.Conn) {
	defer client.Close() //nolint:errcheck // nothing is pending
	database, err := (&net.Dialer{}).DialContext(context.Background(), "unix", g.socket)
	if err != nil {
		return
	}
	defer database.Close() //nolint:errcheck // nothing is pending
	go func() {
		_, _ = io.Copy(mutedWriter{client, g.muted}, database)
	}()
	_, _ = io.Copy(database, client)
}

// mutedWriter is a writer that drops everything after it was muted.
type mutedWriter struct {
	io.Writer
	muted <-chan struct{}
}

// Write writes p or drops it.
func (w mutedWriter) Write(p []byte) (int, error) {
	select {
	case <-w.muted:
		return len(p), nil
	default:
		return w.Writer.Write(p)
	}
}
