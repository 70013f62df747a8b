package contractfuzz_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// request is a request and its parts.
type request struct {
	apitest.Request
	body    map[string]any // before it was spelled; nil: none
	thing   *thing         // that the path names; nil: none
	name    string         // that the path names
	query   []string       // parameters, spelled
	asked   []string       // the same parameters as name=value, before they were spelled
	headers []string       // as in [apitest.Client.Do]
	scheme  string         // before the access token; empty: the usual one
	outcome int            // of its condition; 0: it succeeds
}

// valid draws a request of an operation that must succeed.
func (w *run) valid(c *user, o apitest.Operation) request {
	r := w.bare(c, o)
	w.finish(&r)
	w.condition(c, &r)
	return r
}

// finish spells the parts of a request.
func (w *run) finish(r *request) {
	if bare, slash := strings.CutSuffix(r.URL, "/"); strings.HasSuffix(r.Path, "/") && rapid.IntRange(0, 3).Draw(w.T, "the other spelling of the path") == 3 {
		r.URL = bare
		if !slash {
			r.URL += "/"
		}
	}
	if rapid.IntRange(0, 3).Draw(w.T, "an unknown parameter") == 3 {
		r.query = append(r.query, rapid.SampledFrom([]string{"Limit=x", "x", "=&&", "x=%zz&x=%00", "%", "limits=0", "token=%ff"}).Draw(w.T, "unknown parameter"))
	}
	if len(r.query) > 0 {
		r.URL += "?" + strings.Join(r.query, "&")
	}
	switch {
	case r.body != nil:
		r.Text = spell(w.T, r.Body.Schema, r.body)
		types := []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "application/json; version=1"}
		r.headers = append(r.headers, "Content-Type: "+rapid.SampledFrom(types).Draw(w.T, "content type"))
	case r.Method != http.MethodGet && r.Method != http.MethodHead && rapid.IntRange(0, 3).Draw(w.T, "a body that isn't read") == 3:
		r.Text = "{"
		r.headers = append(r.headers, "Content-Type: text/plain")
	}
	r.scheme = rapid.SampledFrom([]string{"Bearer", "bearer", "BEARER"}).Draw(w.T, "scheme")
}

// bare draws a valid request that isn't spelled yet.
func (w *run) bare(c *user, o apitest.Operation) request {
	r := request{Request: apitest.Request{Operation: o, URL: o.Path}}
	m := w.makerOf(c)
	for _, p := range o.In("path") {
		if o.Thing() == sessions {
			r.name = w.sessions[c.name]
		} else if o.Thing() == journal {
			r.thing = w.undoable(c)
			r.name = r.thing.id
		} else if p.Schema.Value.Type.Is("integer") {
			r.thing = w.some(c, o.Thing())
			r.name = r.thing.id
		} else {
			r.name = w.nameFor(c, o, m)
		}
		r.URL = strings.Replace(r.URL, "{"+p.Name+"}", pathName(r.name), 1)
	}
	for _, p := range o.In("query") {
		if r.mayAsk(p.Name) && rapid.IntRange(0, 2).Draw(w.T, p.Name+" given") == 2 {
			value := m.value(p.Schema.Value, p.Name)
			if list, repeated := value.([]any); repeated {
				for _, one := range list {
					r.query = append(r.query, spellQuery(w.T, p.Name, cut(one.(string), 200))) // of 32 KiB for all headers
				}
				continue
			}
			text := fitQuery(p.Name, value)
			r.query = append(r.query, spellQuery(w.T, p.Name, text))
			r.asked = append(r.asked, p.Name+"="+strings.TrimSpace(text))
		}
	}
	for _, p := range o.In("header") {
		if !rapid.Bool().Draw(w.T, p.Name+" given") {
			continue
		}
		if p.Name == "Idempotency-Key" { // another key for each call: a key is good for one effect
			r.headers = append(r.headers, fmt.Sprintf(`%s: "call %d"`, p.Name, keys.Add(1)))
		} else {
			text := cut(m.value(p.Schema.Value, p.Name).(string), 2000) // of 32 KiB for all headers
			r.headers = append(r.headers, p.Name+": "+fitHeader(text))
		}
	}
	if o.Method == http.MethodGet && rapid.IntRange(0, 3).Draw(w.T, "HEAD") == 3 {
		r.Method = http.MethodHead
	}
	if o.Body != nil {
		r.body = m.value(o.Body.Schema, o.ID).(map[string]any)
		if fit := fitted[o.ID]; fit != nil {
			fit(w, m, r.body)
		}
	}
	return r
}

// mayAsk reports whether the request may have a parameter besides those that it has.
func (r request) mayAsk(name string) bool {
	switch name {
	case "cursor": // it comes only from responses
		return false
	case "servings": // the recipe must say how many it makes
		return r.thing != nil && r.thing.seen["servings"] != nil
	case "factor":
		return !slices.ContainsFunc(r.asked, func(one string) bool { return strings.HasPrefix(one, "servings=") })
	}
	return true
}

// keys counts the idempotency keys.
var keys atomic.Int64

// nameFor draws the name in a path. Most names exist.
func (w *run) nameFor(c *user, o apitest.Operation, m maker) string {
	operation, member := apitest.Creator(o.Path)
	require.NotEmpty(w, operation, "no operation creates what %s names: add it to creators in internal/apitest/kitchen.go", o.Path)
	if m.chance(4, "a name that may not be there") {
		text := m.text(o.In("path")[0].Schema.Value, "name")
		return text[:len(cut(text, 2000))] // of 32 KiB for all headers
	}
	return w.some(c, w.kindOf(w.operation(operation).Result)).seen[member].(string)
}

// cut returns the first characters of a text, at most count.
func cut(text string, count int) string {
	if len(text) <= count {
		return text
	}
	if runes := []rune(text); len(runes) > count {
		return string(runes[:count])
	}
	return text
}

// send sends a request for a user. No response may have a status of 500 or more.
func (w *run) send(c *user, r request) *apitest.Response {
	caller, token := c.Client, c.Access
	if r.DeletesCaller() { // the two users must stay
		caller = w.User(w.tb, fmt.Sprintf("leaver%d", guests.Add(1)))
		token = caller.Access
	}
	if !r.NeedsToken {
		caller, token = w.Client(w.tb), "x" // without a cookie, which would replace the body; tokens aren't checked
	}
	headers := r.headers
	if r.scheme != "" {
		headers = append([]string{"Authorization: " + r.scheme + " " + token}, headers...)
	}
	w.Logf("%s: %s %s %s %q", c.name, r.Method, cut(r.URL, 300), r.headers, cut(r.Text, 400))
	a := r.Send(w.tb, caller, headers...)
	w.Logf("  → %d %s", a.StatusCode, cut(a.Text, 400))
	require.Less(w, a.StatusCode, 500, "the server failed: %s", a.Text)
	return a
}

// succeed sends a valid request, checks the response, and updates the known data of the user, if the condition of the request allows it.
func (w *run) succeed(c *user, r request) {
	a := w.send(c, r)
	if r.outcome != 0 {
		w.conditional(r, a)
		return
	}
	require.Equal(w, r.SuccessIf(r.asked), a.StatusCode, "a valid request failed: %s", a.Text)
	if r.Method == http.MethodHead {
		require.Empty(w, a.Text)
		return
	}
	w.learn(c, r, a)
}
