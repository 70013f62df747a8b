package localpg_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

// serverDir is an environment variable that makes the test binary a server on that data folder, for tests that kill it.
const serverDir = "LOCALPG_TEST_SERVER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serverDir); dir != "" {
		fmt.Fprintln(os.Stderr, serve(context.Background(), dir))
		os.Exit(1)
	}
	code := m.Run()
	if template.dir != "" {
		_ = os.RemoveAll(template.dir) // in the system's temporary folder
	}
	os.Exit(code)
}

// serve commits one row after the other, and prints the number of each after its commit. It only returns with an error.
func serve(ctx context.Context, dir string) error {
	c, err := localpg.Start(ctx, localpg.Config{Dir: dir})
	if err != nil {
		return err
	}
	db, err := pgx.Connect(ctx, c.URL())
	if err != nil {
		return err
	}
	if _, err := db.Exec(ctx, "create table if not exists pages (n int primary key)"); err != nil {
		return err
	}
	fmt.Println(c.URL())
	for n := 1; ; n++ {
		if _, err := db.Exec(ctx, "insert into pages values ($1)", n); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// serverProcess is a server in a separate process.
type serverProcess struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	mu     sync.Mutex
	rows   int // the number of rows that the server has reported as committed
	stderr bytes.Buffer
	read   chan struct{} // closed when its output has ended
}

// startServerProcess starts a server on dir, with more environment variables if given. It runs in the folder cwd.
func startServerProcess(t *testing.T, cwd, dir string, env ...string) *serverProcess {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	v := &serverProcess{t: t, cmd: exec.Command(self), read: make(chan struct{})}
	v.cmd.Dir = cwd
	v.cmd.Env = append(append(os.Environ(), serverDir+"="+dir), env...)
	v.cmd.Stderr = &v.stderr
	out, err := v.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, v.cmd.Start())
	t.Cleanup(func() {
		v.kill()
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(cwd, dir)
		}
		pidFile := filepath.Join(dir, "postgres", "postmaster.pid")
		if _, err := os.Stat(pidFile); err == nil && runtime.GOOS != "linux" {
			_ = syscall.Kill(postmaster(t, dir), syscall.SIGINT) // Linux does that itself
		}
		waitUntil(t, func() bool { // its PostgreSQL ends a little later
			_, err := os.Stat(pidFile)
			return os.IsNotExist(err)
		})
	})

	go func() {
		defer close(v.read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			v.mu.Lock()
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				v.rows = n
			} else {
				v.url = lines.Text()
			}
			v.mu.Unlock()
		}
	}()
	return v
}

// waitForRows waits until the server has committed some rows.
func (v *serverProcess) waitForRows(atLeast int) {
	v.t.Helper()
	waitUntil(v.t, func() bool {
		select {
		case <-v.read:
			_ = v.cmd.Wait() // completes stderr
			require.Fail(v.t, "the server has ended", v.stderr.String())
		default:
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.rows >= atLeast
	})
}

// waitUntil waits until the condition holds, or until shortly before the deadline of the test binary.
func waitUntil(t *testing.T, condition func() bool) {
	t.Helper()
	deadline, hasDeadline := t.Deadline()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for !condition() {
		require.False(t, hasDeadline && time.Until(deadline) < 10*time.Second, "the condition never came true")
		<-poll.C
	}
}

// kill is kill -9. It may be called twice.
func (v *serverProcess) kill() {
	_ = v.cmd.Process.Kill()
	<-v.read
	_ = v.cmd.Wait()
}

// dataFolder returns the path of a data folder that doesn't exist yet. If the tests run as root, the user that runs PostgreSQL can enter
// it, unlike t.TempDir.
func dataFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "localpg")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	dir, err = filepath.EvalSymlinks(dir)
	require.NoError(t, err)
	return filepath.Join(dir, "data")
}

// template is a cluster that was created and stopped. Copying it takes a tenth of the time of creating one.
var template struct {
	once sync.Once
	dir  string
	err  error
}

func createTemplate() error {
	var err error
	if template.dir, err = os.MkdirTemp("", "localpg"); err != nil {
		return err
	}
	if err := os.Chmod(template.dir, 0o755); err != nil { // as root, PostgreSQL runs as another user
		return err
	}
	c, err := localpg.Start(context.Background(), localpg.Config{Dir: filepath.Join(template.dir, "data"), Unsafe: true})
	if err != nil {
		return err
	}
	return c.Stop()
}

// clusterFolder returns the path of a data folder with a cluster, for tests that don't test its creation.
func clusterFolder(t *testing.T) string {
	t.Helper()
	template.once.Do(func() { template.err = createTemplate() })
	require.NoError(t, template.err)
	dir := dataFolder(t)
	out, err := exec.CommandContext(t.Context(), "cp", "-a", filepath.Join(template.dir, "data"), dir).CombinedOutput()
	require.NoError(t, err, string(out))
	return dir
}

// start starts a cluster that is stopped when the test ends.
func start(t *testing.T, cfg localpg.Config) *localpg.Cluster {
	t.Helper()
	c, err := localpg.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop()) })
	return c
}

// connect opens a connection that is closed when the test ends.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	db, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	return db
}

func exec1(t *testing.T, url, sql string, args ...any) {
	t.Helper()
	_, err := connect(t, url).Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func query[T any](t *testing.T, url, sql string) T {
	t.Helper()
	var v T
	require.NoError(t, connect(t, url).QueryRow(t.Context(), sql).Scan(&v))
	return v
}

// socketFolder returns the folder of the cluster's socket.
func socketFolder(t *testing.T, url string) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	return cfg.Host
}

// postmaster returns the process id of the server that runs in dir, or that ran there last.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return pid
}

func signal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, s))
}
