package session

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// wire stands between the service and PostgreSQL and counts the statements that are executed.
type wire struct {
	net.Listener
	running    sync.WaitGroup
	statements atomic.Int64
}

// newWire returns a wire to the database, and the connection string that goes through it.
func newWire(t *testing.T, base *pgtest.Database) (*wire, string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(base.URL)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{Listener: l}
	t.Cleanup(func() {
		_ = l.Close()
		w.running.Wait()
	})
	w.running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return // closed: the test is over
			}
			w.running.Go(func() { w.join(client, fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port)) })
		}
	})
	return w, fmt.Sprintf("host=127.0.0.1 port=%d user=%s dbname=%s sslmode=disable",
		l.Addr().(*net.TCPAddr).Port, cfg.User, cfg.Database)
}

// join copies both ways until either side hangs up.
func (w *wire) join(client net.Conn, socket string) {
	defer client.Close() //nolint:errcheck // nothing is pending
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // nothing is pending
	w.running.Go(func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	})
	if copyMessage(client, server, 0) != nil { // the startup message has no type
		return
	}
	kind := make([]byte, 1)
	for {
		if _, err := io.ReadFull(client, kind); err != nil {
			return
		}
		if kind[0] == 'Q' || kind[0] == 'E' { // a simple query, or the execution of a prepared one
			w.statements.Add(1)
		}
		if copyMessage(client, server, kind[0]) != nil {
			return
		}
	}
}

// copyMessage hands on one message of the PostgreSQL protocol: its type, its length, which counts itself, and the rest.
func copyMessage(from io.Reader, to io.Writer, kind byte) error {
	length := make([]byte, 4)
	if _, err := io.ReadFull(from, length); err != nil {
		return err
	}
	message := append([]byte{kind}, length...)
	if kind == 0 {
		message = length
	}
	if _, err := to.Write(message); err != nil {
		return err
	}
	_, err := io.CopyN(to, from, int64(binary.BigEndian.Uint32(length))-4)
	return err
}

// TestRefreshIsCheap runs alone: connections that others are just making keep PostgreSQL from tidying pages.
func TestRefreshIsCheap(t *testing.T) {
	t.Run("ExecutesOneStatement", func(t *testing.T) {
		base := pgtest.New(t)
		w, url := newWire(t, base)
		d, err := postgres.Open(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(d.Close)
		h := open(t, base, d)
		s, tokens := h.login(t, h.user(t))
		count := func(refreshToken string) int64 {
			before := w.statements.Load()
			next, ok := h.refresh(t, refreshToken)
			require.True(t, ok)
			tokens = next
			return w.statements.Load() - before
		}

		require.Equal(t, int64(1), count(tokens.Refresh))
		h.age(t, s.SessionID, time.Hour)
		require.Equal(t, int64(1), count(tokens.Refresh))

		// The wire does count: a doubled request goes the slow way.
		spent := tokens.Refresh
		require.Equal(t, int64(1), count(spent))
		require.Greater(t, count(spent), int64(4))
	})

	t.Run("UpdatesInPlaceWithoutTouchingAnIndex", func(t *testing.T) {
		const refreshes = 200
		h := newHouse(t)
		s, tokens := h.login(t, h.user(t))
		for range refreshes {
			h.age(t, s.SessionID, time.Hour) // so that the ring has room
			next, ok := h.refresh(t, tokens.Refresh)
			require.True(t, ok)
			tokens = next
		}
		h.DB.Close() // a backend hands in its numbers when it ends

		h.requireHeapOnly(t, s.SessionID.String(), refreshes)
	})
}

// requireHeapOnly waits until the updates are counted: one for each refresh, and one for each time the row was aged.
func (h house) requireHeapOnly(t *testing.T, session string, refreshes int64) {
	t.Helper()
	h.base.Pool.Reset()
	require.Eventually(t, func() bool {
		return h.base.Int(t, "select n_tup_upd from pg_stat_user_tables where relname = 'sessions'") == 2*refreshes
	}, 10*time.Second, 50*time.Millisecond)
	hot := h.base.Int(t, "select n_tup_hot_upd from pg_stat_user_tables where relname = 'sessions'")
	// PostgreSQL itself opens connections now and then.
	require.Greater(t, hot, 2*refreshes*9/10)
	require.Equal(t, int64(1), h.base.Int(t, "select count(*) from sessions where id::text = $1", session))
	// A page holds some 20 versions of the row.
	require.LessOrEqual(t, h.base.Int(t, "select pg_relation_size('sessions')"), int64(10*8192), "no growth")
}
