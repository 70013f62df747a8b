package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/token"
)

// issuer is the server's default OCIPE_PUBLIC_URL.
const issuer = "http://localhost:8080"

// testbed is a seeded PostgreSQL with the settings of the private one of a server, and the keys that sign its users' tokens.
type testbed struct {
	config
	dir        string
	cluster    *localpg.Cluster
	postmaster int // process id
	admin      *pgx.Conn
	tokens     *token.Issuer
	versions   string    // the table with the versions of users' lists
	senders    []int64   // ids of the users that send requests: some of those with few recipes, then those with libraries
	access     []string  // an access token of each sender
	sessions   []session // of the senders
	lastRecipe int64     // the highest id after seeding
	lastPlan   int64
}

// session is a session that the load may refresh.
type session struct {
	id   uuid.UUID
	user int64
}

// newTestbed starts PostgreSQL in a new folder, and migrates and seeds it with the server binary of the configuration. The caller must
// call close, except after an error.
func newTestbed(ctx context.Context, c config) (_ *testbed, err error) {
	b := &testbed{config: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close(context.WithoutCancel(ctx)))
		}
	}()
	if b.dir, err = os.MkdirTemp(c.dir, "ocipe-bench-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(b.dir, 0o755); err != nil { //nolint:gosec // as root, PostgreSQL runs as another user
		return nil, err
	}
	if b.cluster, err = localpg.Start(ctx, localpg.Config{Dir: filepath.Join(b.dir, "data")}); err != nil {
		return nil, err
	}
	if b.admin, err = pgx.Connect(ctx, b.cluster.URL()); err != nil {
		return nil, err
	}
	if b.postmaster, err = postmasterOf(ctx, b.admin); err != nil {
		return nil, err
	}
	if err := b.seed(ctx); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return b, nil
}

func (b *testbed) keysFile() string { return filepath.Join(b.dir, "keys.json") }

// exec runs statements one by one, because VACUUM can't run inside a transaction.
func (b *testbed) exec(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := b.admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.200s: %w", sql, err)
		}
	}
	return nil
}

// close stops PostgreSQL and removes the folder.
func (b *testbed) close(ctx context.Context) (err error) {
	if b.admin != nil {
		err = b.admin.Close(ctx)
	}
	if b.cluster != nil {
		err = errors.Join(err, b.cluster.Stop())
	}
	if b.dir != "" {
		err = errors.Join(err, os.RemoveAll(b.dir))
	}
	return err
}

// postmasterOf returns the id of the postmaster, the parent of PostgreSQL's other processes.
func postmasterOf(ctx context.Context, conn *pgx.Conn) (int, error) {
	var folder string
	if err := conn.QueryRow(ctx, `show data_directory`).Scan(&folder); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(folder, "postmaster.pid")) //nolint:gosec // a file of this program or of the system
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(strings.TrimSpace(first))
}

// chooseSenders chooses the users that send requests, spread evenly over all users, and those with libraries. It also reads their
// sessions. A million users have no more senders than a thousand, so that caches help both in the same way.
func (b *testbed) chooseSenders(ctx context.Context) error {
	few := b.sendersOf(b.users)
	for i := range few {
		b.senders = append(b.senders, int64(i*b.users/few+1))
	}
	for i := range b.libraries {
		b.senders = append(b.senders, int64(b.users+i+1))
	}
	rows, err := b.admin.Query(ctx, `select id, user_id from sessions where user_id = any($1)`, b.senders)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s session
		if err := rows.Scan(&s.id, &s.user); err != nil {
			return err
		}
		b.sessions = append(b.sessions, s)
	}
	return rows.Err()
}

// sendersOf returns how many of a number of users send requests.
func (c config) sendersOf(users int) int {
	if c.active > 0 {
		return min(c.active, users)
	}
	return users
}

// sendersWithoutLibrary returns the number of senders without a library.
func (b *testbed) sendersWithoutLibrary() int { return len(b.senders) - len(b.libraries) }

// ofSenders returns an SQL condition for the rows that requests can have changed.
func (b *testbed) ofSenders() string {
	ids := make([]string, 0, len(b.senders))
	for _, id := range b.senders {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	return "user_id = any('{" + strings.Join(ids, ",") + "}')"
}

// signAccess signs an access token for every sender, valid for an hour, the maximum. The server doesn't look up the sessions of access
// tokens, so they need not exist.
func (b *testbed) signAccess(now time.Time) error {
	b.access = nil
	for _, user := range b.senders {
		text, err := b.tokens.IssueAccess(token.Access{
			ID: uuid.New(), UserID: user, SessionID: uuid.New(), AuthTime: now, IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		}, now)
		if err != nil {
			return err
		}
		b.access = append(b.access, text)
	}
	return nil
}
