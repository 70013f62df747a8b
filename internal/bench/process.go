package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is a running server or floor.
type process struct {
	cmd   *exec.Cmd
	addr  string
	ready time.Duration // from the start to the first answer
	done  chan struct{} // closed when it has ended
	err   error         // how; read it after done
}

// startLimit bounds the wait for the first answer.
const startLimit = 30 * time.Second

// start runs one side on a database and waits for its first answer. The server logs as in production, to a file.
func (w *world) start(ctx context.Context, side int, databaseURL string) (*process, error) {
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, w.binaries[side], "-addr", addr, "-database", databaseURL, "-keys", w.keysFile(), "-issuer", issuer)
	if side == server {
		cmd = exec.CommandContext(ctx, w.binaries[side], "serve")
	}
	cmd.Env = []string{
		"OCIPE_ADDR=" + addr, "OCIPE_DATABASE_URL=" + databaseURL, "OCIPE_DATA_DIR=" + w.dir, "OCIPE_KEYS_FILE=" + w.keysFile(),
		"OCIPE_PUBLIC_URL=" + issuer, "OCIPE_LOG_LEVEL=info", "OCIPE_PROFILE_ADDR=" + w.profileAddr,
	}
	log := filepath.Join(w.dir, sideNames[side]+".log")
	file, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // the process has its own
	cmd.Stdout, cmd.Stderr = file, file
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, addr: addr, done: make(chan struct{})}
	go func() { p.err = cmd.Wait(); close(p.done) }()
	if err := p.waitReady(ctx); err != nil {
		text, _ := os.ReadFile(log)
		return nil, errors.Join(fmt.Errorf("start the %s: %w\n%s", sideNames[side], err, text), p.stop())
	}
	p.ready = time.Since(begin)
	return p, nil
}

// freeAddress returns one that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (p *process) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-p.done:
			return fmt.Errorf("it ended at once: %w", p.err)
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
			c, err := dial(ctx, p.addr)
			if err != nil {
				continue
			}
			a, err := c.ask(request(http.MethodGet, "/api/monitoring/healthz/", "", ""))
			_ = c.conn.Close()
			if err == nil && a.status == http.StatusOK {
				return nil
			}
		}
	}
}

// stop ends it and waits for its end.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails only if it has just ended
	<-p.done
	return p.err
}
