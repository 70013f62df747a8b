package pgtest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Wire is a proxy between a server and PostgreSQL that records the executed statements. It records those of
// internal/postgres/queries by name.
type Wire struct {
	listener net.Listener
	socket   string
	ignored  func(sql string) bool
	running  sync.WaitGroup

	mu       sync.Mutex
	executed []string
	before   func(statement string)
}

// Through returns the database as it is reached through a wire. The wire doesn't record the pool's ping, nor statements for which
// ignored returns true.
func (d *Database) Through(t testing.TB, ignored func(sql string) bool) (*Wire, *Database) {
	t.Helper()
	cfg, err := pgx.ParseConfig(d.URL)
	require.NoError(t, err)
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &Wire{listener: l, socket: fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port), ignored: ignored}
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
			w.running.Go(func() { w.join(client) })
		}
	})
	url := fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", cfg.User, l.Addr(), cfg.Database)
	return w, &Database{URL: url, Pool: d.Pool}
}

// join copies both ways until either side hangs up (PostgreSQL, section 55.7).
func (w *Wire) join(client net.Conn) {
	defer client.Close() //nolint:errcheck // nothing is pending
	server, err := (&net.Dialer{}).DialContext(context.Background(), "unix", w.socket)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // nothing is pending
	w.running.Go(func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	})
	prepared := map[string]string{}
	for head := make([]byte, 4); ; head = make([]byte, 5) { // the first message has no type
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		rest := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(client, rest); err != nil {
			return
		}
		switch fields := bytes.SplitN(rest, []byte{0}, 3); {
		case len(head) == 4:
		case head[0] == 'Q':
			w.note(string(fields[0]))
		case head[0] == 'P':
			prepared[string(fields[0])] = string(fields[1])
		case head[0] == 'B':
			w.note(prepared[string(fields[1])])
		}
		if _, err := server.Write(append(head, rest...)); err != nil {
			return
		}
	}
}

func (w *Wire) note(sql string) {
	if sql == "-- ping" || w.ignored(sql) {
		return
	}
	if name, named := strings.CutPrefix(sql, "-- name: "); named {
		sql, _, _ = strings.Cut(name, " ")
	}
	w.mu.Lock()
	before := w.before
	w.mu.Unlock()
	if before != nil {
		before(sql)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.executed = append(w.executed, sql)
}

// During returns the statements that a call executes.
func (w *Wire) During(call func()) []string {
	return w.Meeting(nil, call)
}

// Meeting is [Wire.During], but calls before ahead of each statement.
func (w *Wire) Meeting(before func(statement string), call func()) []string {
	w.mu.Lock()
	w.executed, w.before = nil, before
	w.mu.Unlock()
	call()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before = nil
	return w.executed
}
