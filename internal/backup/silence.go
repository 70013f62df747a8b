package backup

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// silenceLimit is how long the database may send nothing during a backup. Without a limit, a backup would wait as long as the database
// is frozen or another transaction locks a table, and the server would make no other backup.
const silenceLimit = 5 * time.Minute

// silence ends a backup for which the database sends nothing. It doesn't count the time that the backup takes to write the file.
type silence struct {
	passed  atomic.Int64 // how often something was written
	writing atomic.Int64 // calls of Write that haven't returned
}

// watch returns a context that ends when nothing has passed for longer than limit, and at most twice as long.
func (s *silence) watch(ctx context.Context, limit time.Duration) (watched context.Context, stop func()) {
	watched, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(limit)
		defer tick.Stop()
		for before := int64(-1); ; {
			select {
			case <-watched.Done():
				return
			case <-tick.C:
			}
			now := s.passed.Load()
			if now == before && s.writing.Load() == 0 {
				cancel(fmt.Errorf("the database has sent nothing for %v: it doesn't respond, or another transaction locks a table", limit))
				return
			}
			before = now
		}
	}()
	return watched, func() { cancel(nil) }
}

// through returns a writer that passes everything on to another one.
func (s *silence) through(to io.Writer) io.Writer { return silenceWriter{to, s} }

type silenceWriter struct {
	to io.Writer
	s  *silence
}

// Write passes p on.
func (w silenceWriter) Write(p []byte) (int, error) {
	w.s.writing.Add(1)
	defer w.s.writing.Add(-1)
	w.s.passed.Add(1)
	return w.to.Write(p)
}
