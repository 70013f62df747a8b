package main

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestRequestLog(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T) (*slog.Logger, func() string, func()) {
		t.Helper()
		file, err := os.Create(filepath.Join(t.TempDir(), "log"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, file.Close()) })
		a := &app{settings: &settings{LogLevel: slog.LevelInfo}, std: streams{logs: file}, log: newLogger(file, slog.LevelInfo)}
		log, flush := a.requestLog()
		return log, func() string {
			text, err := os.ReadFile(file.Name())
			require.NoError(t, err)
			return string(text)
		}, flush
	}

	t.Run("WritesLinesTogether", func(t *testing.T) {
		t.Parallel()
		log, text, flush := open(t)
		log.InfoContext(t.Context(), "first")
		log.DebugContext(t.Context(), "hidden")
		log.InfoContext(t.Context(), "second")
		flush()
		require.Regexp(t, `^\{.*"first".*\}\n\{.*"second".*\}\n$`, text())
	})

	t.Run("GoesOnAfterAFailure", func(t *testing.T) {
		t.Parallel()
		full := errors.New("the disk is full")
		n, err := lossy{failing{full}}.Write([]byte("line"))
		require.NoError(t, err)
		require.Equal(t, 4, n)
	})

	t.Run("WritesBeforeLong", func(t *testing.T) {
		t.Parallel()
		log, text, flush := open(t)
		defer flush()
		log.InfoContext(t.Context(), "line")
		pgtest.Eventually(t, func() bool { return text() != "" })
	})
}

// failing is a writer that takes nothing.
type failing struct{ err error }

// Write fails.
func (f failing) Write([]byte) (int, error) { return 0, f.err }
