package deployment_test

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/deployment"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// server is a server of a deployment: its clock is ahead of the database's, and the test calls its checks.
type server struct {
	*deployment.Service
	keys  token.Keys
	ahead time.Duration
	logs  bytes.Buffer
}

func newServer(t *testing.T, database *pgtest.Database, keys token.Keys) *server {
	t.Helper()
	s := &server{keys: keys}
	s.Service = &deployment.Service{
		DB: database.Open(t), Clock: func() time.Time { return time.Now().Add(s.ahead) }, Log: slog.New(slog.NewTextHandler(&s.logs, nil)),
	}
	return s
}

func (s *server) check(t *testing.T) {
	t.Helper()
	s.Check(t.Context(), s.keys)
}

func newKey(t *testing.T, signsFrom time.Time) token.Key {
	t.Helper()
	k, err := token.NewKey(rand.Reader, signsFrom)
	require.NoError(t, err)
	return k
}

// rotated returns keys with a new one, which signs after the given time.
func rotated(t *testing.T, keys token.Keys, in time.Duration) token.Keys {
	t.Helper()
	now := time.Now()
	keys, err := keys.Rotate(newKey(t, now.Add(in)), now, time.Hour)
	require.NoError(t, err)
	return keys
}

func TestTheFirstServersKeysAreTheDatabases(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	first := newServer(t, database, token.Keys{newKey(t, time.Time{})})
	require.NoError(t, first.CheckNewKeysAllowed(t.Context(), "keys.json"))
	require.NoError(t, first.RegisterKeys(t.Context(), first.keys, false))
	require.NoError(t, newServer(t, database, first.keys).RegisterKeys(t.Context(), first.keys, false), "a replica has the same keys")

	require.ErrorContains(t, first.CheckNewKeysAllowed(t.Context(), "keys.json"), "keys.json doesn't exist")
	other := newServer(t, database, token.Keys{newKey(t, time.Time{})})
	err := other.RegisterKeys(t.Context(), other.keys, false)
	var problem *deployment.Problem
	require.ErrorAs(t, err, &problem)
	require.ErrorContains(t, err, "other keys than this database, which is served with the key "+first.keys[0].ID)
	require.EqualValues(t, 1, database.Int(t, `select count(*) from signing_keys`))

	require.NoError(t, other.RegisterKeys(t.Context(), other.keys, true), "--new-keys")
	first.check(t)
	require.ErrorContains(t, first.Ready(), "other keys")
	first.check(t)
	require.Equal(t, 1, strings.Count(first.logs.String(), "level=ERROR"), "it is logged once")
	first.keys = other.keys
	first.check(t)
	require.NoError(t, first.Ready())
	require.Contains(t, first.logs.String(), "ready again")
}

func TestARotationReachesTheDatabaseThroughAServer(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	old := token.Keys{newKey(t, time.Time{})}
	quick, late := newServer(t, database, old), newServer(t, database, old)
	require.NoError(t, quick.RegisterKeys(t.Context(), old, false))

	quick.keys = rotated(t, old, time.Hour)
	quick.check(t)
	require.EqualValues(t, 2, database.Int(t, `select count(*) from signing_keys`))
	require.EqualValues(t, 1, database.Int(t, `select count(*) from signing_keys where verifies_until > now()`), "the old key has an end")

	late.check(t)
	late.check(t)
	require.NoError(t, late.Ready(), "the new key doesn't sign yet")
	require.Equal(t, 1, strings.Count(late.logs.String(), "copy the file before that key signs"), late.logs.String())
	require.NoError(t, newServer(t, database, old).RegisterKeys(t.Context(), old, false), "it may start until then")
	require.EqualValues(t, 1, database.Int(t, `select count(*) from signing_keys where verifies_until > now()`), "an older file takes no end away")

	database.Exec(t, `update signing_keys set signs_from = now() - interval '1 second' where verifies_until < '0002-01-01'`)
	late.check(t)
	require.ErrorContains(t, late.Ready(), "lacks the key "+quick.keys[1].ID)
	require.ErrorContains(t, newServer(t, database, old).RegisterKeys(t.Context(), old, false), "lacks the key")
	late.keys = quick.keys
	late.check(t)
	require.NoError(t, late.Ready())

	database.Exec(t, `update signing_keys set verifies_until = now() where id = $1`, old[0].ID)
	require.NoError(t, newServer(t, database, nil).RegisterKeys(t.Context(), quick.keys[1:], false), "nobody needs a retired key")
}

func TestAKeysFileOfARestoredDatabaseBelongsToIt(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	old := token.Keys{newKey(t, time.Time{})}
	require.NoError(t, newServer(t, database, old).RegisterKeys(t.Context(), old, false))
	s := newServer(t, database, rotated(t, old, -time.Minute)) // since the dump
	require.NoError(t, s.RegisterKeys(t.Context(), s.keys, false))
	require.EqualValues(t, 2, database.Int(t, `select count(*) from signing_keys`))
}

func TestClocksAreCompared(t *testing.T) {
	t.Parallel()
	s := newServer(t, pgtest.New(t), token.Keys{newKey(t, time.Time{})})
	require.NoError(t, s.RegisterKeys(t.Context(), s.keys, false))
	for _, c := range []struct {
		ahead               time.Duration
		problem             string
		warns, errors, says int // lines of the log so far
	}{
		{ahead: 9 * time.Second},
		{ahead: 15 * time.Second, warns: 1},
		{ahead: 20 * time.Second, warns: 1},
		{ahead: -15 * time.Second, warns: 1},
		{ahead: 0, warns: 1, says: 1},
		{ahead: -15 * time.Second, warns: 2, says: 1},
		{ahead: 90 * time.Second, problem: "1m0s or more ahead of the database's", warns: 2, errors: 1, says: 1},
		{ahead: 91 * time.Second, problem: "1m0s or more ahead of the database's", warns: 2, errors: 1, says: 1},
		{ahead: -10*time.Minute - 5*time.Second, problem: "10m0s or more behind the database's", warns: 2, errors: 2, says: 1},
		{ahead: 0, warns: 2, errors: 2, says: 2},
	} {
		s.ahead = c.ahead
		s.check(t)
		err := s.CheckClock(t.Context())
		logs := s.logs.String()
		if c.problem == "" {
			require.NoError(t, s.Ready(), c.ahead)
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, s.Ready(), c.problem)
			require.ErrorContains(t, err, c.problem)
		}
		require.Equal(t, c.warns, strings.Count(logs, "level=WARN"), "%s\n%s", c.ahead, logs)
		require.Equal(t, c.errors, strings.Count(logs, "level=ERROR"), "%s\n%s", c.ahead, logs)
		require.Equal(t, c.says, strings.Count(logs, "level=INFO"), "%s\n%s", c.ahead, logs)
	}
}

func TestASchemaThatOutgrowsARunningServerMakesItUnready(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	s := newServer(t, database, token.Keys{newKey(t, time.Time{})})
	require.NoError(t, s.RegisterKeys(t.Context(), s.keys, false))
	database.Exec(t, `update schema_window set oldest_program = $1`, postgres.SchemaVersion()+1)
	s.check(t)
	require.ErrorContains(t, s.Ready(), "upgrade this server")
}
