package localpg_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestSupervision(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, dir string){
		"AfterTheServerProcessWasKilled": func(t *testing.T, dir string) { signal(t, postmaster(t, dir), syscall.SIGKILL) },
		"AfterASmartShutdown":            func(t *testing.T, dir string) { signal(t, postmaster(t, dir), syscall.SIGTERM) },
		"AfterAFastShutdown":             func(t *testing.T, dir string) { signal(t, postmaster(t, dir), syscall.SIGINT) },
		"AfterASignalToAllItsProcesses": func(t *testing.T, dir string) {
			for _, pid := range processesIn(t, filepath.Join(dir, "postgres")) {
				_ = syscall.Kill(pid, syscall.SIGTERM) // the process may have ended together with another one
			}
		},
		"AfterAllItsProcessesWereKilled": func(t *testing.T, dir string) {
			for _, pid := range processesIn(t, filepath.Join(dir, "postgres")) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log logBuffer
			cfg := localpg.Config{Dir: clusterFolder(t), Log: log.logger()} // durable: the rows must be there
			c := start(t, cfg)
			idle := connect(t, c.URL()) // with an idle connection, a smart shutdown never ends
			_, err := idle.Exec(t.Context(), "create table pages as select 'soup' as title")
			require.NoError(t, err)
			for n := range 2 {
				first := postmaster(t, cfg.Dir)
				end(t, cfg.Dir)
				waitUntil(t, func() bool { return strings.Count(log.String(), "runs again") == n+1 })

				require.NotEqual(t, first, postmaster(t, cfg.Dir))
				require.Equal(t, "soup", query[string](t, c.URL(), "select title from pages"))
			}
			require.NoError(t, c.Stop())
			_, err = pgx.Connect(t.Context(), c.URL())
			require.Error(t, err, "a stop is for good")
		})
	}

	t.Run("TriesAgainUntilItWorks", func(t *testing.T) {
		t.Parallel()
		var log logBuffer
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true, Log: log.logger()}
		c := start(t, cfg)
		conf := filepath.Join(cfg.Dir, "postgres", "postgresql.conf")
		good, err := os.ReadFile(conf)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(conf, []byte("nonsense = 1\n"), 0o600))
		signal(t, postmaster(t, cfg.Dir), syscall.SIGINT)
		waitUntil(t, func() bool { return strings.Count(log.String(), "next_try_ms=") >= 2 })
		require.Contains(t, log.String(), "next_try_ms=100")
		require.Contains(t, log.String(), "next_try_ms=200")

		require.NoError(t, os.WriteFile(conf, good, 0o600))
		waitUntil(t, func() bool { return strings.Contains(log.String(), "runs again") })
		require.Equal(t, 1, query[int](t, c.URL(), "select 1"))
	})

	t.Run("CanBeStoppedWhileItTries", func(t *testing.T) {
		t.Parallel()
		var log logBuffer
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true, Log: log.logger()}
		c := start(t, cfg)
		require.NoError(t, os.WriteFile(filepath.Join(cfg.Dir, "postgres", "postgresql.conf"), []byte("nonsense = 1\n"), 0o600))
		signal(t, postmaster(t, cfg.Dir), syscall.SIGINT)
		waitUntil(t, func() bool { return strings.Contains(log.String(), "next_try_ms=") })
		require.NoError(t, c.Stop())
	})
}

// processesIn lists the processes of a cluster: the server, whose id is in postmaster.pid, and its children.
func processesIn(t *testing.T, cluster string) []int {
	t.Helper()
	pids := []int{postmaster(t, filepath.Dir(cluster))}
	if runtime.GOOS != "linux" {
		return pids
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pids[0], pids[0]))
	require.NoError(t, err)
	for _, field := range strings.Fields(string(children)) {
		pid, err := strconv.Atoi(field)
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	return pids
}
