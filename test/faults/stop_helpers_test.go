package faults

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// buildProgram builds bin/ocipe-stop once and returns its path.
var buildProgram = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs("../../bin/ocipe-stop")
	if err != nil {
		return "", err
	}
	output, err := exec.Command("go", "build", "-o", path, "github.com/ocipe/ocipe").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, output)
	}
	return path, nil
})

// serverProcess is a server process of these tests.
type serverProcess struct {
	url   string
	cmd   *exec.Cmd
	ended chan error // receives the outcome once
	logs  *serverLog
}

// launchServerProcess starts a server and doesn't wait until it serves. It is killed after the test, unless it has ended.
func launchServerProcess(t *testing.T, settings ...string) *serverProcess {
	t.Helper()
	program, err := buildProgram()
	require.NoError(t, err)
	s := &serverProcess{cmd: exec.Command(program, "serve"), ended: make(chan error, 1), logs: &serverLog{address: make(chan string, 1)}}
	s.cmd.Env = append(os.Environ(), "OCIPE_ADDR=127.0.0.1:0", "OCIPE_ACCESS_TTL=1h")
	for _, setting := range settings {
		if !strings.HasPrefix(setting, "OTEL_") {
			setting = "OCIPE_" + setting
		}
		s.cmd.Env = append(s.cmd.Env, setting)
	}
	pipe, err := s.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			_, _ = s.logs.Write(append(lines.Bytes(), '\n'))
		}
		s.ended <- s.cmd.Wait()
	}()
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // fails if the process has ended
	return s
}

// startServerProcess starts a server and waits until it serves.
func startServerProcess(t *testing.T, settings ...string) *serverProcess {
	t.Helper()
	s := launchServerProcess(t, settings...)
	select {
	case address := <-s.logs.address:
		s.url = "http://" + address
	case err := <-s.ended:
		require.FailNow(t, "the server ended early", "%v\n%s", err, s.logs)
	}
	return s
}

// stopLimit is the documented maximum time of a stop.
const stopLimit = 10 * time.Second

// requireStop sends SIGTERM and checks that the server ends in time, and with status 0 if clean is true.
func (s *serverProcess) requireStop(t *testing.T, clean bool) {
	t.Helper()
	watch := pgtest.NewStopwatch()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	err := <-s.ended
	took := watch.Stop()
	t.Logf("stopped after %v", took.Round(10*time.Millisecond))
	require.Less(t, took, stopLimit, s.logs)
	if clean {
		require.NoError(t, err, s.logs)
	}
}

// freezablePostgres is a PostgreSQL that a test can freeze.
type freezablePostgres struct {
	dir string
	url string
}

// startFreezablePostgres starts a PostgreSQL for one test.
func startFreezablePostgres(t *testing.T) freezablePostgres {
	t.Helper()
	dir := pgtest.DataDir(t)
	cluster, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Unsafe: true, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	require.NoError(t, err)
	pg := freezablePostgres{dir: dir, url: cluster.URL()}
	t.Cleanup(func() {
		pg.signal(t, syscall.SIGCONT)
		require.NoError(t, cluster.Stop())
	})
	return pg
}

// signal sends a signal to the PostgreSQL of a data folder and to all its processes.
func (pg freezablePostgres) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pg.dir, "postgres", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	for _, process := range descendants(t, pid) {
		_ = syscall.Kill(process, s) // the process may have ended
	}
}

// descendants returns a process and its descendants.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	all := []int{pid}
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	for _, task := range tasks {
		children, _ := os.ReadFile(task) // fails if the thread has ended
		for _, field := range strings.Fields(string(children)) {
			child, err := strconv.Atoi(field)
			require.NoError(t, err)
			all = append(all, descendants(t, child)...)
		}
	}
	return all
}

// connect opens a connection for the test.
func (pg freezablePostgres) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pg.url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // before PostgreSQL stops
	return conn
}

// registerUser registers a user and logs in.
func registerUser(t *testing.T, s *serverProcess, name string) *apitest.Client {
	t.Helper()
	c := apitest.ClientOf(t, s.url)
	c.Register(t, name)
	c.Login(t, name)
	return c
}

// sendFridgeItem sends a request that adds an item to the fridge, and reports its end. It ignores the response.
func sendFridgeItem(t *testing.T, s *serverProcess, c *apitest.Client) (ended <-chan struct{}) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+"/api/fridge/ingredient/", strings.NewReader(`{"name": "leek", "group": "Freezer"}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.Access)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if res, err := http.DefaultTransport.RoundTrip(r); err == nil {
			_ = res.Body.Close()
		}
	}()
	return done
}

// lockPostgresTable locks a table until release is called, or the test ends.
func lockPostgresTable(t *testing.T, pg freezablePostgres, table string) (release func() error) {
	t.Helper()
	tx, err := pg.connect(t).Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "lock table "+table+" in access exclusive mode")
	require.NoError(t, err)
	return func() error { return tx.Rollback(context.Background()) }
}

// waitForLockedStatements waits until this many statements wait for locks.
func waitForLockedStatements(t *testing.T, pg freezablePostgres, statements int64) {
	t.Helper()
	conn := pg.connect(t)
	pgtest.Eventually(t, func() bool {
		var n int64
		require.NoError(t, conn.QueryRow(t.Context(), `select count(*) from pg_stat_activity where wait_event_type = 'Lock'`).Scan(&n))
		return n >= statements
	}, "statements wait for locks")
}

// count returns the number that a query selects.
func (pg freezablePostgres) count(t *testing.T, sql string) (n int64) {
	t.Helper()
	require.NoError(t, pg.connect(t).QueryRow(t.Context(), sql).Scan(&n))
	return n
}

// waitForMetric waits until the metrics of a server have this line. The server must have the setting OCIPE_METRICS_ADDR.
func (s *serverProcess) waitForMetric(t *testing.T, line string) {
	t.Helper()
	found := regexp.MustCompile(`"metrics":"([^"]+)"`).FindStringSubmatch(s.logs.String())
	require.NotNil(t, found)
	pgtest.Eventually(t, func() bool {
		res, err := http.Get(found[1])
		require.NoError(t, err)
		defer res.Body.Close() //nolint:errcheck // the body is read to its end
		text, err := io.ReadAll(res.Body)
		return err == nil && strings.Contains(string(text), line+"\n")
	}, line)
}
