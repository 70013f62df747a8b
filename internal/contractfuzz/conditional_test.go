package contractfuzz_test

import (
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// What the contract says of conditions in words alone (RFC 9110, sections 13.1.1 and 13.1.2).

// conditions are the headers that make a request one.
var conditions = []string{"If-Match", "If-None-Match"}

// condition draws a condition for a valid request whose URL is spelled already, and says what comes of it. What was drawn for
// the header before is left out.
func (w *run) condition(c *user, r *request) {
	for _, p := range r.In("header") {
		if !slices.Contains(conditions, p.Name) {
			continue
		}
		r.headers = slices.DeleteFunc(r.headers, func(h string) bool { return strings.HasPrefix(h, p.Name+":") })
		if rapid.IntRange(0, 3).Draw(w.T, p.Name+" given") < 3 {
			continue
		}
		tag := w.send(c, request{Request: apitest.Request{Operation: r.Operation, URL: r.URL}, scheme: r.scheme}.read()).Is(w.tb, http.StatusOK).Header.Get("ETag")
		require.NotEmpty(w, tag, "%s takes %s, so what it is about has a tag", r.ID, p.Name)
		one := rapid.SampledFrom(append(conditionsOn(tag), w.stale(c, r.URL)...)).Draw(w.T, p.Name)
		r.headers = append(r.headers, p.Name+": "+one.header)
		switch {
		case p.Name == "If-Match" && !one.fulfilled:
			r.outcome = http.StatusPreconditionFailed
		case p.Name == "If-None-Match" && one.fulfilled:
			r.outcome = http.StatusNotModified
		}
	}
}

// tagCondition is what a header says, and whether the tag fulfills it. A weak tag does, in both headers.
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

// stale are conditions on tags that were the current ones before.
func (w *run) stale(c *user, url string) (all []tagCondition) {
	if w.tags == nil {
		return nil
	}
	tags, _ := w.tags.Of(c.name, url)
	for _, tag := range tags {
		all = append(all, tagCondition{tag, false})
	}
	return all
}

// read is the GET of what a request is about.
func (r request) read() request {
	r.Method = http.MethodGet
	return r
}

// conditional judges the answer to a request whose condition isn't fulfilled.
func (w *run) conditional(r request, a *apitest.Response) {
	require.Equal(w, r.outcome, a.StatusCode, a.Text)
	if r.outcome == http.StatusNotModified {
		require.Empty(w, a.Text)
		require.NotEmpty(w, a.Header.Get("ETag"))
		return
	}
	require.Equal(w, "precondition_failed", a.Problem(w.tb).Code)
}
