package cli

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestRequestLog(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T) (log *slog.Logger, text func() string, stop func()) {
		t.Helper()
		file, err := os.Create(filepath.Join(t.TempDir(), "log"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, file.Close()) })
		p := &program{Process: Process{Stderr: file}, settings: &settings{LogLevel: slog.LevelInfo}}
		log, stop = p.requestLog()
		return log, func() string {
			text, err := os.ReadFile(file.Name())
			require.NoError(t, err)
			return string(text)
		}, stop
	}

	t.Run("WritesTheRestAtTheStop", func(t *testing.T) {
		t.Parallel()
		log, text, stop := open(t)
		log.InfoContext(t.Context(), "first")
		log.DebugContext(t.Context(), "hidden")
		log.InfoContext(t.Context(), "second")
		stop()
		require.Regexp(t, `^\{.*"first".*\}\n\{.*"second".*\}\n$`, text())
	})

	t.Run("WritesSoon", func(t *testing.T) {
		t.Parallel()
		log, text, stop := open(t)
		defer stop()
		log.InfoContext(t.Context(), "line")
		pgtest.Eventually(t, func() bool { return text() != "" }, "the line is written")
	})

	t.Run("GoesOnAfterAFailure", func(t *testing.T) {
		t.Parallel()
		to := &failingOnce{}
		b := &lineBuffer{to: to}
		for _, line := range []string{"lost", "kept"} {
			_, err := b.Write([]byte(line))
			require.NoError(t, err)
			b.flush()
		}
		require.Equal(t, "kept", to.text)
	})
}

func TestTerminalLog(t *testing.T) {
	t.Parallel()
	for environ, colored := range map[string]bool{"TERM=xterm": true, "NO_COLOR=": true, "NO_COLOR=1": false, "TERM=dumb": false} {
		var text strings.Builder
		slog.New(terminalHandler(&text, slog.LevelInfo, []string{environ})).Info("request", "route", "/api/fridge/", "duration_us", 12)
		require.Equal(t, colored, strings.Contains(text.String(), "\x1b["), environ)
		if !colored {
			require.Regexp(t, `^\d\d:\d\d:\d\d INF request route=/api/fridge/ duration_us=12\n$`, text.String())
		}
	}
}

// failingOnce is a writer that returns an error at the first call.
type failingOnce struct {
	failed bool
	text   string
}

// Write keeps every text except the first.
func (f *failingOnce) Write(text []byte) (int, error) {
	if !f.failed {
		f.failed = true
		return 0, errors.New("the disk is full")
	}
	f.text += string(text)
	return len(text), nil
}
