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
)

// server is a server with two users, for all checks of a test.
type server struct {
	*apitest.Server
	operations []apitest.Operation
	kinds      map[string]*openapi3.Schema // of what has an id, by the template of its path
	tokens     map[string]string           // access tokens by username
	sessions   map[string]string           // the id of another session by username; it may have ended
	refresh    string                      // a refresh token of nobody's who is looked at
}

// usernames are the names of those who are looked at.
var usernames = []string{"ann", "ben"}

func startServer(t *testing.T) *server {
	t.Helper()
	h := &server{operations: apitest.Operations(t), kinds: map[string]*openapi3.Schema{}, tokens: map[string]string{}, sessions: map[string]string{}}
	log := &leakFinder{}
	t.Cleanup(func() {
		require.True(t, log.written.Load())
		require.Nil(t, log.leak.Load(), "the log holds what was sent")
	})
	h.Server = apitest.Start(t, func(c *apitest.Config) {
		c.RegistrationsPerHour = 0                                                               // no limit
		c.Sessions.AccessTTL = 24 * time.Hour                                                    // a long search must not end with a token …
		c.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})) // … nor with the memory
	})
	for _, o := range h.operations {
		if o.Method == http.MethodGet && o.HasID() {
			h.kinds[o.Path] = o.Result
		}
	}
	require.NotEmpty(t, h.kinds)
	for _, name := range usernames {
		h.tokens[name] = h.User(t, name).Access
		other := h.Client(t)
		other.Login(t, name)
		h.sessions[name] = other.SessionID(t)
	}
	h.refresh = h.User(t, "cem").RefreshToken(t)
	return h
}

// leakFinder is a log in which nothing of a broken value may stand. It keeps only a line that does.
type leakFinder struct {
	written atomic.Bool
	leak    atomic.Pointer[string]
}

// Write looks at one line.
func (l *leakFinder) Write(line []byte) (int, error) {
	l.written.Store(true)
	if text := string(line); strings.Contains(text, marker) || strings.Contains(text, markerNumber) {
		l.leak.Store(&text)
	}
	return len(line), nil
}

// run is what one check sees: the server, with nothing in it.
type run struct {
	*rapid.T
	*server

	tb     testing.TB
	users  []*user
	sender *user         // whose request is drawn
	tags   *apitest.Tags // all that were seen; nil: they aren't remembered
}

// user is a user, and what is theirs: by template, the things with an id.
type user struct {
	*apitest.Client
	name   string
	things map[string][]*thing
	trash  []*thing // the deleted recipes
	plans  []any    // the recipes of each, the newest first
}

// thing is something with an id, as it was answered last.
type thing struct {
	template, id string
	seen         map[string]any
}

// enter empties the server. What belongs to the users is deleted behind the server's back: a fresh pair for each check
// would cost more in passwords than all the rest.
func (h *server) enter(t *testing.T, rt *rapid.T) *run {
	h.Exec(t, `with r as (delete from recipes), t as (delete from recipe_trash), p as (delete from plans), f as (delete from fridge_items) delete from grocery_items`)
	w := &run{T: rt, server: h, tb: apitest.Within(t, rt)}
	for _, name := range usernames {
		c := &user{Client: h.Client(w.tb), name: name, things: map[string][]*thing{}}
		c.Access = h.tokens[name]
		w.users = append(w.users, c)
	}
	return w
}

// makerOf returns what draws values of this user's.
func (w *run) makerOf(c *user) maker {
	w.sender = c
	return maker{w.T, func(member string) json.Number {
		template := apitest.PathOf(member)
		require.NotEmpty(w, template, "%s holds ids: add to named in internal/apitest/kitchen.go which path names the same", member)
		return json.Number(w.some(c, template).id)
	}}
}

// other is the other user.
func (w *run) other(c *user) *user {
	if c == w.users[0] {
		return w.users[1]
	}
	return w.users[0]
}

// operation is the one of this name.
func (h *server) operation(id string) apitest.Operation {
	for _, o := range h.operations {
		if o.ID == id {
			return o
		}
	}
	panic("the contract has no operation " + id)
}

// kindOf returns the template of what a schema describes; empty: nothing with a path of its own.
func (h *server) kindOf(s *openapi3.Schema) string {
	for template, schema := range h.kinds {
		if schema == s {
			return template
		}
	}
	return ""
}

// collection is the path of the list that a thing's path is made of.
func collection(template string) string { return template[:strings.Index(template, "{")] }

// some draws one of the user's things, or has one made.
func (w *run) some(c *user, template string) *thing {
	if len(c.things[template]) == 0 {
		operation, _ := apitest.Creator(template)
		require.NotEmpty(w, operation, "nothing makes %s: add to makers in internal/apitest/kitchen.go which operation does", template)
		w.succeed(c, w.valid(c, w.operation(operation)))
	}
	return w.one(c.things[template], template)
}

// one draws one of some things, by its place: the record of a check has what is sent.
func (w *run) one(things []*thing, of string) *thing {
	return things[rapid.IntRange(0, len(things)-1).Draw(w.T, "which of "+of)]
}

// anyone draws a user.
func (w *run) anyone() *user { return w.users[rapid.IntRange(0, len(w.users)-1).Draw(w.T, "user")] }

// String names the thing in what a check reports.
func (t *thing) String() string { return fmt.Sprintf("%s of %s", t.id, t.template) }
