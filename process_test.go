package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program is bin/ocipe, built once.
var program struct {
	once sync.Once
	dir  string
	err  error
}

func build(t *testing.T) string {
	t.Helper()
	program.once.Do(func() {
		if program.dir, program.err = os.MkdirTemp("", "ocipe-bin-"); program.err == nil {
			program.err = exec.Command("go", "build", "-o", program.dir, ".").Run()
		}
	})
	require.NoError(t, program.err)
	return filepath.Join(program.dir, "ocipe")
}

// environ returns an environment of these settings, NAME=VALUE without the prefix.
func environ(settings ...string) []string {
	var env []string
	for _, s := range settings {
		env = append(env, "OCIPE_"+s)
	}
	return env
}

// server is a server under test, in this process or another.
type server struct {
	url  string
	stop func() error // ends it as an operator would, and returns how it ended
	kill func()       // ends it as a crash would; nil in this process
	logs *watched
}

// watched are logs from which a test learns where the server listens.
type watched struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string
}

func newWatched() *watched { return &watched{address: make(chan string, 1)} }

// Write keeps a line and looks whether it is the one that tells the address.
func (w *watched) Write(p []byte) (int, error) {
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

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// inProcess runs the server through run.
func inProcess(t *testing.T, settings ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	logs, ended := newWatched(), make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve"}, environ(append(settings, "ADDR=127.0.0.1:0")...), streams{nil, logs, logs})
	}()
	return started(t, ended, &server{logs: logs, stop: sync.OnceValue(func() error {
		cancel()
		return <-ended
	})})
}

// asProcess runs bin/ocipe serve.
func asProcess(t *testing.T, settings ...string) *server {
	t.Helper()
	logs, ended := newWatched(), make(chan error, 1)
	cmd := exec.Command(build(t), "serve", "--addr=127.0.0.1:0")
	cmd.Env = append(os.Environ(), environ(settings...)...)
	pipe, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			_, _ = logs.Write(append(lines.Bytes(), '\n'))
		}
		ended <- cmd.Wait()
	}()
	return started(t, ended, &server{
		logs: logs,
		stop: sync.OnceValue(func() error {
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
			return <-ended
		}),
		kill: func() {
			require.NoError(t, cmd.Process.Kill())
			require.Error(t, <-ended, "killed")
		},
	})
}

func started(t *testing.T, ended chan error, s *server) *server {
	t.Helper()
	select {
	case address := <-s.logs.address:
		s.url = "http://" + address
	case err := <-ended:
		require.FailNow(t, "the server ended", "%v\n%s", err, s.logs)
	case <-time.After(time.Minute):
		require.FailNow(t, "the server doesn't start", s.logs.String())
	}
	t.Cleanup(func() {
		if s.kill == nil {
			require.NoError(t, s.stop())
		}
	})
	return s
}
