package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/token"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestTheServerAllocatesLittleMoreThanTheFloor is not parallel, because it counts the allocations of the whole process. Both sides
// have the allocations of pgx. The difference comes from the server's checks, authentication, log line, headers and deadline.
func TestTheServerAllocatesLittleMoreThanTheFloor(t *testing.T) {
	const maximum = 25 // 12 without the race detector, which empties pools
	server, floor := newGetters(t)
	fromServer, fromFloor := server(), floor()
	require.Equal(t, strings.TrimSpace(string(fromServer.body)), strings.TrimSpace(string(fromFloor.body)))

	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the garbage collector would empty pools, too
	ofServer, ofFloor := allocations(server), allocations(floor)

	require.LessOrEqual(t, ofServer-ofFloor, float64(maximum), "GET of a recipe: %v allocations of the server, %v of the floor", ofServer, ofFloor)
	require.Greater(t, ofServer, ofFloor, "the count is wrong")
}

// allocations returns the median of some runs, because a timer or the pool of connections may allocate meanwhile.
func allocations(get func() *recorder) float64 {
	counts := make([]float64, 9)
	for i := range counts {
		counts[i] = testing.AllocsPerRun(100, func() { get() })
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}

// BenchmarkGetRecipe compares both sides without net/http's server. It measures the CPU time of this process, because a request spends
// most of its time waiting for PostgreSQL.
func BenchmarkGetRecipe(b *testing.B) {
	server, floor := newGetters(b)
	for name, get := range map[string]func() *recorder{"Server": server, "Floor": floor} {
		b.Run(name, func(b *testing.B) {
			get()
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				get()
			}
			b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkMetrics serves the same GET with and without metrics, a few requests in turn, so that a busy machine disturbs both alike. It
// reports the CPU time of this process, and how much metrics add. This doesn't include the CPU time of PostgreSQL, so their share of the
// total is smaller.
func BenchmarkMetrics(b *testing.B) {
	g := newGetFixture(b)
	without := getter(b, serverHandler(b, g.config), g.request)
	operations, err := contract.OperationIDs(g.config.Contract)
	require.NoError(b, err)
	g.config.Metrics = metrics.NewRequests(operations)
	with := getter(b, serverHandler(b, g.config), g.request)
	const turn = 20
	var spent [2]time.Duration
	for range turn { // time series are created at their first use
		without()
		with()
	}
	rounds := 0
	for b.Loop() {
		for i := range spent {
			side := (rounds + i) % len(spent)
			get := [2]func() *recorder{without, with}[side]
			before := cpuTime(b)
			for range turn {
				get()
			}
			spent[side] += cpuTime(b) - before
		}
		rounds++
	}
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(rounds*turn) }
	b.ReportMetric(each(spent[0]), "without-cpu-ns")
	b.ReportMetric(each(spent[1]), "with-cpu-ns")
	b.ReportMetric(100*(float64(spent[1])/float64(spent[0])-1), "more-%")
}

// newGetters returns functions that get the same recipe from the server and from the floor, on one database and with the same keys. Each
// call overwrites the previous response.
func newGetters(t testing.TB) (server, floor func() *recorder) {
	t.Helper()
	g := newGetFixture(t)
	return getter(t, serverHandler(t, g.config), g.request), getter(t, floorHandler(t, g.database, g.config.Keys), g.request)
}

// getFixture is a request for a recipe, with the database and the configuration of the servers.
type getFixture struct {
	database *pgtest.Database
	config   apitest.Config
	request  *http.Request
}

func newGetFixture(t testing.TB) getFixture {
	t.Helper()
	database := pgtest.New(t)
	kitchen, err := demo.Load()
	require.NoError(t, err)
	user := database.User(t, "cook")
	created, err := (&recipe.Service{DB: database.Open(t)}).Create(t.Context(), user, nil, kitchen.Recipes[0])
	require.NoError(t, err)
	config := apitest.Serve(t, database).Config
	keys, err := config.Keys.Load()
	require.NoError(t, err)
	now := time.Now()
	access, err := token.NewIssuer(apitest.PublicURL, keys).IssueAccess(token.Access{
		ID: uuid.New(), UserID: user, SessionID: uuid.New(), AuthTime: now, IssuedAt: now, ExpiresAt: now.Add(time.Hour),
	}, now)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background()) // pgx watches this context like that of net/http
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("/api/recipes/%d/", created[0].ID), http.NoBody)
	require.NoError(t, err)
	r.RemoteAddr, r.RequestURI = "127.0.0.1:40000", r.URL.Path
	r.Header.Set("Authorization", "Bearer "+access)
	r.Header.Set("User-Agent", "test")
	return getFixture{database, config, r}
}

// serverHandler returns the handler of a server that logs to a file, as in production.
func serverHandler(t testing.TB, config apitest.Config) http.Handler {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	config.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	_, handler, err := config.Assemble(t.Context())
	require.NoError(t, err)
	return handler
}

func floorHandler(t testing.TB, database *pgtest.Database, keys token.File) http.Handler {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), database.URL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	tokens, err := openTokens(keys.Path, apitest.PublicURL)
	require.NoError(t, err)
	return (&floor{db: pool, tokens: tokens}).routes()
}

func getter(t testing.TB, handler http.Handler, original *http.Request) func() *recorder {
	res := &recorder{}
	return func() *recorder {
		r, u := *original, *original.URL // the handler may change them
		r.URL, res.header, res.body = &u, http.Header{}, res.body[:0]
		handler.ServeHTTP(res, &r)
		if res.status != http.StatusOK {
			t.Fatal(res.status, string(res.body))
		}
		return res
	}
}

// recorder keeps a response. It doesn't allocate once its buffer is large enough.
type recorder struct {
	header http.Header
	status int
	body   []byte
}

// Header returns the headers.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader keeps the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write keeps the body.
func (r *recorder) Write(p []byte) (int, error) {
	r.body = append(r.body, p...)
	return len(p), nil
}
