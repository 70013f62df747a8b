package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

// issuer is the server's default OCIPE_PUBLIC_URL.
const issuer = "http://localhost:8080"

// world is what both sides stand on: binaries, keys, and a PostgreSQL with the settings of the server's own.
type world struct {
	config
	dir        string
	binaries   [sides]string
	cluster    *localpg.Cluster
	postmaster int // process id
	admin      *pgx.Conn
	tokens     *token.Issuer
	cooks      []int64   // ids of the users that send requests: some of those with few recipes, then those with libraries
	access     []string  // a day's access token of each of them
	sessions   []session // theirs
	lastRecipe int64     // of those that were seeded
	lastPlan   int64
}

// The two that are measured.
const (
	server = iota
	floor
	sides
)

var sideNames = [sides]string{server: "server", floor: "floor"}

// newWorld builds, starts and seeds it all, in a folder of its own. Call close in the end; if it fails it has done so.
func newWorld(ctx context.Context, c config) (_ *world, err error) {
	w := &world{config: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close(context.WithoutCancel(ctx)))
		}
	}()
	if w.dir, err = os.MkdirTemp(c.dir, "ocipe-bench-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(w.dir, 0o755); err != nil { //nolint:gosec // as root, PostgreSQL runs as another user
		return nil, err
	}
	if err := w.build(ctx); err != nil {
		return nil, err
	}
	if w.cluster, err = localpg.Start(ctx, localpg.Config{Dir: filepath.Join(w.dir, "data")}); err != nil {
		return nil, err
	}
	if w.admin, err = pgx.Connect(ctx, w.cluster.URL()); err != nil {
		return nil, err
	}
	if err := w.migrate(ctx); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *world) migrate(ctx context.Context) error {
	db, err := postgres.Open(ctx, w.cluster.URL())
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	keys, _, err := token.File{Path: w.keysFile()}.LoadOrCreate(rand.Reader)
	if err != nil {
		return err
	}
	w.tokens = token.NewIssuer(issuer, keys)
	if w.postmaster, err = postmasterOf(ctx, w.admin); err != nil {
		return err
	}
	return w.seed(ctx, db)
}

// build leaves the binaries in the folder, as make build makes them.
func (w *world) build(ctx context.Context) error {
	for side, of := range [sides]string{"github.com/ocipe/ocipe", "github.com/ocipe/ocipe/internal/bench/floor"} {
		w.binaries[side] = filepath.Join(w.dir, sideNames[side])
		if side == server && w.server != "" {
			w.binaries[side] = w.server
			continue
		}
		if side == floor && w.alone {
			continue
		}
		output, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", w.binaries[side], of).CombinedOutput()
		if err != nil {
			return fmt.Errorf("go build %s: %w\n%s", of, err, output)
		}
	}
	return nil
}

func (w *world) keysFile() string { return filepath.Join(w.dir, "keys.json") }

// exec runs statements, each by itself: VACUUM takes part in no transaction.
func (w *world) exec(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := w.admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// close stops PostgreSQL and removes the folder.
func (w *world) close(ctx context.Context) (err error) {
	if w.admin != nil {
		err = w.admin.Close(ctx)
	}
	if w.cluster != nil {
		err = errors.Join(err, w.cluster.Stop())
	}
	if w.dir != "" {
		err = errors.Join(err, os.RemoveAll(w.dir))
	}
	return err
}

// postmasterOf finds the process whose children are PostgreSQL.
func postmasterOf(ctx context.Context, conn *pgx.Conn) (int, error) {
	var folder string
	if err := conn.QueryRow(ctx, `show data_directory`).Scan(&folder); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(folder, "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(strings.TrimSpace(first))
}

// mintAccess makes an access token of every cook. Sessions are not looked up for them, so none is made.
func (w *world) mintAccess(now time.Time) error {
	w.access = nil
	for _, user := range w.cooks {
		text, err := w.tokens.IssueAccess(accessOf(user, now), now)
		if err != nil {
			return err
		}
		w.access = append(w.access, text)
	}
	return nil
}
