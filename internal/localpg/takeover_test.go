package localpg_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestTakeover(t *testing.T) {
	t.Parallel()

	t.Run("TakesOverAfterTheServerWasKilled", func(t *testing.T) {
		t.Parallel()
		dir := clusterFolder(t)
		v := startServerProcess(t, "", dir)
		v.waitForRows(100)
		v.kill()

		c := start(t, localpg.Config{Dir: dir})

		require.GreaterOrEqual(t, query[int](t, c.URL(), "select max(n) from pages"), v.rows)
		require.True(t, query[bool](t, c.URL(), "select max(n) = count(*) from pages"))
	})

	t.Run("TakesOverFromAPostgreSQLThatStillRuns", func(t *testing.T) {
		t.Parallel()
		dir := clusterFolder(t)
		v := startServerProcess(t, "", dir)
		v.waitForRows(100)
		// PostgreSQL ends only after all its children.
		child := query[int](t, v.url, "select pid from pg_stat_activity where backend_type = 'walwriter'")
		signal(t, child, syscall.SIGSTOP)
		v.kill()
		require.NoError(t, syscall.Kill(postmaster(t, dir), 0))

		var log logBuffer
		next := startAsync(t, func() (*localpg.Cluster, error) {
			return localpg.Start(context.WithoutCancel(t.Context()), localpg.Config{Dir: dir, Log: log.logger()})
		})
		waitUntil(t, func() bool { return next.isDone() || strings.Contains(log.String(), "taking over") })
		require.False(t, next.isDone(), "Start must wait for the old PostgreSQL")
		signal(t, child, syscall.SIGCONT)
		c := next.wait(t)

		require.GreaterOrEqual(t, query[int](t, c.URL(), "select max(n) from pages"), v.rows)
	})

	t.Run("TakesOverAfterServerAndPostgreSQLWereKilled", func(t *testing.T) {
		t.Parallel()
		dir := clusterFolder(t)
		v := startServerProcess(t, "", dir)
		v.waitForRows(100)
		signal(t, v.cmd.Process.Pid, syscall.SIGSTOP) // keeps the server from reacting
		signal(t, postmaster(t, dir), syscall.SIGKILL)
		v.kill()

		c := start(t, localpg.Config{Dir: dir})

		require.GreaterOrEqual(t, query[int](t, c.URL(), "select max(n) from pages"), v.rows)
		require.True(t, query[bool](t, c.URL(), "select max(n) = count(*) from pages"))
	})

	t.Run("WaitsForOrphansOfAKilledPostgreSQL", func(t *testing.T) {
		t.Parallel()
		var log logBuffer
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true, Log: log.logger()}
		c := start(t, cfg)
		orphan := query[int](t, c.URL(), "select pg_backend_pid()")
		signal(t, orphan, syscall.SIGSTOP) // else it would end at once
		signal(t, postmaster(t, cfg.Dir), syscall.SIGKILL)
		waitUntil(t, func() bool { return strings.Contains(log.String(), "taking over") })
		require.NoError(t, c.Stop(), "while it is being started again")
		log.reset()

		ctx, cancel := context.WithCancel(t.Context())
		canceled := startAsync(t, func() (*localpg.Cluster, error) { return localpg.Start(ctx, cfg) })
		waitUntil(t, func() bool { return canceled.isDone() || strings.Contains(log.String(), "taking over") })
		cancel()
		<-canceled.done
		require.ErrorIs(t, canceled.err, context.Canceled)
		require.ErrorContains(t, canceled.err, fmt.Sprint(orphan), "names the process that it waits for")

		signal(t, orphan, syscall.SIGCONT)
		start(t, cfg)
	})

	t.Run("IgnoresAProcessIDThatIsInUseAgain", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		unrelated := startUnrelatedProcess(t, filepath.Join(cfg.Dir, "postgres"))
		lock := fmt.Sprintf("%d\n%s/postgres\n1700000000\n5432\n%s/postgres\n\n        1         1\nready   \n",
			unrelated, cfg.Dir, cfg.Dir)
		for _, name := range []string{"postmaster.pid", ".s.PGSQL.5432.lock"} {
			require.NoError(t, os.WriteFile(filepath.Join(cfg.Dir, "postgres", name), []byte(lock), 0o600))
		}

		start(t, cfg)

		require.NoError(t, syscall.Kill(unrelated, 0), "the other process still runs")
	})

	t.Run("StartsAgainAfterAnInterruptedCreation", func(t *testing.T) {
		t.Parallel()
		var dir string
		for interrupted := false; !interrupted; { // until the server is killed in time
			dir = dataFolder(t)
			v := startServerProcess(t, "", dir)
			waitForCreation(t, dir)
			v.kill()
			_, err := os.Stat(filepath.Join(dir, "postgres"))
			interrupted = os.IsNotExist(err)
		}

		c := start(t, localpg.Config{Dir: dir, Unsafe: true})

		require.Equal(t, 1, query[int](t, c.URL(), "select 1"))
		// Linux ends the old initdb at once. On other systems it may still run, and the next start removes its folder.
		require.NoError(t, c.Stop())
		start(t, localpg.Config{Dir: dir, Unsafe: true})
		left, err := filepath.Glob(filepath.Join(dir, "postgres.new-*"))
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// startUnrelatedProcess runs another program as the cluster's user and returns its process id. PostgreSQL doesn't start if a lock file
// has it.
func startUnrelatedProcess(t *testing.T, cluster string) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sleep", "600")
	if os.Geteuid() == 0 {
		info, err := os.Stat(cluster)
		require.NoError(t, err)
		owner := info.Sys().(*syscall.Stat_t)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd.Process.Pid
}
