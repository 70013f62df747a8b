package localpg_test

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

// pendingStart is a call of [localpg.Start] in a goroutine.
type pendingStart struct {
	cluster *localpg.Cluster
	err     error
	done    chan struct{}
}

// startAsync calls start in a goroutine, and stops the cluster when the test ends.
func startAsync(t *testing.T, start func() (*localpg.Cluster, error)) *pendingStart {
	p := &pendingStart{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.cluster, p.err = start()
	}()
	t.Cleanup(func() {
		<-p.done
		if p.cluster != nil {
			assert.NoError(t, p.cluster.Stop())
		}
	})
	return p
}

func (p *pendingStart) isDone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// wait returns the cluster once it has started.
func (p *pendingStart) wait(t *testing.T) *localpg.Cluster {
	t.Helper()
	<-p.done
	require.NoError(t, p.err)
	return p.cluster
}

// logBuffer is a log that a test can read while it is written.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *logBuffer) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *logBuffer) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *logBuffer) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.Reset()
}

func (j *logBuffer) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
