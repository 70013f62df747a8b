package cli

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// newLogger writes text for people to a terminal, and JSON to everything else.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
