package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ocipe/ocipe/internal/freeport"
)

// build compiles a package like make build, and returns the path of the binary.
func build(ctx context.Context, dir, name, pkg string) (string, error) {
	binary := filepath.Join(dir, name)
	output, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, pkg).CombinedOutput() //nolint:gosec // packages of this module
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, output)
	}
	return binary, nil
}

// process is a running server or floor.
type process struct {
	cmd   *exec.Cmd
	addr  string
	ready time.Duration // from the start to the first response
	done  chan struct{} // closed when the process has ended
	err   error         // the error of Wait; read it after done is closed
}

// startLimit is the maximum wait for the first response. A busy machine may need minutes.
const startLimit = 5 * ioTimeout

// command returns a command that runs a server binary, or the floor, on the testbed's database.
func (b *testbed) command(ctx context.Context, binary, addr, subcommand string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, subcommand) //nolint:gosec // a server that is measured
	cmd.Env = []string{
		"OCIPE_ADDR=" + addr, "OCIPE_DATABASE_URL=" + b.cluster.URL(), "OCIPE_DATA_DIR=" + b.dir, "OCIPE_KEYS_FILE=" + b.keysFile(),
		"OCIPE_PUBLIC_URL=" + issuer, "OCIPE_LOG_LEVEL=info", "OCIPE_PROFILE_ADDR=" + b.profileAddr,
		"OCIPE_RATE_USER=1000000000", "OCIPE_RATE_ADDRESS=1000000000", // requests are counted, but the limits aren't reached
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	return cmd
}

// start runs a server or the floor, and waits for its first response. As in production, the program logs to a file.
func (b *testbed) start(ctx context.Context, binary string) (*process, error) {
	addr, err := freeport.Address(ctx)
	if err != nil {
		return nil, err
	}
	log := filepath.Join(b.dir, filepath.Base(binary)+".log")
	file, err := os.Create(log) //nolint:gosec // a file of this program or of the system
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // the process has its own descriptor
	cmd := b.command(ctx, binary, addr, "serve")
	cmd.Stdout, cmd.Stderr = file, file
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, addr: addr, done: make(chan struct{})}
	go func() { p.err = cmd.Wait(); close(p.done) }()
	if err := p.waitReady(ctx); err != nil {
		text, _ := os.ReadFile(log) //nolint:gosec // a file of this program or of the system
		return nil, errors.Join(fmt.Errorf("start %s: %w\n%s", binary, err, text), p.stop())
	}
	p.ready = time.Since(begin)
	return p, nil
}

func (p *process) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return fmt.Errorf("it ended at once: %w", p.err)
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			c, err := dial(ctx, p.addr)
			if err != nil {
				continue
			}
			r, err := c.roundTrip(request(http.MethodGet, "/api/monitoring/healthz/", "", ""))
			_ = c.conn.Close()
			if err == nil && r.status == http.StatusOK {
				return nil
			}
		}
	}
}

// stop ends the process and waits for its end.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails only if the process has just ended
	<-p.done
	return p.err
}
