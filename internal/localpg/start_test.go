package localpg_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

// Go never ends the main thread. The main goroutine is locked to it, so the test in which a thread ends gets another one.
func init() { runtime.LockOSThread() }

func TestStart(t *testing.T) {
	t.Parallel()

	t.Run("KeepsTheDataFromOneStartToTheNext", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}

		first := start(t, cfg)
		exec1(t, first.URL(), "create table pages as select 'soup' as title")
		require.NoError(t, first.Stop())
		require.NoError(t, first.Stop(), "a second Stop does nothing")
		later := start(t, cfg)

		require.Equal(t, "soup", query[string](t, later.URL(), "select title from pages"))
		require.Equal(t, "ocipe ocipe", query[string](t, later.URL(), "select current_user || ' ' || current_database()"))
		require.Equal(t, "UTF8 äß", query[string](t, later.URL(), "select current_setting('server_encoding') || ' ' || lower('Äß')"))
	})

	t.Run("RejectsAFolderInUse", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		first := start(t, cfg)

		_, err := localpg.Start(t.Context(), cfg)

		require.ErrorIs(t, err, localpg.ErrInUse)
		require.ErrorContains(t, err, cfg.Dir)
		require.ErrorContains(t, err, "OCIPE_DATA_DIR")
		require.Equal(t, 1, query[int](t, first.URL(), "select 1"))
	})

	t.Run("HandlesAnyPath", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{`my "böök" 'x'`, `50%+&?#\$`, `soup,bread`} {
			c := start(t, localpg.Config{Dir: filepath.Join(filepath.Dir(dataFolder(t)), name), Unsafe: true})
			require.Equal(t, 1, query[int](t, c.URL(), "select 1"), name)
			require.NoError(t, c.Stop())
		}
		_, err := localpg.Start(t.Context(), localpg.Config{Dir: dataFolder(t) + "\nx"})
		require.ErrorContains(t, err, "line break")
	})

	t.Run("TakesARelativePath", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startServerProcess(t, filepath.Dir(dir), filepath.Base(dir))
		v.waitForRows(1)
		require.Equal(t, filepath.Join(dir, "postgres"), socketFolder(t, v.url))
	})

	t.Run("IgnoresTheEnvironment", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startServerProcess(t, "", dir, "PGHOST=elsewhere.invalid", "PGPORT=1", "PGDATABASE=other", "PGUSER=other",
			"PGPASSWORD=x", "PGPASSFILE=/nowhere", "PGSERVICE=other", "PGSERVICEFILE=/nowhere", "PGDATA=/nowhere",
			"PGOPTIONS=-c default_transaction_read_only=on", "PGAPPNAME=other", "PGTZ=Asia/Tokyo", "PGCONNECT_TIMEOUT=x",
			"PGTARGETSESSIONATTRS=standby", "PGSSLMODE=verify-full", "PGSSLROOTCERT=/nowhere", "PGSSLCERTMODE=x",
			"PGSSLNEGOTIATION=direct", "PGCHANNELBINDING=require", "PGREQUIREAUTH=scram-sha-256",
			"PGMINPROTOCOLVERSION=3.2", "PGMAXPROTOCOLVERSION=3.2",
			"LC_ALL=xx_YY.UTF-8", "LANG=xx_YY.UTF-8", "TZ=Asia/Tokyo")
		v.waitForRows(1)
		require.Equal(t, "UTC", query[string](t, v.url, "select current_setting('timezone')"))
	})

	t.Run("RunsOnAfterTheThreadThatCalledStartHasEnded", func(t *testing.T) {
		t.Parallel()
		var log logBuffer
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true, Log: log.logger()}
		var thread string
		next := startAsync(t, func() (*localpg.Cluster, error) {
			runtime.LockOSThread() // and never unlock: the thread ends with this goroutine
			thread = threadFolder()
			return localpg.Start(context.WithoutCancel(t.Context()), cfg)
		})
		c := next.wait(t)
		waitUntil(t, func() bool { // when the thread is gone, the system has sent its signal, if any
			_, err := os.Stat(thread)
			return err != nil
		})

		require.Equal(t, 1, query[int](t, c.URL(), "select 1"))
		require.NoError(t, c.Stop())
		require.NotContains(t, log.String(), "ended by itself", "with the thread")
	})

	t.Run("LeavesNothingBehindWhenCanceled", func(t *testing.T) {
		t.Parallel()
		for canceled := false; !canceled; { // until the start is canceled in time
			cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
			ctx, cancel := context.WithCancel(t.Context())
			next := startAsync(t, func() (*localpg.Cluster, error) { return localpg.Start(ctx, cfg) })
			waitForCreation(t, cfg.Dir)
			cancel()
			<-next.done
			if canceled = next.err != nil; !canceled {
				continue
			}

			require.ErrorIs(t, next.err, context.Canceled)
			left, err := os.ReadDir(cfg.Dir)
			require.NoError(t, err)
			require.Len(t, left, 1, "only ocipe.lock")
			start(t, cfg)
		}
	})

	t.Run("RejectsAClusterOfAVersionThatIsNotInstalled", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		c := start(t, cfg)
		have := query[string](t, c.URL(), "select split_part(current_setting('server_version'), '.', 1)")
		require.NoError(t, c.Stop())
		require.NoError(t, os.WriteFile(filepath.Join(cfg.Dir, "postgres", "PG_VERSION"), []byte("13\n"), 0o600))

		_, err := localpg.Start(t.Context(), cfg)

		require.ErrorContains(t, err, "made by PostgreSQL 13")
		require.ErrorContains(t, err, have)
		require.ErrorContains(t, err, "pg_dump")
	})

	t.Run("ReturnsPostgreSQLsReasonForNotStarting", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		require.NoError(t, os.WriteFile(filepath.Join(cfg.Dir, "postgres", "postgresql.conf"), []byte("nonsense = 1\n"), 0o600))

		_, err := localpg.Start(t.Context(), cfg)

		require.ErrorContains(t, err, "contains errors")
	})
}

// waitForCreation waits until a cluster is being created, or exists.
func waitForCreation(t *testing.T, dir string) {
	t.Helper()
	waitUntil(t, func() bool {
		found, err := filepath.Glob(filepath.Join(dir, "postgres*", "PG_VERSION"))
		return err == nil && len(found) == 1
	})
}

// threadFolder returns a folder that exists as long as the calling thread. On systems other than Linux it never exists.
func threadFolder() string {
	target, _ := os.Readlink("/proc/thread-self")
	return filepath.Join("/proc", target)
}

func TestURL(t *testing.T) {
	t.Parallel()
	c := start(t, localpg.Config{Dir: clusterFolder(t), Unsafe: true})

	u, err := url.Parse(c.URL())
	require.NoError(t, err)
	require.False(t, strings.Contains(u.RawQuery, "+"), "PostgreSQL does not read a plus sign as a space")
	cfg, err := pgx.ParseConfig(c.URL())
	require.NoError(t, err)
	require.Empty(t, cfg.Fallbacks)
	require.Nil(t, cfg.TLSConfig)
}

func TestANewClusterHasDataChecksums(t *testing.T) {
	t.Parallel()
	c := start(t, localpg.Config{Dir: dataFolder(t), Unsafe: true})
	require.Equal(t, "on", query[string](t, c.URL(), "show data_checksums"))
}
