package faults

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestAStopTakesAtMostTenSecondsWhateverTheDatabaseDoes stops servers whose database doesn't respond.
func TestAStopTakesAtMostTenSecondsWhateverTheDatabaseDoes(t *testing.T) {
	t.Parallel()

	t.Run("AStatementWaitsForALock", func(t *testing.T) {
		t.Parallel()
		pg := startFreezablePostgres(t)
		s := startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
		c := registerUser(t, s, "patient")
		lock := lockPostgresTable(t, pg, "user_versions")
		sent := sendFridgeItem(t, s, c)
		waitForLockedStatements(t, pg, 1)
		s.requireStop(t, true)
		<-sent
		require.NoError(t, lock(), "PostgreSQL has canceled the statement: nothing was added")
		require.EqualValues(t, 0, pg.count(t, `select count(*) from fridge_items`))
	})

	t.Run("BackgroundWorkWaitsForALock", func(t *testing.T) {
		t.Parallel()
		pg := startFreezablePostgres(t)
		s := startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
		c := registerUser(t, s, "forgetful")
		lockPostgresTable(t, pg, "security_events")
		for range 3 { // each is recorded in the background, at the latest when the server stops
			c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("forgetful", "a wrong password")).Is(t, http.StatusUnauthorized)
		}
		waitForLockedStatements(t, pg, 1)
		s.requireStop(t, true)
	})

	t.Run("TheDatabaseIsFrozen", func(t *testing.T) {
		t.Parallel()
		pg := startFreezablePostgres(t)
		s := startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir(), "METRICS_ADDR=127.0.0.1:0")
		c := registerUser(t, s, "patient")
		pg.signal(t, syscall.SIGSTOP)
		var sent []<-chan struct{}
		for range 30 { // more than the pool has connections
			sent = append(sent, sendFridgeItem(t, s, c))
		}
		s.waitForMetric(t, "ocipe_requests_in_flight 30")
		s.requireStop(t, true)
		for _, one := range sent {
			<-one
		}
	})

	t.Run("ThePrivatePostgreSQLIsFrozen", func(t *testing.T) {
		t.Parallel()
		data := pgtest.DataDir(t)
		s := startServerProcess(t, "DATA_DIR="+data)
		c := registerUser(t, s, "patient")
		c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "Freezer"}`).Is(t, http.StatusCreated)
		private := freezablePostgres{dir: data}
		processes := descendants(t, s.cmd.Process.Pid)
		private.signal(t, syscall.SIGSTOP)
		sent := sendFridgeItem(t, s, c)
		s.requireStop(t, false)
		<-sent
		for _, pid := range processes { // PostgreSQL's processes end when they notice that their server has ended
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
		again := startServerProcess(t, "DATA_DIR="+data)
		c = apitest.ClientOf(t, again.url)
		c.Login(t, "patient")
		require.Contains(t, c.Call(t, http.MethodGet, "/api/fridge/", nil).Text, "leek")
		again.requireStop(t, true)
	})
}

// TestAStopDuringTheStartTakesAtMostTenSeconds stops servers that wait for their database.
func TestAStopDuringTheStartTakesAtMostTenSeconds(t *testing.T) {
	t.Parallel()

	t.Run("TheDatabaseIsFrozen", func(t *testing.T) {
		t.Parallel()
		pg := startFreezablePostgres(t)
		pg.signal(t, syscall.SIGSTOP)
		s := launchServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir(), "LOG_LEVEL=debug")
		s.logs.waitForText(t, "waiting for the database")
		s.requireStop(t, true)
	})

	t.Run("AMigrationWaitsForALock", func(t *testing.T) {
		t.Parallel()
		pg := startFreezablePostgres(t)
		startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir()).requireStop(t, true)
		lockPostgresTable(t, pg, "goose_db_version")
		s := launchServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
		waitForLockedStatements(t, pg, 1)
		pg.signal(t, syscall.SIGSTOP) // then the statement can't be canceled
		s.requireStop(t, true)
	})
}

// TestTheCheckOfAFrozenDatabaseTakesASecond calls the check several times: the first calls find open connections, later ones none.
func TestTheCheckOfAFrozenDatabaseTakesASecond(t *testing.T) {
	t.Parallel()
	pg := startFreezablePostgres(t)
	s := startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
	c := registerUser(t, s, "curious")
	pg.signal(t, syscall.SIGSTOP)
	for range 4 {
		watch := pgtest.NewStopwatch()
		c.Do(t, http.MethodGet, "/api/monitoring/db/", "").Is(t, http.StatusServiceUnavailable)
		took := watch.Stop()
		t.Logf("took %v", took.Round(10*time.Millisecond))
		require.Less(t, took, 2*time.Second)
	}
	s.requireStop(t, true)
}
