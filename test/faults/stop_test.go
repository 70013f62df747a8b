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
		pg := stopStartPostgres(t)
		s := stopServe(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
		c := stopUser(t, s, "patient")
		lock := stopLock(t, pg, "user_versions")
		sent := stopSend(t, s, c)
		stopUntilLocked(t, pg, 1)
		s.stops(t, true)
		<-sent
		require.NoError(t, lock(), "PostgreSQL has canceled the statement: nothing was added")
		require.EqualValues(t, 0, pg.count(t, `select count(*) from fridge_items`))
	})

	t.Run("BackgroundWorkWaitsForALock", func(t *testing.T) {
		t.Parallel()
		pg := stopStartPostgres(t)
		s := stopServe(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
		c := stopUser(t, s, "forgetful")
		stopLock(t, pg, "security_events")
		for range 3 { // each is recorded in the background, at the latest when the server stops
			c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("forgetful", "a wrong password")).Is(t, http.StatusUnauthorized)
		}
		stopUntilLocked(t, pg, 1)
		s.stops(t, true)
	})

	t.Run("TheDatabaseIsFrozen", func(t *testing.T) {
		t.Parallel()
		pg := stopStartPostgres(t)
		s := stopServe(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir(), "METRICS_ADDR=127.0.0.1:0")
		c := stopUser(t, s, "patient")
		pg.signal(t, syscall.SIGSTOP)
		var sent []<-chan struct{}
		for range 30 { // more than the pool has connections
			sent = append(sent, stopSend(t, s, c))
		}
		s.has(t, "ocipe_requests_in_flight 30")
		s.stops(t, true)
		for _, one := range sent {
			<-one
		}
	})

	t.Run("ThePrivatePostgreSQLIsFrozen", func(t *testing.T) {
		t.Parallel()
		data := pgtest.DataDir(t)
		s := stopServe(t, "DATA_DIR="+data)
		c := stopUser(t, s, "patient")
		c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "Freezer"}`).Is(t, http.StatusCreated)
		private := stopPostgres{dir: data}
		processes := stopDescendants(t, s.cmd.Process.Pid)
		private.signal(t, syscall.SIGSTOP)
		sent := stopSend(t, s, c)
		s.stops(t, false)
		<-sent
		for _, pid := range processes { // PostgreSQL's processes end when they notice that their server has ended
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
		again := stopServe(t, "DATA_DIR="+data)
		c = apitest.ClientOf(t, again.url)
		c.Login(t, "patient")
		require.Contains(t, c.Call(t, http.MethodGet, "/api/fridge/", nil).Text, "leek")
		again.stops(t, true)
	})
}

// TestAStopDuringTheStartTakesAtMostTenSeconds stops servers that wait for their database.
func TestAStopDuringTheStartTakesAtMostTenSeconds(t *testing.T) {
	t.Parallel()

	t.Run("TheDatabaseIsFrozen", func(t *testing.T) {
		t.Parallel()
		pg := stopStartPostgres(t)
		pg.signal(t, syscall.SIGSTOP)
		s := stopLaunch(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir(), "LOG_LEVEL=debug")
		s.logs.has(t, "waiting for the database")
		s.stops(t, true)
	})

	t.Run("AMigrationWaitsForALock", func(t *testing.T) {
		t.Parallel()
		pg := stopStartPostgres(t)
		stopServe(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir()).stops(t, true)
		stopLock(t, pg, "goose_db_version")
		s := stopLaunch(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
		stopUntilLocked(t, pg, 1)
		pg.signal(t, syscall.SIGSTOP) // then the statement can't be canceled
		s.stops(t, true)
	})
}

// TestTheCheckOfAFrozenDatabaseTakesASecond calls the check several times: the first calls find open connections, later ones none.
func TestTheCheckOfAFrozenDatabaseTakesASecond(t *testing.T) {
	t.Parallel()
	pg := stopStartPostgres(t)
	s := stopServe(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir())
	c := stopUser(t, s, "curious")
	pg.signal(t, syscall.SIGSTOP)
	for range 4 {
		begin := time.Now()
		c.Do(t, http.MethodGet, "/api/monitoring/db/", "").Is(t, http.StatusServiceUnavailable)
		took := time.Since(begin)
		t.Logf("took %v", took.Round(10*time.Millisecond))
		require.Less(t, took, 2*time.Second)
	}
	s.stops(t, true)
}
