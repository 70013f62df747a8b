package contractfuzz_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/session"
)

// server is a server with two users, for all checks of a test.
type server struct {
	*apitest.Server
	operations []apitest.Operation
	schemas    map[string]*openapi3.Schema // schemas of resources with an id, by the template of their path
	tokens     map[string]string           // access tokens by username
	sessions   map[string]string           // the id of another session by username; it may have ended
	loggedIn   time.Time
	refresh    string // a refresh token of a user without data
}

// usernames are the names of the two users.
var usernames = []string{"ann", "ben"}

func startServer(t *testing.T) *server {
	t.Helper()
	h := &server{operations: apitest.Operations(t), schemas: map[string]*openapi3.Schema{}, tokens: map[string]string{}, sessions: map[string]string{}}
	log := &leakFinder{}
	t.Cleanup(func() {
		require.True(t, log.written.Load())
		if leak := log.leak.Load(); leak != nil {
			t.Errorf("the log contains input: %s", *leak)
		}
	})
	h.Server = apitest.Start(t, func(c *apitest.Config) {
		c.RegistrationsPerHour = 0 // no limit
		// A buffer would fill the memory during a long search.
		c.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	for _, o := range h.operations {
		if !o.HasID() || o.Result == nil {
			continue
		}
		if o.Method == http.MethodPut || o.Method == http.MethodGet && h.schemas[o.Path] == nil { // GET may return a view with more members
			h.schemas[o.Path] = o.Result
		}
	}
	require.NotEmpty(t, h.schemas)
	for _, name := range usernames {
		h.User(t, name)
	}
	h.logIn(t)
	h.refresh = h.User(t, "cem").RefreshToken(t)
	return h
}

// logIn starts two sessions for each user. Access tokens live for an hour, and a search may take longer.
func (h *server) logIn(t testing.TB) {
	t.Helper()
	h.loggedIn = time.Now()
	for _, name := range usernames {
		c, other := h.Client(t), h.Client(t)
		c.Login(t, name)
		h.tokens[name] = c.Access
		other.Login(t, name)
		h.sessions[name] = other.SessionID(t)
	}
}

// leakFinder is a log that must not contain broken values. It keeps only a line that contains one.
type leakFinder struct {
	written atomic.Bool
	leak    atomic.Pointer[string]
}

// Write checks one line.
func (l *leakFinder) Write(line []byte) (int, error) {
	l.written.Store(true)
	if text := string(line); strings.Contains(text, forbiddenText) || strings.Contains(text, forbiddenNumber) {
		l.leak.Store(&text)
	}
	return len(line), nil
}

// run is one check, on an emptied server.
type run struct {
	*rapid.T
	*server

	tb     testing.TB
	users  []*user
	sender *user         // the user whose request is drawn
	tags   *apitest.Tags // all tags that were seen; nil: they aren't remembered

	isSingle bool // outside of rapid.Check, which logs errors
}

// Errorf reports an error.
func (w *run) Errorf(format string, args ...any) {
	if w.isSingle {
		w.tb.Logf(format, args...)
	}
	w.T.Errorf(format, args...)
}

// user is a user, with the user's resources that have an id, by template.
type user struct {
	*apitest.Client
	name      string
	resources map[string][]*resource
	trash     []*resource // the deleted recipes
	plans     []any       // the recipes of each, the newest first
}

// resource is an object with an id, as the last response had it.
type resource struct {
	template, id string
	seen         map[string]any
}

// newRun starts a check: it empties the server with SQL. New users for each check would cost more, for hashing passwords, than everything
// else.
func (h *server) newRun(t *testing.T, rt *rapid.T) *run {
	if time.Since(h.loggedIn) > session.MaxAccessTTL/2 {
		h.logIn(t)
	}
	h.Exec(t, `with r as (delete from recipes), t as (delete from recipe_trash), p as (delete from plans), m as (delete from planned_meals), d as (delete from plan_overrides), l as (delete from plan_lines), s as (delete from meal_plans), f as (delete from fridge_items), o as (delete from foods), a as (delete from api_tokens) delete from grocery_items`)
	h.Exec(t, `delete from fridge_journal`) // including the entries that the previous statement added
	w := &run{T: rt, server: h, tb: apitest.Within(t, rt)}
	for _, name := range usernames {
		c := &user{Client: h.Client(w.tb), name: name, resources: map[string][]*resource{}}
		c.Access = h.tokens[name]
		w.users = append(w.users, c)
	}
	return w
}

// generatorFor returns a generator whose ids are those of this user's resources.
func (w *run) generatorFor(c *user) generator {
	w.sender = c
	return generator{w.T, func(member string) json.Number {
		template := apitest.PathOf(member)
		require.NotEmpty(w, template, "%s holds ids: add the path of these resources to pathsOfIDMembers in internal/apitest/kitchen.go", member)
		return json.Number(w.drawOrCreate(c, template).id)
	}}
}

// otherUser returns the other user.
func (w *run) otherUser(c *user) *user {
	if c == w.users[0] {
		return w.users[1]
	}
	return w.users[0]
}

// operation returns the operation with this id.
func (h *server) operation(id string) apitest.Operation {
	for _, o := range h.operations {
		if o.ID == id {
			return o
		}
	}
	panic("the contract has no operation " + id)
}

// templateOf returns the template of the resources that a schema describes; empty: they have no path.
func (h *server) templateOf(s *openapi3.Schema) string {
	for template, schema := range h.schemas {
		if schema == s {
			return template
		}
	}
	return ""
}

// collection returns the path of the list of a resource: the beginning of the resource's path.
func collection(template string) string { return template[:strings.Index(template, "{")] }

// drawOrCreate draws one of the user's resources; it creates one if there is none.
func (w *run) drawOrCreate(c *user, template string) *resource {
	if len(c.resources[template]) == 0 {
		operation, _ := apitest.Creator(template)
		require.NotEmpty(w, operation, "no operation creates %s: add it to creators in internal/apitest/kitchen.go", template)
		w.succeed(c, w.validRequest(c, w.operation(operation)))
	}
	return w.drawResource(c.resources[template], template)
}

// drawResource draws one of several resources. It draws the index, so that the same seed draws the same resource.
func (w *run) drawResource(resources []*resource, of string) *resource {
	return resources[rapid.IntRange(0, len(resources)-1).Draw(w.T, "which of "+of)]
}

// drawUser draws a user.
func (w *run) drawUser() *user { return w.users[rapid.IntRange(0, len(w.users)-1).Draw(w.T, "user")] }

// String names the resource in the report of a check.
func (t *resource) String() string { return fmt.Sprintf("%s of %s", t.id, t.template) }

// decode decodes a response, with numbers as they are written. It returns nil for an empty response.
func decode(w *run, a *apitest.Response) (value any) {
	if a.Text == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(a.Text))
	d.UseNumber()
	require.NoError(w, d.Decode(&value), a.Text)
	return value
}
