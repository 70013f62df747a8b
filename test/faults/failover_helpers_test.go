package faults

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
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/freeport"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// node is a PostgreSQL server of one test. It listens on a TCP port of the loopback interface.
type node struct {
	bin, dir string
	port     int
	cmd      *exec.Cmd
	ended    chan struct{}
}

// nodeUser returns the user that runs PostgreSQL; nil: the current one.
func nodeUser(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(u.Gid)
	require.NoError(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}}
}

// newNode returns a server that has no data yet.
func newNode(t *testing.T) *node {
	t.Helper()
	tools, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_basebackup")
	require.NoError(t, err)
	require.NotEmpty(t, tools, "PostgreSQL isn't installed where Debian puts it")
	port, err := freeport.Choose(t.Context())
	require.NoError(t, err)
	n := &node{bin: filepath.Dir(tools[len(tools)-1]), dir: pgtest.DataDir(t), port: port, ended: make(chan struct{})}
	require.NoError(t, os.Mkdir(n.dir, 0o700))
	if as := nodeUser(t); as != nil {
		require.NoError(t, os.Chown(n.dir, int(as.Uid), int(as.Gid)))
	}
	return n
}

func (n *node) command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(n.bin, program), args...)
	cmd.Dir, cmd.Env = n.dir, []string{"LC_ALL=C", "HOME=" + n.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: nodeUser(t)}
	return cmd
}

func (n *node) run(t *testing.T, program string, args ...string) {
	t.Helper()
	output, err := n.command(t, program, args...).CombinedOutput()
	require.NoError(t, err, "%s: %s", program, output)
}

// start starts the server with these settings and waits until it accepts connections. It ends with the test.
func (n *node) start(t *testing.T, settings ...string) {
	t.Helper()
	args := []string{"-D", n.dir, "-p", strconv.Itoa(n.port)}
	for _, s := range append([]string{"listen_addresses=127.0.0.1", "unix_socket_directories=" + n.dir, "fsync=off", "shared_buffers=16MB", "max_connections=120"}, settings...) {
		args = append(args, "-c", s)
	}
	n.cmd = n.command(t, "postgres", args...)
	log, err := os.Create(n.dir + ".log")
	require.NoError(t, err)
	n.cmd.Stdout, n.cmd.Stderr = log, log
	require.NoError(t, n.cmd.Start())
	ended := n.ended
	go func() {
		_ = n.cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		n.signal(syscall.SIGCONT)
		_ = n.cmd.Process.Signal(syscall.SIGQUIT) // fails if the process has ended
		<-ended
	})
	pgtest.Eventually(t, func() bool {
		conn, err := pgx.Connect(context.Background(), n.url("postgres"))
		if err == nil {
			_ = conn.Close(context.Background())
		}
		return err == nil
	})
}

// startPrimary starts a new server with the database ocipe.
func startPrimary(t *testing.T, settings ...string) *node {
	t.Helper()
	n := newNode(t)
	n.run(t, "initdb", "--pgdata", n.dir, "--username", "postgres", "--encoding", "UTF8", "--locale=C.UTF-8", "--auth", "trust", "--no-sync")
	n.start(t, settings...)
	n.exec(t, "postgres", "create database ocipe")
	d, err := postgres.Open(t.Context(), n.url("ocipe"))
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.Migrate(t.Context(), discard))
	return n
}

// addStandby starts a standby, and makes the server wait for it at every commit.
func (n *node) addStandby(t *testing.T) *node {
	t.Helper()
	s := newNode(t)
	s.run(t, "pg_basebackup", "--pgdata", s.dir, "--host", "127.0.0.1", "--port", strconv.Itoa(n.port), "--username", "postgres",
		"--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	s.start(t)
	n.exec(t, "postgres", "alter system set synchronous_standby_names = '*'")
	n.exec(t, "postgres", "select pg_reload_conf()")
	pgtest.Eventually(t, func() bool {
		return n.int(t, "postgres", `select count(*) from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`) == 1
	})
	return s
}

// promote makes a standby the primary.
func (n *node) promote(t *testing.T) {
	t.Helper()
	n.exec(t, "postgres", "select pg_promote(true, 600)")
}

// signal sends a signal to the server and to all its child processes, each of which has its own session.
func (n *node) signal(s syscall.Signal) {
	_ = n.cmd.Process.Signal(s) // first, so that it starts no more processes; it may have ended
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // the process has ended
		}
		_, after, _ := strings.Cut(string(text), ") ")
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if fields := strings.Fields(after); err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(n.cmd.Process.Pid) {
			_ = syscall.Kill(pid, s) // the process may have ended
		}
	}
}

// kill ends the server like a crash, and waits for its end.
func (n *node) kill() {
	n.signal(syscall.SIGKILL)
	<-n.ended
}

func (n *node) address() string { return fmt.Sprintf("127.0.0.1:%d", n.port) }

func (n *node) url(database string) string {
	return fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable", n.address(), database)
}

func (n *node) exec(t *testing.T, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), n.url(database))
	require.NoError(t, err)
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(context.Background(), sql)
	require.NoError(t, err)
}

func (n *node) int(t *testing.T, database, sql string, args ...any) (value int64) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), n.url(database))
	require.NoError(t, err)
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is pending
	require.NoError(t, conn.QueryRow(context.Background(), sql, args...).Scan(&value))
	return value
}

// pool returns a pool with which a test reads the database.
func (n *node) pool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(context.Background(), n.url("ocipe"))
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}
