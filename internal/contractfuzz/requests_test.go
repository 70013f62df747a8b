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
	body     map[string]any // before it was encoded; nil: none
	resource *resource      // that the path names; nil: none
	name     string         // that the path names
	query    []string       // parameters, encoded
	params   []string       // the same parameters as name=value, before they were encoded
	headers  []string       // as in [apitest.Client.Do]
	scheme   string         // before the access token; empty: the usual one
	outcome  int            // of its condition; 0: it succeeds
}

// validRequest draws a request of an operation that must succeed.
func (w *run) validRequest(c *user, o apitest.Operation) request {
	r := w.unencodedRequest(c, o)
	w.encode(&r)
	w.drawCondition(c, &r)
	return r
}

// encode encodes the parts of a request.
func (w *run) encode(r *request) {
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
		r.Text = encodeBody(w.T, r.Body.Schema, r.body)
		types := []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "application/json; version=1"}
		r.headers = append(r.headers, "Content-Type: "+rapid.SampledFrom(types).Draw(w.T, "content type"))
	case r.Method != http.MethodGet && r.Method != http.MethodHead && rapid.IntRange(0, 3).Draw(w.T, "a body that isn't read") == 3:
		r.Text = "{"
		r.headers = append(r.headers, "Content-Type: text/plain")
	}
	r.scheme = rapid.SampledFrom([]string{"Bearer", "bearer", "BEARER"}).Draw(w.T, "scheme")
}

// unencodedRequest draws a valid request that isn't encoded yet.
func (w *run) unencodedRequest(c *user, o apitest.Operation) request {
	r := request{Request: apitest.Request{Operation: o, URL: o.Path}}
	m := w.generatorFor(c)
	for _, p := range o.In("path") {
		if o.ResourceTemplate() == sessions {
			r.name = w.sessions[c.name]
		} else if o.ResourceTemplate() == journal {
			r.resource = w.undoableEntry(c)
			r.name = r.resource.id
		} else if p.Schema.Value.Type.Is("integer") {
			r.resource = w.drawOrCreate(c, o.ResourceTemplate())
			r.name = r.resource.id
		} else {
			r.name = w.drawName(c, o, m)
		}
		r.URL = strings.Replace(r.URL, "{"+p.Name+"}", pathName(r.name), 1)
	}
	for _, p := range o.In("query") {
		if r.mayHaveParam(p.Name) && rapid.IntRange(0, 2).Draw(w.T, p.Name+" given") == 2 {
			value := m.value(p.Schema.Value, p.Name)
			if list, repeated := value.([]any); repeated {
				for _, one := range list {
					r.query = append(r.query, encodeQuery(w.T, p.Name, cut(one.(string), 200))) // of 32 KiB for all headers
				}
				continue
			}
			text := adjustQuery(p.Name, value)
			r.query = append(r.query, encodeQuery(w.T, p.Name, text))
			r.params = append(r.params, p.Name+"="+strings.TrimSpace(text))
		}
	}
	for _, p := range o.In("header") {
		if !rapid.Bool().Draw(w.T, p.Name+" given") {
			continue
		}
		if p.Name == "Idempotency-Key" { // another key for each call: a key is good for one effect
			r.headers = append(r.headers, fmt.Sprintf(`%s: "call %d"`, p.Name, keyCount.Add(1)))
		} else {
			text := cut(m.value(p.Schema.Value, p.Name).(string), 2000) // of 32 KiB for all headers
			r.headers = append(r.headers, p.Name+": "+adjustHeader(text))
		}
	}
	if o.Method == http.MethodGet && rapid.IntRange(0, 3).Draw(w.T, "HEAD") == 3 {
		r.Method = http.MethodHead
	}
	if o.Body != nil {
		r.body = m.value(o.Body.Schema, o.ID).(map[string]any)
		if adjust := adjustBody[o.ID]; adjust != nil {
			adjust(w, m, r.body)
		}
	}
	return r
}

// mayHaveParam reports whether the request may have a parameter besides those that it has.
func (r request) mayHaveParam(name string) bool {
	switch name {
	case "cursor": // it comes only from responses
		return false
	case "servings": // the recipe must say how many it makes
		return r.resource != nil && r.resource.seen["servings"] != nil
	case "factor":
		return !slices.ContainsFunc(r.params, func(one string) bool { return strings.HasPrefix(one, "servings=") })
	}
	return true
}

// keyCount counts the idempotency keys.
var keyCount atomic.Int64

// drawName draws the name in a path. Most names exist.
func (w *run) drawName(c *user, o apitest.Operation, m generator) string {
	operation, member := apitest.Creator(o.Path)
	require.NotEmpty(w, operation, "no operation creates what %s names: add it to creators in internal/apitest/kitchen.go", o.Path)
	if m.oneIn(4, "a name that may not be there") {
		text := m.text(o.In("path")[0].Schema.Value, "name")
		return text[:len(cut(text, 2000))] // of 32 KiB for all headers
	}
	return w.drawOrCreate(c, w.templateOf(w.operation(operation).Result)).seen[member].(string)
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
		caller = w.User(w.tb, fmt.Sprintf("leaver%d", guestCount.Add(1)))
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
		w.checkConditional(r, a)
		return
	}
	require.Equal(w, r.SuccessIf(r.params), a.StatusCode, "a valid request failed: %s", a.Text)
	if r.Method == http.MethodHead {
		require.Empty(w, a.Text)
		return
	}
	w.updateModel(c, r, a)
}
