package cli

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestASignalToAllProcessesFinishesRequestsInProgress sends SIGTERM to the server and all its descendants, like systemd by default, while
// requests that need the database are in progress.
func TestASignalToAllProcessesFinishesRequestsInProgress(t *testing.T) {
	t.Parallel()
	data := pgtest.DataDir(t)
	s := asProcess(t, "DATA_DIR="+data)
	c := apitest.ClientOf(t, s.url)
	c.Register(t, "hurried")
	c.Login(t, "hurried")
	var waiting []*pendingRequest
	for range 8 { // more than the current connections of the pool
		waiting = append(waiting, beginRecipe(t, s.url, c.Access))
	}

	for _, pid := range descendants(t, s.pid) { // twice, like a tool that signals the group and then each process
		_ = syscall.Kill(pid, syscall.SIGTERM)
		_ = syscall.Kill(pid, syscall.SIGTERM)
	}
	pgtest.Eventually(t, func() bool { return strings.Contains(s.logs.String(), "finishing the requests in progress") }, "the server stops")
	var responses sync.WaitGroup
	for _, w := range waiting {
		responses.Go(func() { assert.Contains(t, w.finish(t), "HTTP/1.1 201 Created") })
	}
	responses.Wait()

	require.NoError(t, s.stop(), s.logs)
	require.NotContains(t, s.logs.String(), `"level":"ERROR"`)
	require.NoFileExists(t, filepath.Join(data, "postgres", "postmaster.pid"))
	s = asProcess(t, "DATA_DIR="+data)
	apitest.ClientOf(t, s.url).Login(t, "hurried")
	require.NoError(t, s.stop())
}

// TestRequestsOutlastARestartOfPostgreSQL adds items while PostgreSQL is stopped again and again, and counts them.
func TestRequestsOutlastARestartOfPostgreSQL(t *testing.T) {
	t.Parallel()
	data := pgtest.DataDir(t)
	s := inProcess(t, "DATA_DIR="+data)
	c := apitest.ClientOf(t, s.url)
	c.Register(t, "busy")
	c.Login(t, "busy")
	var stop atomic.Bool
	added := make(chan int, 1)
	go func() {
		n := 0
		for !stop.Load() {
			if a := c.Do(t, http.MethodPost, "/api/fridge/ingredient/", fmt.Sprintf(`{"name": "item %d", "group": "g"}`, n), "Authorization: Bearer "+c.Access); a.StatusCode == http.StatusCreated {
				n++
			} else {
				assert.Fail(t, "a request failed", a.Text)
			}
		}
		added <- n
	}()
	for n := range 3 {
		for _, pid := range descendants(t, postmaster(t, data)) {
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
		pgtest.Eventually(t, func() bool { return strings.Count(s.logs.String(), "PostgreSQL runs again") > n }, "PostgreSQL runs again")
	}
	stop.Store(true)
	require.Equal(t, <-added, strings.Count(c.Call(t, http.MethodGet, "/api/fridge/", nil).Text, `"name"`), "each was added once")
	require.NoError(t, s.stop())
}

// pendingRequest is a request whose body the server is reading.
type pendingRequest struct {
	conn      net.Conn
	responses *bufio.Reader
	body      string
}

// beginRecipe begins a request that adds a recipe. It isn't a login, because a busy machine may reject some logins.
func beginRecipe(t *testing.T, url, access string) *pendingRequest {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	u := &pendingRequest{conn: conn, responses: bufio.NewReader(conn), body: `{"name":"soup","meat_type":"none","longevity":1,"frequency":"weekday","ingredients":[{"name":"leek","quantity":"2"}]}`}
	_, err = fmt.Fprintf(conn, "POST /api/recipes/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", access, len(u.body))
	require.NoError(t, err)
	status, err := u.responses.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", status, "the request is in progress: its body is being read")
	return u
}

// finish sends the body and returns the response.
func (u *pendingRequest) finish(t *testing.T) string {
	_, err := io.WriteString(u.conn, u.body)
	assert.NoError(t, err)
	rest, err := io.ReadAll(u.responses)
	assert.NoError(t, err)
	return string(rest)
}

// descendants returns a process and all its descendants, the process first. On systems other than Linux it returns only the process.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	all := []int{pid}
	if runtime.GOOS != "linux" {
		return all
	}
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
	return slices.Compact(all)
}

// postmaster returns the process id of the private PostgreSQL.
func postmaster(t *testing.T, data string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "postgres", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return pid
}
