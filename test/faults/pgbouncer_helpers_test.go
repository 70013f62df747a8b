package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/cli"
	"github.com/ocipe/ocipe/internal/freeport"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// bouncer is a PgBouncer in front of a PostgreSQL of one test.
type bouncer struct {
	pg   *localpg.Cluster
	dir  string
	port int
	cmd  *exec.Cmd
}

// newBouncer starts PostgreSQL, without PgBouncer.
func newBouncer(t *testing.T) *bouncer {
	t.Helper()
	b := &bouncer{dir: pgtest.DataDir(t)}
	require.NoError(t, os.Mkdir(b.dir, 0o755))
	var err error
	b.pg, err = localpg.Start(t.Context(), localpg.Config{Dir: filepath.Join(b.dir, "data"), Unsafe: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.pg.Stop()) })
	b.port, err = freeport.Choose(t.Context())
	require.NoError(t, err)
	return b
}

// url returns the connection string through PgBouncer.
func (b *bouncer) url() string {
	return fmt.Sprintf("postgres://ocipe@127.0.0.1:%d/ocipe?sslmode=disable", b.port)
}

// start runs PgBouncer in a mode, with a pool of size connections to PostgreSQL, until the test ends or stop is called.
func (b *bouncer) start(t *testing.T, mode string, size int, more string) {
	t.Helper()
	ini := filepath.Join(b.dir, mode+".ini")
	require.NoError(t, os.WriteFile(ini, fmt.Appendf(nil, `[databases]
ocipe = host=%s port=5432 dbname=ocipe user=ocipe
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = %s
default_pool_size = %d
max_client_conn = 200
%s
`, b.pg.Socket(), b.port, mode, size, more), 0o644))
	b.cmd = exec.Command("/usr/sbin/pgbouncer", "-q", ini)
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: postgresUser(t)}
	var output bytes.Buffer
	b.cmd.Stdout, b.cmd.Stderr = &output, &output
	require.NoError(t, b.cmd.Start())
	cmd := b.cmd
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	pgtest.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", b.port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, "PgBouncer listens")
}

// stop kills PgBouncer.
func (b *bouncer) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, b.cmd.Process.Kill())
	_ = b.cmd.Wait() // it was killed
}

// postgresUser returns the user that may enter the folder of PostgreSQL's socket; nil: the current one.
func postgresUser(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	require.NoError(t, err)
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	require.NoError(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}}
}

// inProcessServer is a server that runs in the process of the test.
type inProcessServer struct {
	url   string
	logs  *serverLog
	ended chan error
}

// serverLog is the log of a server, in which a test finds the address.
type serverLog struct {
	pgtest.Logs

	address chan string
}

// Write keeps a line, and looks for the address in it.
func (l *serverLog) Write(line []byte) (int, error) {
	var entry struct{ Address string }
	if json.Unmarshal(line, &entry) == nil && entry.Address != "" {
		l.address <- entry.Address
	}
	return l.Logs.Write(line)
}

// waitForText waits until the log has this text.
func (l *serverLog) waitForText(t *testing.T, text string) {
	t.Helper()
	pgtest.Eventually(t, func() bool { return strings.Contains(l.String(), text) }, text)
}

// startInProcessServer starts a server with these settings. If the start fails, url is empty and ended has the error.
func startInProcessServer(t *testing.T, settings ...string) *inProcessServer {
	t.Helper()
	contract, err := os.ReadFile("../../openapi.yaml")
	require.NoError(t, err)
	s := &inProcessServer{logs: &serverLog{address: make(chan string, 1)}, ended: make(chan error, 1)}
	environ := []string{"OCIPE_ADDR=127.0.0.1:0"}
	for _, setting := range settings {
		environ = append(environ, "OCIPE_"+setting)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		s.ended <- cli.Run(ctx, cli.Process{
			Args: []string{"serve"}, Environ: environ, Stdout: &serverLog{}, Stderr: s.logs, Clock: time.Now, Contract: contract,
		})
		close(done)
	}()
	t.Cleanup(func() { stop(); <-done })
	select {
	case address := <-s.logs.address:
		s.url = "http://" + address
	case <-done:
	}
	return s
}
