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

// pending is a call of [localpg.Start] in a goroutine.
type pending struct {
	cluster *localpg.Cluster
	err     error
	done    chan struct{}
}

// startLater calls start in a goroutine, and stops the cluster when the test ends.
func startLater(t *testing.T, start func() (*localpg.Cluster, error)) *pending {
	p := &pending{done: make(chan struct{})}
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

func (p *pending) isDone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// wait returns the cluster once it has started.
func (p *pending) wait(t *testing.T) *localpg.Cluster {
	t.Helper()
	<-p.done
	require.NoError(t, p.err)
	return p.cluster
}

// journal is a log that a test can read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.Reset()
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
