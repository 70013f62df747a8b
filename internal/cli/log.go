package cli

import (
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// newLogger returns a logger that writes short, colored lines to a terminal, and JSON to everything else.
func newLogger(w io.Writer, level slog.Level, environ []string) *slog.Logger {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(terminalHandler(w, level, environ))
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// terminalHandler returns a handler for terminals. It uses no colors if the environment has NO_COLOR (https://no-color.org) or TERM=dumb.
func terminalHandler(w io.Writer, level slog.Level, environ []string) slog.Handler {
	plain := slices.ContainsFunc(environ, func(line string) bool {
		name, value, _ := strings.Cut(line, "=")
		return name == "NO_COLOR" && value != "" || name == "TERM" && value == "dumb"
	})
	return tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: time.TimeOnly, NoColor: plain})
}

// logDelay is how long log lines of requests are buffered, because writing each line separately costs more CPU time than formatting it.
// A crash loses at most the lines of this time.
const logDelay = 200 * time.Millisecond

// maxBuffered is the number of bytes at which buffered lines are written immediately.
const maxBuffered = 64 << 10

// requestLog returns the log for requests. Its lines are buffered, except at a terminal, until the caller calls stop.
func (p *program) requestLog() (log *slog.Logger, stop func()) {
	f, ok := p.Stderr.(*os.File)
	if !ok || term.IsTerminal(int(f.Fd())) {
		return p.log, func() {}
	}
	lines := &lineBuffer{to: f}
	return newLogger(lines, p.settings.LogLevel, nil), lines.flushEvery(logDelay)
}

// lineBuffer collects lines and writes them together.
type lineBuffer struct {
	mu    sync.Mutex
	to    io.Writer
	lines []byte
}

// Write adds a line. It never returns an error.
func (b *lineBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line...)
	if len(b.lines) >= maxBuffered {
		b.write()
	}
	return len(line), nil
}

// write writes the lines. It drops lines that can't be written, for example because the disk is full: there is no other place to report
// that.
func (b *lineBuffer) write() {
	_, _ = b.to.Write(b.lines)
	b.lines = b.lines[:0]
}

func (b *lineBuffer) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines) > 0 {
		b.write()
	}
}

// flushEvery flushes at an interval until the caller calls stop, which flushes once more.
func (b *lineBuffer) flushEvery(interval time.Duration) (stop func()) {
	ticker, done := time.NewTicker(interval), make(chan struct{})
	var flusher sync.WaitGroup
	flusher.Go(func() {
		for {
			select {
			case <-ticker.C:
				b.flush()
			case <-done:
				return
			}
		}
	})
	return func() {
		ticker.Stop()
		close(done)
		flusher.Wait()
		b.flush()
	}
}
