package pgtest

import (
	"bytes"
	"sync"
)

// Logs collects a log that a test reads while it is written.
type Logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns everything that was written so far.
func (l *Logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
