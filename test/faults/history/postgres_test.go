package history

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/freeport"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// node is a PostgreSQL server of a test. It listens on a TCP port of the loopback interface.
type node struct {
	bin, dir string
	port     int
	cmd      *exec.Cmd
	ended    chan struct{}
}

// freePort returns a port of the loopback interface on which no program listens.
func freePort(t *testing.T) int {
	t.Helper()
	port, err := freeport.Choose(t.Context())
	require.NoError(t, err)
	return port
}

// newNode returns a server that has no data yet.
func newNode(t *testing.T, port int) *node {
	t.Helper()
	tools, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_basebackup")
	require.NoError(t, err)
	require.NotEmpty(t, tools, "PostgreSQL isn't installed where Debian puts it")
	n := &node{bin: filepath.Dir(tools[len(tools)-1]), dir: pgtest.DataDir(t), port: port}
	require.NoError(t, os.Mkdir(n.dir, 0o700))
	if as := credential(t); as != nil {
		require.NoError(t, os.Chown(n.dir, int(as.Uid), int(as.Gid)))
	}
	return n
}

// credential returns the user that runs PostgreSQL; nil: the current one. PostgreSQL doesn't run as root.
func credential(t *testing.T) *syscall.Credential {
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

func (n *node) command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(n.bin, program), args...)
	cmd.Dir, cmd.Env = n.dir, []string{"LC_ALL=C", "HOME=" + n.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: credential(t)}
	return cmd
}

func (n *node) run(t *testing.T, program string, args ...string) {
	t.Helper()
	output, err := n.command(t, program, args...).CombinedOutput()
	require.NoError(t, err, "%s: %s", program, output)
}

// start starts the server and waits until it accepts connections. It ends with the test.
func (n *node) start(t *testing.T) {
	t.Helper()
	args := []string{"-D", n.dir, "-p", strconv.Itoa(n.port)}
	for _, s := range []string{"listen_addresses=127.0.0.1", "unix_socket_directories=" + n.dir, "fsync=off", "shared_buffers=16MB", "max_connections=120"} {
		args = append(args, "-c", s)
	}
	n.cmd = n.command(t, "postgres", args...)
	require.NoError(t, n.cmd.Start())
	cmd, ended := n.cmd, make(chan struct{})
	n.ended = ended
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGQUIT) // fails if the process has ended
		<-ended
	})
	pgtest.Eventually(t, func() bool { return n.try("select 1") == nil }, "PostgreSQL accepts connections")
}

// startPrimary starts a new server with an empty database ocipe.
func startPrimary(t *testing.T) *node {
	t.Helper()
	n := newNode(t, freePort(t))
	n.run(t, "initdb", "--pgdata", n.dir, "--username", "postgres", "--encoding", "UTF8", "--locale=C.UTF-8", "--auth", "trust", "--no-sync")
	n.start(t)
	require.NoError(t, n.try("create database ocipe"))
	return n
}

// addStandby starts a standby at a port, and makes the server wait for it at every commit.
func (n *node) addStandby(t *testing.T, port int) *node {
	t.Helper()
	s := newNode(t, port)
	s.run(t, "pg_basebackup", "--pgdata", s.dir, "--host", "127.0.0.1", "--port", strconv.Itoa(n.port), "--username", "postgres",
		"--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	s.start(t)
	require.NoError(t, n.try("alter system set synchronous_standby_names = '*'"))
	require.NoError(t, n.try("select pg_reload_conf()"))
	pgtest.Eventually(t, func() bool {
		return n.try("do $$ begin assert exists (select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'); end $$") == nil
	}, "the standby is synchronous")
	return s
}

// restart ends the server without a checkpoint (immediate mode), and starts it again.
func (n *node) restart(t *testing.T) {
	t.Helper()
	require.NoError(t, n.cmd.Process.Signal(syscall.SIGQUIT))
	<-n.ended
	n.start(t)
}

// kill ends the server like a crash of the machine. It also kills the child processes, which would keep serving: each of them has its own
// session.
func (n *node) kill(t *testing.T) {
	t.Helper()
	_ = n.cmd.Process.Signal(syscall.SIGSTOP) // so that it starts no more processes
	children, err := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", n.cmd.Process.Pid))
	require.NoError(t, err)
	for _, field := range strings.Fields(string(children)) {
		pid, err := strconv.Atoi(field)
		require.NoError(t, err)
		_ = syscall.Kill(pid, syscall.SIGKILL) // the process may have ended
	}
	require.NoError(t, n.cmd.Process.Kill())
	<-n.ended
}

// promote makes a standby the primary.
func (n *node) promote(t *testing.T) {
	t.Helper()
	require.NoError(t, n.try("select pg_promote(true, 600)"))
}

// try runs a statement.
func (n *node) try(sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", n.port))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(ctx, sql)
	return err
}
