package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

var discard = slog.New(slog.DiscardHandler)

// serveOn starts servers in this process, with the limits of production and the same keys.
func serveOn(t *testing.T, url string, n *node, count int) []*apitest.Server {
	t.Helper()
	logs := &pgtest.Logs{}
	first := apitest.Serve(t, &pgtest.Database{URL: url, Pool: n.pool(t)}, productionConfig(t, url, logs))
	first.Logs = logs
	all := []*apitest.Server{first}
	for range count - 1 {
		all = append(all, first.Replica(t, productionConfig(t, url, logs)))
	}
	return all
}

// productionConfig returns an option that gives a server its database and the limits of production.
func productionConfig(t *testing.T, url string, logs *pgtest.Logs) func(*apitest.Config) {
	return func(c *apitest.Config) {
		d, err := postgres.Open(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(d.Close)
		c.Log = slog.New(slog.NewTextHandler(logs, nil))
		d.LogTo(c.Log)
		c.DB, c.RevocationLag, c.ProbeTimeout, c.PlanWait, c.Contract = d, 0, 0, 0, apitest.Contract(t)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// entry is a request of a ledger with its response.
type entry struct {
	item    string // the item that was written; empty: a read
	status  int    // 0: no response
	text    string
	started time.Time
	took    time.Duration
}

// ledger has the requests of the clients of one server, and the responses.
type ledger struct {
	server *apitest.Server
	client *apitest.Client // of the user

	mu      sync.Mutex
	entries []entry
}

// runLoad sends writes and reads of a user until ctx ends, each by several clients, and waits for all responses.
func (l *ledger) runLoad(ctx context.Context, t *testing.T, clients int) {
	var wg sync.WaitGroup
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * clients}}
	defer web.CloseIdleConnections()
	for c := range clients {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				item := fmt.Sprintf("%s-%d-%d", l.server.URL, c, i)
				l.send(t, web, http.MethodPost, "/api/grocery/list/", item)
			}
		})
		wg.Go(func() {
			for ctx.Err() == nil {
				l.send(t, web, http.MethodGet, "/api/fridge/", "")
			}
		})
	}
	wg.Wait()
}

func (l *ledger) send(t *testing.T, web *http.Client, method, path, item string) {
	body := ""
	if item != "" {
		text, err := json.Marshal(map[string]string{"items": item})
		assert.NoError(t, err)
		body = string(text)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, l.server.URL+path, strings.NewReader(body))
	if !assert.NoError(t, err) {
		return
	}
	r.Header.Set("Authorization", "Bearer "+l.client.Access)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	e := entry{item: item, started: time.Now()}
	if res, err := web.Do(r); assert.NoError(t, err) {
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		e.status, e.text = res.StatusCode, string(text)
		if res.StatusCode == http.StatusServiceUnavailable {
			assert.NotEmpty(t, res.Header.Get("Retry-After"))
		}
	}
	e.took = time.Since(e.started)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

// succeeded returns the number of successful requests that were sent after a time.
func (l *ledger) succeeded(after time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if e.started.After(after) && (e.status == http.StatusOK || e.status == http.StatusCreated) {
			n++
		}
	}
	return n
}

// deadline is the deadline of the operations of a ledger. On a busy machine they may take longer.
const deadline = 10 * time.Second

// check compares the ledger with the database: acknowledged items must exist once, and other items at most once. It also checks that every
// response was a success or 503, and came before its deadline. It returns how long requests failed after a time.
func (l *ledger) check(t *testing.T, n *node, after time.Time) (failing time.Duration) {
	t.Helper()
	rows, err := n.pool(t).Query(t.Context(), `select item, count(*) from grocery_items where user_id = (select id from users where username = $1) group by item`, l.username())
	require.NoError(t, err)
	stored := map[string]int{}
	for rows.Next() {
		var name string
		var count int
		require.NoError(t, rows.Scan(&name, &count))
		stored[name] = count
	}
	require.NoError(t, rows.Err())
	counts := map[int]int{}
	slowest := time.Duration(0)
	for _, e := range l.entries {
		counts[e.status]++
		slowest = max(slowest, e.took)
		switch e.status {
		case http.StatusCreated:
			require.Equal(t, 1, stored[e.item], "%s was acknowledged", e.item)
		case http.StatusOK:
		default:
			require.Equal(t, http.StatusServiceUnavailable, e.status, e.text)
			require.LessOrEqual(t, stored[e.item], 1, e.item)
			if e.started.After(after) {
				failing = max(failing, e.started.Sub(after)+e.took)
			}
		}
	}
	require.Less(t, slowest, deadline+loadSlack, "no response is later than its deadline")
	t.Logf("%s: %v responses by status, the slowest after %v", l.server.URL, counts, slowest.Round(time.Millisecond))
	return failing
}

func (l *ledger) username() string {
	return "cook-" + strings.TrimPrefix(l.server.URL, "http://127.0.0.1:")
}

// The time that a busy machine may take beyond the documented limits, for many requests and for one request.
const (
	loadSlack    = 5 * time.Second
	requestSlack = time.Second
)

func textLog(logs *pgtest.Logs) *slog.Logger { return slog.New(slog.NewTextHandler(logs, nil)) }

func countText(logs *pgtest.Logs, text string) int { return strings.Count(logs.String(), text) }

func containsText(logs *pgtest.Logs, text string) bool { return countText(logs, text) > 0 }
