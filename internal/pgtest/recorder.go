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

	"github.com/ocipe/ocipe/internal/postgres"
)

// Recorder is a proxy between a server and PostgreSQL that records the executed statements. It records those of
// internal/postgres/queries by name.
type Recorder struct {
	listener net.Listener
	socket   string
	ignored  func(sql string) bool
	running  sync.WaitGroup

	mu       sync.Mutex
	executed []string
	before   func(statement string)
}

// Recorded returns the database as it is reached through a recorder. It doesn't record statements for which ignored returns true, nor
// those of the pool itself: its ping, and the first statement of each connection. The pool opens a connection whenever the others are
// busy.
func (d *Database) Recorded(t testing.TB, ignored func(sql string) bool) (*Recorder, *Database) {
	t.Helper()
	cfg, err := pgx.ParseConfig(d.URL)
	require.NoError(t, err)
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &Recorder{listener: l, socket: fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port), ignored: ignored}
	t.Cleanup(func() {
		_ = l.Close()
		r.running.Wait()
	})
	r.running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return // closed: the test is over
			}
			r.running.Go(func() { r.proxy(client) })
		}
	})
	url := fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", cfg.User, l.Addr(), cfg.Database)
	return r, &Database{URL: url, Pool: d.Pool}
}

// proxy copies both ways until either side hangs up (PostgreSQL, section 55.7).
func (r *Recorder) proxy(client net.Conn) {
	defer client.Close() //nolint:errcheck // nothing is pending
	server, err := (&net.Dialer{}).DialContext(context.Background(), "unix", r.socket)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // nothing is pending
	r.running.Go(func() {
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
			r.record(string(fields[0]))
		case head[0] == 'P':
			prepared[string(fields[0])] = string(fields[1])
		case head[0] == 'B':
			r.record(prepared[string(fields[1])])
		}
		if _, err := server.Write(append(head, rest...)); err != nil {
			return
		}
	}
}

func (r *Recorder) record(sql string) {
	if sql == "-- ping" || sql == postgres.ServerRoleSQL || r.ignored(sql) {
		return
	}
	if name, named := strings.CutPrefix(sql, "-- name: "); named {
		sql, _, _ = strings.Cut(name, " ")
	}
	r.mu.Lock()
	before := r.before
	r.mu.Unlock()
	if before != nil {
		before(sql)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.executed = append(r.executed, sql)
}

// Statements returns the statements that a call executes.
func (r *Recorder) Statements(call func()) []string {
	return r.Intercept(nil, call)
}

// Intercept is [Recorder.Statements], but calls before ahead of each statement.
func (r *Recorder) Intercept(before func(statement string), call func()) []string {
	r.mu.Lock()
	r.executed, r.before = nil, before
	r.mu.Unlock()
	call()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before = nil
	return r.executed
}
