package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// binary is the program ocipe, built once.
var binary struct {
	once sync.Once
	dir  string
	err  error
}

func build(t *testing.T) string {
	t.Helper()
	binary.once.Do(func() {
		if binary.dir, binary.err = os.MkdirTemp("", "ocipe-bin-"); binary.err == nil {
			binary.err = exec.Command("go", "build", "-o", binary.dir, "github.com/ocipe/ocipe").Run()
		}
	})
	require.NoError(t, binary.err)
	return filepath.Join(binary.dir, "ocipe")
}

// environment returns the environment with these settings, each NAME=VALUE without the prefix OCIPE_.
func environment(settings ...string) []string {
	var lines []string
	for _, s := range settings {
		lines = append(lines, "OCIPE_"+s)
	}
	return lines
}

// testSettings has the settings of servers under test: any free port, and access tokens that don't expire during a test on a busy machine.
var testSettings = []string{"ADDR=127.0.0.1:0", "ACCESS_TTL=1h"}

// server is a server under test, in this process or another.
type server struct {
	url  string
	stop func() error // ends the server like an operator, and returns its error
	kill func()       // ends the server like a crash; nil in this process
	logs *serverLog
	pid  int // 0 in this process
}

// serverLog is a log in which a test finds the server's address.
type serverLog struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string
}

func newServerLog() *serverLog { return &serverLog{address: make(chan string, 1)} }

// Write keeps lines, and looks for the address in them.
func (w *serverLog) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for line := range bytes.Lines(p) {
		var l struct{ Address string }
		if json.Unmarshal(line, &l) == nil && l.Address != "" {
			w.address <- l.Address
		}
	}
	return w.text.Write(p)
}

func (w *serverLog) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// serve runs the server until ctx ends.
func serve(ctx context.Context, logs io.Writer, settings ...string) error {
	return serveWith(ctx, []string{"serve"}, logs, settings...)
}

func serveWith(ctx context.Context, args []string, logs io.Writer, settings ...string) error {
	return Run(ctx, Process{
		Args: args, Environ: environment(append(settings, testSettings...)...), Stdout: io.Discard, Stderr: logs,
		Clock: time.Now, Contract: patientContract(), load: apitest.LoadContract, workFactor: cheapWorkFactor, restartTime: time.Hour,
	})
}

// patientContract returns openapi.yaml with deadlines that no request reaches on a busy machine.
var patientContract = sync.OnceValue(func() []byte { return apitest.WithDeadline(openapiYAML(), "", 3600) })

// cheapWorkFactor is a work factor with which the passphrase of a backup takes a millisecond. With the race detector, the default takes a
// second.
const cheapWorkFactor = 5

// openapiYAML returns the contract.
var openapiYAML = sync.OnceValue(func() []byte {
	text, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		panic(err)
	}
	return text
})

// inProcess runs the server in this process.
func inProcess(t *testing.T, settings ...string) *server {
	t.Helper()
	return inProcessWith(t, []string{"serve"}, settings...)
}

func inProcessWith(t *testing.T, args []string, settings ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	logs, ended := newServerLog(), make(chan error, 1)
	go func() {
		ended <- serveWith(ctx, args, logs, settings...)
	}()
	return waitForStart(t, ended, &server{logs: logs, stop: sync.OnceValue(func() error {
		cancel()
		return <-ended
	})})
}

// asProcess runs `ocipe serve` in a new process.
func asProcess(t *testing.T, settings ...string) *server {
	t.Helper()
	logs, ended := newServerLog(), make(chan error, 1)
	cmd := exec.Command(build(t), "serve")
	cmd.Env = append(os.Environ(), environment(append(settings, testSettings...)...)...)
	pipe, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			_, _ = logs.Write(append(lines.Bytes(), '\n'))
		}
		ended <- cmd.Wait()
	}()
	return waitForStart(t, ended, &server{
		logs: logs, pid: cmd.Process.Pid,
		stop: sync.OnceValue(func() error {
			_ = cmd.Process.Signal(syscall.SIGTERM) // the process may have ended
			return <-ended
		}),
		kill: func() {
			require.NoError(t, cmd.Process.Kill())
			require.Error(t, <-ended, "killed")
		},
	})
}

func waitForStart(t *testing.T, ended chan error, s *server) *server {
	t.Helper()
	select {
	case address := <-s.logs.address:
		s.url = "http://" + address
	case err := <-ended:
		require.FailNow(t, "the server ended early", "%v\n%s", err, s.logs)
	case <-beforeDeadline(t):
		require.FailNow(t, "the server doesn't start", s.logs.String())
	}
	t.Cleanup(func() {
		if s.kill == nil {
			require.NoError(t, s.stop())
		}
	})
	return s
}

// beforeDeadline returns a channel that fires shortly before the deadline of the test binary, so the test can still report its error.
func beforeDeadline(t *testing.T) <-chan time.Time {
	deadline, ok := t.Deadline()
	if !ok {
		return nil
	}
	return time.After(time.Until(deadline) - 5*time.Second)
}
