package cli

import (
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/ocipe/ocipe/internal/backup"
)

// progress shows the progress of a command: a bar on a terminal, and otherwise a line for each tenth. The caller must call done.
func (p *program) progress() (show backup.Progress, done func()) {
	if f, ok := p.Stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return showBar(f)
	}
	var next int64
	return func(step string, at, total int64) {
		if now := percent(at, total); now >= next {
			fmt.Fprintf(p.Stderr, "%3d %% %s\n", now, step)
			next = now - now%10 + 10
		}
	}, func() {}
}

func percent(at, total int64) int64 {
	if total == 0 {
		return 0
	}
	return 100 * at / total
}

func showBar(terminal *os.File) (show backup.Progress, done func()) {
	const width = 30
	bar := progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(terminal), progressbar.OptionSetWidth(width), progressbar.OptionThrottle(100_000_000),
		progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
	return func(step string, at, total int64) {
		if bar.GetMax64() != total {
			bar.ChangeMax64(total)
		}
		bar.Describe(fmt.Sprintf("%-20s", step))
		_ = bar.Set64(min(at, total)) // fails only if the terminal is gone
	}, func() { _ = bar.Finish() }
}
