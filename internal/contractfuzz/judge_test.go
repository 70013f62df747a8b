package contractfuzz_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// reject sends a broken request, and requires the status, the code and the field error of the breakage. The client requires a
// declared status and a response that fits its schema.
func (w *run) reject(c *user, r request, b breakage) {
	a := w.send(c, r)
	require.Equal(w, b.status, a.StatusCode, "%s: %s", b.description, a.Text)
	p := a.Problem(w.tb)
	require.Contains(w, append(slices.Clone(b.otherCodes), b.code), p.Code, "%s: %s", b.description, a.Text)
	if b.field != "" {
		require.Equal(w, []string{b.field}, p.Fields(), "%s: %s", b.description, a.Text)
	}
	if b.status == http.StatusMethodNotAllowed {
		require.NotContains(w, a.Header.Get("Allow"), r.Method)
	}
	for _, one := range p.Errors {
		require.NotEmpty(w, one.Detail, "%s: %s", b.description, a.Text)
	}
	if !namesRecipe.MatchString(b.field) {
		require.NotContains(w, a.Text, forbiddenText, "%s is echoed", b.description)
	}
	require.NotContains(w, a.Text, forbiddenNumber, "%s is echoed", b.description)
}

// namesRecipe matches errors that may contain input: an import names its recipes.
var namesRecipe = regexp.MustCompile(`^list\.\d+\.name:`)

// failedLogin matches an event that is recorded some time after the response.
var failedLogin = regexp.MustCompile(`\{"id":\d+,"at":"[^"]*","kind":"login_failed"[^}]*\},?`)

// snapshot returns all lists of all users, without failed logins.
func (w *run) snapshot() map[string]string {
	all := map[string]string{}
	for _, c := range w.users {
		for _, o := range w.operations {
			if o.Reads() && !o.HasID() {
				text := apitest.Request{Operation: o, URL: o.Path}.Succeed(w.tb, c.Client).Text
				all[c.name+" "+o.Path] = failedLogin.ReplaceAllString(text, "")
			}
		}
	}
	return all
}

// The rules of conditional requests, which the contract states only in words (RFC 9110, sections 13.1.1 and 13.1.2).

// conditions lists the headers that make a request conditional.
var conditions = []string{"If-Match", "If-None-Match"}

// drawCondition draws a condition for a valid request whose URL is already encoded, and sets its outcome. It replaces the header that was
// drawn before.
func (w *run) drawCondition(c *user, r *request) {
	for _, p := range r.In("header") {
		if !slices.Contains(conditions, p.Name) || r.ID == "listActivity" { // a failed login may change that list meanwhile
			continue
		}
		r.headers = slices.DeleteFunc(r.headers, func(h string) bool { return strings.HasPrefix(h, p.Name+":") })
		if rapid.IntRange(0, 3).Draw(w.T, p.Name+" given") < 3 {
			continue
		}
		tag := w.send(c, request{Request: apitest.Request{Operation: r.Operation, URL: r.URL}, scheme: r.scheme}.asGET()).Is(w.tb, http.StatusOK).Header.Get("ETag")
		require.NotEmpty(w, tag, "%s takes %s, so the resource or list has a tag", r.ID, p.Name)
		one := rapid.SampledFrom(append(conditionsOn(tag), w.staleConditions(c, r.URL)...)).Draw(w.T, p.Name)
		r.headers = append(r.headers, p.Name+": "+one.header)
		switch {
		case p.Name == "If-Match" && !one.fulfilled:
			r.outcome = http.StatusPreconditionFailed
		case p.Name == "If-None-Match" && one.fulfilled:
			r.outcome = http.StatusNotModified
		}
	}
}

// tagCondition is a header, and whether the tag fulfills it. A weak tag does so in both headers.
type tagCondition struct {
	header    string
	fulfilled bool
}

func conditionsOn(tag string) []tagCondition {
	return []tagCondition{
		{tag, true}, {"*", true}, {`"x", ` + tag, true}, {tag + `,W/"x"`, true}, {"W/" + tag, true},
		{`"x"`, false}, {"x", false}, {`""`, false}, {",", false}, {tag[1:], false}, {tag[:len(tag)-1], false},
		{tag[:len(tag)-1] + `0"`, false}, {strings.ToUpper(tag), strings.ToUpper(tag) == tag},
	}
}

// staleConditions returns conditions with tags that are no longer the current ones.
func (w *run) staleConditions(c *user, url string) (all []tagCondition) {
	if w.tags == nil {
		return nil
	}
	tags, _ := w.tags.Of(c.name, url)
	for _, tag := range tags {
		all = append(all, tagCondition{tag, false})
	}
	return all
}

// asGET returns the request as a GET.
func (r request) asGET() request {
	r.Method = http.MethodGet
	return r
}

// checkConditional checks the response to a request whose condition decides its outcome.
func (w *run) checkConditional(r request, a *apitest.Response) {
	require.Equal(w, r.outcome, a.StatusCode, a.Text)
	if r.outcome == http.StatusNotModified {
		require.Empty(w, a.Text)
		require.NotEmpty(w, a.Header.Get("ETag"))
		return
	}
	require.Equal(w, "precondition_failed", a.Problem(w.tb).Code)
}
