// Package apitest runs whole servers for tests – real HTTP, a real database – and clients that check every response
// against the contract.
package apitest

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/internal/app"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/throttle"
	"github.com/ocipe/ocipe/internal/token"
)

// PublicURL is the issuer of every test server.
const PublicURL = "http://localhost:8080"

// Main runs the tests of a package. If all of them ran, it fails unless together they have seen every status that
// the contract declares. Call it from TestMain; exit with its result.
func Main(m *testing.M) int {
	flag.Parse()
	if err := SetShortBudget(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := pgtest.Main(cleanupRunner{m})
	all := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" &&
		flag.Lookup("test.list").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == ""
	if code != 0 || !all {
		return code
	}
	missing, err := missingStatuses()
	if err != nil {
		missing = []string{err.Error()}
	}
	if len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "FAIL: the tests leave the contract unproved:\n  %s\n", strings.Join(missing, "\n  "))
		return 1
	}
	return code
}

// Version is the program's version of every test server.
const Version = "v0.0.0-test"

// CheapPasswords makes a hash cost microseconds, and lets a login wait for it for an hour.
var CheapPasswords = password.Params{MemoryKiB: 8, Passes: 1, MaxWait: time.Hour}

// AnyAttempts has limits that no test reaches: wrong passwords are counted, but never rejected. Tests of the limits set others.
var AnyAttempts = throttle.Limits{
	Strangers: throttle.Rule{Free: 1 << 30, Max: 1 << 30}, PerKnownClient: throttle.Rule{Free: 1 << 30, Max: 1 << 30}, KnownClients: 1 << 30,
}

// Server is a running server of one test.
type Server struct {
	*pgtest.Database
	URL    string
	Config Config
	Logs   *pgtest.Logs
}

// Start runs a server on a new database, with the settings of [Serve] changed by change. It ends with the test.
func Start(t testing.TB, change ...func(*Config)) *Server {
	t.Helper()
	return Serve(t, pgtest.New(t), change...)
}

// newClock returns the clock of a test server. It reaches no full hour within a quarter of an hour: if one is near, the clock is past it.
// A use of an API token is recorded once an hour, and what expires soon depends on the day, so a test that compares two responses would
// fail in between.
func newClock() func() time.Time {
	const longest = 15 * time.Minute // of a test
	now := time.Now()
	ahead := now.Truncate(time.Hour).Add(time.Hour).Sub(now)
	if ahead > longest {
		return time.Now
	}
	return func() time.Time { return time.Now().Add(ahead) }
}

// testDeadlineSeconds is how many seconds a request of a test may take: tests must not fail on a busy machine. A test of deadlines sets
// its own with [WithDeadline].
const testDeadlineSeconds = 3600

var testContract struct {
	once sync.Once
	text []byte
}

// contractWithTestDeadlines returns openapi.yaml with the deadlines of test servers.
func contractWithTestDeadlines(t testing.TB) []byte {
	t.Helper()
	testContract.once.Do(func() { testContract.text = WithDeadline(Contract(t), "", testDeadlineSeconds) })
	require.NotNil(t, testContract.text, "another test couldn't read the contract")
	return testContract.text
}

// Serve runs a server on this database. It has the default settings, except for those that would make a test depend on the speed
// of the machine: tokens live long, requests may take long, and a password costs next to nothing.
func Serve(t testing.TB, database *pgtest.Database, change ...func(*Config)) *Server {
	t.Helper()
	public, err := url.Parse(PublicURL)
	require.NoError(t, err)
	logs := &pgtest.Logs{}
	s := &Server{Database: database, Logs: logs, Config: Config{
		Config: app.Config{
			DB:        database.Open(t),
			Keys:      token.File{Path: filepath.Join(t.TempDir(), "keys.json")},
			Clock:     newClock(),
			Log:       slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
			PublicURL: public,
			Sessions: session.Settings{
				AccessTTL: session.MaxAccessTTL, RefreshTTL: 720 * time.Hour, Grace: 30 * time.Minute, MaxLifetime: 8760 * time.Hour,
			},
			Passwords:            CheapPasswords,
			PasswordMin:          8,
			RegistrationsPerHour: 60,
			Attempts:             AnyAttempts,
			RequestsPerUser:      1 << 30,
			RequestsPerAddress:   1 << 30,
			TrashDays:            36500,         // an export may have recipes that were deleted long ago
			MaxSkew:              math.MaxInt64, // tests set clocks
			RevocationLag:        testDeadlineSeconds * time.Second,
			ProbeTimeout:         testDeadlineSeconds * time.Second,
		},
		ReauthAge: time.Hour, // as long as an access token lives
		PlanWait:  testDeadlineSeconds * time.Second,
		Contract:  contractWithTestDeadlines(t),
		Version:   Version,
	}}
	for _, c := range change {
		c(&s.Config)
	}
	s.run(t)
	return s
}

// Replica runs a second server on the same database with the same keys.
func (s *Server) Replica(t testing.TB, change ...func(*Config)) *Server {
	t.Helper()
	r := &Server{Database: s.Database, Config: s.Config, Logs: s.Logs}
	r.Config.DB = s.Open(t)
	for _, c := range change {
		c(&r.Config)
	}
	r.run(t)
	return r
}

func (s *Server) run(t testing.TB) {
	t.Helper()
	a, handler, err := s.Config.Assemble(context.Background())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { a.Work(ctx) })
	listener := httptest.NewUnstartedServer(handler)
	listener.Config.MaxHeaderBytes = api.MaxHeaderBytes
	listener.Start()
	s.URL = listener.URL
	t.Cleanup(func() {
		listener.Close()
		cancel()
		work.Wait()
	})
}

// Contract returns openapi.yaml.
func Contract(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(contractPath())
	require.NoError(t, err)
	return text
}

var (
	operationLine = regexp.MustCompile(`(?m)^      operationId: (\w+)\n`)
	deadlineLine  = regexp.MustCompile(`(?m)^      x-deadline-seconds: \d+\n`)
)

// WithDeadline returns the contract with another x-deadline-seconds for one operation; empty: for all of them.
func WithDeadline(contract []byte, operation string, seconds int) []byte {
	if operation == "" {
		contract, operation = deadlineLine.ReplaceAll(contract, nil), `\w+`
	}
	line := regexp.MustCompile(`(?m)^      operationId: ` + operation + `\n(      x-deadline-seconds: \d+\n)?`)
	return line.ReplaceAllFunc(contract, func(found []byte) []byte {
		id := operationLine.Find(found)
		return append(id[:len(id):len(id)], "      x-deadline-seconds: "+strconv.Itoa(seconds)+"\n"...)
	})
}

var bodyLimitLine = regexp.MustCompile(`(?m)^( *x-max-body-bytes: )(\d+)$`)

// WithBodyLimit returns the contract with no x-max-body-bytes above a maximum.
func WithBodyLimit(contract []byte, maximum int64) []byte {
	return bodyLimitLine.ReplaceAllFunc(contract, func(line []byte) []byte {
		parts := bodyLimitLine.FindSubmatch(line)
		limit, err := strconv.ParseInt(string(parts[2]), 10, 64)
		if err != nil || limit <= maximum {
			return line
		}
		return fmt.Appendf(nil, "%s%d", parts[1], maximum)
	})
}

// Document returns openapi.yaml, parsed.
func Document() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromFile(contractPath()) }

// contractPath returns the path of openapi.yaml, which is in the root folder of the module.
func contractPath() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "openapi.yaml")
}
