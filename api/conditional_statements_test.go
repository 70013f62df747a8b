package api_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// queryWire stands between a server and PostgreSQL and takes down which queries are executed: their names in
// internal/postgres/queries. It leaves out what the server asks by itself, about sessions that have ended.
type queryWire struct {
	net.Listener
	direct  *pgtest.Database
	socket  string
	running sync.WaitGroup

	mu       sync.Mutex
	executed []string
	before   func(query string) // is called before a query goes on; nil: nothing is
}

// newQueryWire returns the database as it is reached through a wire.
func newQueryWire(t *testing.T) (*queryWire, *pgtest.Database) {
	t.Helper()
	base := pgtest.New(t)
	cfg, err := pgx.ParseConfig(base.URL)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &queryWire{Listener: l, direct: base, socket: fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port)}
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
	url := fmt.Sprintf("host=127.0.0.1 port=%d user=%s dbname=%s sslmode=disable", l.Addr().(*net.TCPAddr).Port, cfg.User, cfg.Database)
	return w, &pgtest.Database{URL: url, Pool: base.Pool}
}

// join copies both ways until either side hangs up (PostgreSQL, section 55.7).
func (w *queryWire) join(client net.Conn) {
	defer client.Close() //nolint:errcheck // nothing is pending
	server, err := net.Dial("unix", w.socket)
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

func (w *queryWire) note(sql string) {
	if sql == "-- ping" || sql == db.Now || strings.Contains(sql, "ended_sessions") {
		return // what goes on beside requests
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

// during returns what is executed by a call.
func (w *queryWire) during(call func()) []string {
	return w.meeting(nil, call)
}

// meeting is during, where something is done before each query.
func (w *queryWire) meeting(before func(query string), call func()) []string {
	w.mu.Lock()
	w.executed, w.before = nil, before
	w.mu.Unlock()
	call()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before = nil
	return w.executed
}

// TestAnUnchangedListTakesOneStatement counts what reaches PostgreSQL. A thing is read whole: that is one statement, too.
func TestAnUnchangedListTakesOneStatement(t *testing.T) {
	t.Parallel()
	w, database := newQueryWire(t)
	s := apitest.Serve(t, database)
	k := conditionalKitchen{raceKitchen: raceKitchen{Server: s}, Kitchen: s.Kitchen(t, "cheap", "")}
	k.Fill(t)
	queries := map[string]string{
		modelRecipes: "ListRecipesNewestFirst", modelRecipes + "stats/": "CountRecipes", "/api/fridge/": "ListFridgeItems",
		modelHistory: "ListPlans", modelHistory + "recent/": "ListPlans", modelLines: "ListGroceryItems",
		modelRecipes + "?ordering=-name&limit=1": "ListRecipesByNameDescending", modelRecipes + "?ingredients=leek&search=e": "ListRecipesBestMatchFirst",
	}
	for url := range k.Shown(t) {
		if _, known := queries[url]; !known {
			name := map[string]string{"/api/r": "GetRecipe", "/api/f": "GetFridgeItem", "/api/g": "GetGroceryItem"}[url[:6]]
			tag := k.tag(t, url)
			require.Equal(t, []string{name}, w.during(func() { k.get(t, url, tag).Is(t, http.StatusNotModified) }), url)
		}
	}
	empty := conditionalKitchen{raceKitchen: k.raceKitchen, Kitchen: s.Kitchen(t, "cheap-and-empty", "")}
	for url, name := range queries {
		nothing := empty.tag(t, url)
		require.Equal(t, []string{"GetCollections"}, w.during(func() { empty.get(t, url, nothing).Is(t, http.StatusNotModified) }), "%s, empty", url)
		tag := k.tag(t, url)
		require.Equal(t, []string{"GetCollections"}, w.during(func() { k.get(t, url, tag).Is(t, http.StatusNotModified) }), url)
		require.Equal(t, []string{"GetCollections"}, w.during(func() { k.get(t, url, `"other", W/`+tag).Is(t, http.StatusNotModified) }), url)
		require.Equal(t, []string{name}, w.during(func() { k.get(t, url).Is(t, http.StatusOK) }), "%s, whole", url)
		require.Equal(t, []string{"GetCollections", name}, w.during(func() { k.get(t, url, `"other"`).Is(t, http.StatusOK) }), "%s, changed", url)
	}
}
