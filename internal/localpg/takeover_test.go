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
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestTakeover(t *testing.T) {
	t.Parallel()

	t.Run("TakesOverAfterTheServerWasKilled", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startVictim(t, "", dir)
		v.committed(100)
		v.kill()

		c := start(t, localpg.Config{Dir: dir})

		require.GreaterOrEqual(t, query[int](t, c.URL(), "select max(n) from pages"), v.rows)
		require.True(t, query[bool](t, c.URL(), "select max(n) = count(*) from pages"))
	})

	t.Run("TakesOverFromAPostgreSQLThatStillRuns", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startVictim(t, "", dir)
		v.committed(100)
		// PostgreSQL can't end before all its children have.
		child := query[int](t, v.url, "select pid from pg_stat_activity where backend_type = 'walwriter'")
		signal(t, child, syscall.SIGSTOP)
		v.kill()
		require.NoError(t, syscall.Kill(postmaster(t, dir), 0))

		var log journal
		next := startLater(t, localpg.Config{Dir: dir, Log: log.logger()})
		require.Eventually(t, func() bool { return strings.Contains(log.String(), "taking over") }, 10*time.Second, time.Millisecond)
		require.Empty(t, next, "waits for the old PostgreSQL")
		signal(t, child, syscall.SIGCONT)
		c := arrival(t, next)

		require.GreaterOrEqual(t, query[int](t, c.URL(), "select max(n) from pages"), v.rows)
	})

	t.Run("TakesOverAfterServerAndPostgreSQLWereKilled", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startVictim(t, "", dir)
		v.committed(100)
		signal(t, v.cmd.Process.Pid, syscall.SIGSTOP) // so that it doesn't notice
		signal(t, postmaster(t, dir), syscall.SIGKILL)
		v.kill()

		c := start(t, localpg.Config{Dir: dir})

		require.GreaterOrEqual(t, query[int](t, c.URL(), "select max(n) from pages"), v.rows)
		require.True(t, query[bool](t, c.URL(), "select max(n) = count(*) from pages"))
	})

	t.Run("WaitsForOrphansOfAKilledPostgreSQL", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
		c := start(t, cfg)
		orphan := query[int](t, c.URL(), "select pg_backend_pid()")
		signal(t, orphan, syscall.SIGSTOP) // else it would end at once
		signal(t, postmaster(t, cfg.Dir), syscall.SIGKILL)
		<-c.Exited()
		require.NoError(t, c.Stop())

		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err := localpg.Start(ctx, cfg)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, fmt.Sprint(orphan), "names the process in the way")

		next := startLater(t, cfg)
		signal(t, orphan, syscall.SIGCONT)
		arrival(t, next)
	})

	t.Run("IsNotFooledByAProcessIDInUseAgain", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
		require.NoError(t, start(t, cfg).Stop())
		stranger := strangerLike(t, filepath.Join(cfg.Dir, "postgres"))
		lock := fmt.Sprintf("%d\n%s/postgres\n1700000000\n5432\n%s/postgres\n\n        1         1\nready   \n",
			stranger, cfg.Dir, cfg.Dir)
		for _, name := range []string{"postmaster.pid", ".s.PGSQL.5432.lock"} {
			require.NoError(t, os.WriteFile(filepath.Join(cfg.Dir, "postgres", name), []byte(lock), 0o600))
		}

		start(t, cfg)

		require.NoError(t, syscall.Kill(stranger, 0), "the stranger is left alone")
	})

	t.Run("BeginsAgainAfterAnInterruptedCreation", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startVictim(t, "", dir)
		waitForCreation(t, dir)
		v.kill()
		require.NoDirExists(t, filepath.Join(dir, "postgres"), "killed too late for this test")

		c := start(t, localpg.Config{Dir: dir, Unsafe: true})

		require.Equal(t, 1, query[int](t, c.URL(), "select 1"))
		// On Linux at once. Elsewhere the old initdb may be at work still, and what it leaves goes at the next start.
		require.NoError(t, c.Stop())
		start(t, localpg.Config{Dir: dir, Unsafe: true})
		left, err := filepath.Glob(filepath.Join(dir, "postgres.new-*"))
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// startLater starts a cluster in the background.
func startLater(t *testing.T, cfg localpg.Config) <-chan *localpg.Cluster {
	started := make(chan *localpg.Cluster, 1)
	go func() {
		c, err := localpg.Start(context.WithoutCancel(t.Context()), cfg)
		if err != nil {
			t.Error(err)
		}
		started <- c
	}()
	return started
}

func arrival(t *testing.T, started <-chan *localpg.Cluster) *localpg.Cluster {
	t.Helper()
	c := <-started
	require.NotNil(t, c)
	t.Cleanup(func() { require.NoError(t, c.Stop()) })
	return c
}

// strangerLike runs some program as the cluster's user, in whose eyes PostgreSQL would respect its process id.
func strangerLike(t *testing.T, cluster string) int {
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
