package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ocipe/ocipe/internal/freeport"
)

// server is a running server with its own database.
type server struct {
	addr    string // its address: 127.0.0.1:port
	command *exec.Cmd
	dir     string
	ended   chan struct{}
	log     *bytes.Buffer
}

// start starts a server on a free port, in a new folder.
func start(ctx context.Context, binary string) (*server, error) {
	dir, err := os.MkdirTemp("", "ocipe-hostile-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as another user
		return nil, err
	}
	base, err := freeport.Address(ctx)
	if err != nil {
		return nil, err
	}
	s := &server{addr: base, dir: dir, ended: make(chan struct{}), log: &bytes.Buffer{}}
	s.command = exec.Command(binary, "serve", "--addr", base, "--data-dir", dir+"/data", "--registrations-per-hour", "0") //nolint:gosec,noctx // stopped by stop
	out, err := s.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	serving := make(chan struct{})
	go s.follow(bufio.NewScanner(out), sync.OnceFunc(func() { close(serving) }))
	select {
	case <-serving:
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("the server didn't start: %s", s.log)
	case <-ctx.Done():
		s.stop()
		return nil, ctx.Err()
	}
}

// follow keeps the log until the server is ready, and reads the rest.
func (s *server) follow(lines *bufio.Scanner, ready func()) {
	defer close(s.ended)
	for started := false; lines.Scan(); {
		if started {
			continue
		}
		s.log.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "is serving") {
			started = true
			ready()
		}
	}
	_ = s.command.Wait()
}

// pss returns the memory of the server process in KiB, including its part of shared memory (PSS).
func (s *server) pss() (int, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(s.command.Process.Pid) + "/smaps_rollup")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "Pss:" {
			return strconv.Atoi(fields[1])
		}
	}
	return 0, errors.New("no Pss in smaps_rollup")
}

// check returns an error if the server has ended.
func (s *server) check() error {
	select {
	case <-s.ended:
		return errors.New("the server has ended")
	default:
		return nil
	}
}

func (s *server) stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		_ = s.command.Process.Kill()
		<-s.ended
	}
	_ = os.RemoveAll(s.dir)
}
