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

// stopProgram builds bin/ocipe-stop once and returns its path.
var stopProgram = sync.OnceValues(func() (string, error) {
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

// stopServer is a server process of these tests.
type stopServer struct {
	url   string
	cmd   *exec.Cmd
	ended chan error // receives the outcome once
	logs  *serverLog
}

// stopLaunch starts a server and doesn't wait until it serves. It is killed after the test, unless it has ended.
func stopLaunch(t *testing.T, settings ...string) *stopServer {
	t.Helper()
	program, err := stopProgram()
	require.NoError(t, err)
	s := &stopServer{cmd: exec.Command(program, "serve"), ended: make(chan error, 1), logs: &serverLog{address: make(chan string, 1)}}
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

// stopServe starts a server and waits until it serves.
func stopServe(t *testing.T, settings ...string) *stopServer {
	t.Helper()
	s := stopLaunch(t, settings...)
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

// stops sends SIGTERM and checks that the server ends in time, and with status 0 if clean is true.
func (s *stopServer) stops(t *testing.T, clean bool) {
	t.Helper()
	begin := time.Now()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	err := <-s.ended
	took := time.Since(begin)
	t.Logf("stopped after %v", took.Round(10*time.Millisecond))
	require.Less(t, took, stopLimit, s.logs)
	if clean {
		require.NoError(t, err, s.logs)
	}
}

// stopPostgres is a PostgreSQL that a test can freeze.
type stopPostgres struct {
	dir string
	url string
}

// stopStartPostgres starts a PostgreSQL for one test.
func stopStartPostgres(t *testing.T) stopPostgres {
	t.Helper()
	dir := pgtest.DataDir(t)
	cluster, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Unsafe: true, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	require.NoError(t, err)
	pg := stopPostgres{dir: dir, url: cluster.URL()}
	t.Cleanup(func() {
		pg.signal(t, syscall.SIGCONT)
		require.NoError(t, cluster.Stop())
	})
	return pg
}

// signal sends a signal to the PostgreSQL of a data folder and to all its processes.
func (pg stopPostgres) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pg.dir, "postgres", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	for _, process := range stopDescendants(t, pid) {
		_ = syscall.Kill(process, s) // the process may have ended
	}
}

// stopDescendants returns a process and its descendants.
func stopDescendants(t *testing.T, pid int) []int {
	t.Helper()
	all := []int{pid}
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	for _, task := range tasks {
		children, _ := os.ReadFile(task) // fails if the thread has ended
		for _, field := range strings.Fields(string(children)) {
			child, err := strconv.Atoi(field)
			require.NoError(t, err)
			all = append(all, stopDescendants(t, child)...)
		}
	}
	return all
}

// connect opens a connection for the test.
func (pg stopPostgres) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pg.url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // before PostgreSQL stops
	return conn
}

// stopUser registers a user and logs in.
func stopUser(t *testing.T, s *stopServer, name string) *apitest.Client {
	t.Helper()
	c := apitest.ClientOf(t, s.url)
	c.Register(t, name)
	c.Login(t, name)
	return c
}

// stopSend sends a request that adds an item to the fridge, and reports its end. It ignores the response.
func stopSend(t *testing.T, s *stopServer, c *apitest.Client) (ended <-chan struct{}) {
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

// stopLock locks a table until release is called, or the test ends.
func stopLock(t *testing.T, pg stopPostgres, table string) (release func() error) {
	t.Helper()
	tx, err := pg.connect(t).Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "lock table "+table+" in access exclusive mode")
	require.NoError(t, err)
	return func() error { return tx.Rollback(context.Background()) }
}

// stopUntilLocked waits until this many statements wait for locks.
func stopUntilLocked(t *testing.T, pg stopPostgres, statements int64) {
	t.Helper()
	conn := pg.connect(t)
	pgtest.Eventually(t, func() bool {
		var n int64
		require.NoError(t, conn.QueryRow(t.Context(), `select count(*) from pg_stat_activity where wait_event_type = 'Lock'`).Scan(&n))
		return n >= statements
	}, "statements wait for locks")
}

// count returns the number that a query selects.
func (pg stopPostgres) count(t *testing.T, sql string) (n int64) {
	t.Helper()
	require.NoError(t, pg.connect(t).QueryRow(t.Context(), sql).Scan(&n))
	return n
}

// has waits until the metrics of a server have this line. The server must have the setting OCIPE_METRICS_ADDR.
func (s *stopServer) has(t *testing.T, line string) {
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
