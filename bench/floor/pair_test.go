package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/pgtest"
	recipes "github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/token"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// pair are the server's handler and the floor's, on one database and with the same keys.
type pair struct {
	server, floor http.Handler
	authorization string // of a user
	path          string // of a recipe of theirs
}

// newPair makes both. The server logs to a file.
func newPair(t testing.TB) pair {
	t.Helper()
	database := pgtest.New(t)
	db := database.Open(t)
	kitchen, err := demo.Load()
	require.NoError(t, err)
	user := database.User(t, "cook")
	made, err := (&recipes.Service{DB: db}).Create(t.Context(), user, kitchen.Recipes[0])
	require.NoError(t, err)

	log, err := os.Create(filepath.Join(t.TempDir(), "log")) // as in production
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	config := apitest.Serve(t, database).Config
	config.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	p := pair{path: fmt.Sprintf("/api/recipes/%d/", made[0].ID)}
	_, p.server, err = config.Assemble(t.Context())
	require.NoError(t, err)

	file := config.Keys
	keys, err := file.Load()
	require.NoError(t, err)
	now := time.Now()
	text, err := token.NewIssuer(apitest.PublicURL, keys).IssueAccess(token.Access{
		ID: uuid.New(), UserID: user, SessionID: uuid.New(), IssuedAt: now, ExpiresAt: now.Add(accessTTL),
	}, now)
	require.NoError(t, err)
	p.authorization = "Bearer " + text

	pool, err := pgxpool.New(t.Context(), database.URL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	of, err := openTokens(file.Path, apitest.PublicURL)
	require.NoError(t, err)
	p.floor = (&floor{db: pool, tokens: of}).routes()
	return p
}

// ask returns what sends a GET of the path to a side, and the answer, which each call overwrites.
func (p pair) ask(t testing.TB, side http.Handler) (send func(), to *answer) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // as net/http's, which pgx watches
	t.Cleanup(cancel)
	received, err := http.NewRequestWithContext(ctx, http.MethodGet, p.path, http.NoBody)
	require.NoError(t, err)
	received.RemoteAddr, received.RequestURI = "127.0.0.1:40000", p.path
	received.Header.Set("Authorization", p.authorization)
	received.Header.Set("User-Agent", "test")
	a := &answer{}
	return func() {
		r, u := *received, *received.URL // the side may change them
		r.URL, a.header, a.body = &u, http.Header{}, a.body[:0]
		side.ServeHTTP(a, &r)
		if a.status != http.StatusOK {
			t.Fatal(a.status, string(a.body))
		}
	}, a
}

// answer keeps what is written to it, once there is room for it without another allocation.
type answer struct {
	header http.Header
	status int
	body   []byte
}

// Header returns the headers.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write keeps the body.
func (a *answer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}
