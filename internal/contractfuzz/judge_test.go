package contractfuzz_test

import (
	"net/http"
	"regexp"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// refuse sends a broken request, and judges the answer: the status and the codes that the contract says, and the one fault by
// its dotted path. That the status is declared and the answer well formed, the client itself demands.
func (w *run) refuse(c *user, r request, b breakage) {
	a := w.send(c, r)
	require.Equal(w, b.status, a.StatusCode, "%s: %s", b.what, a.Text)
	p := a.Problem(w.tb)
	require.Contains(w, append(slices.Clone(b.or), b.problem.problem), p.Code, "%s: %s", b.what, a.Text)
	if b.field != "" {
		require.Equal(w, []string{b.field}, p.Fields(), "%s: %s", b.what, a.Text)
	}
	if b.status == http.StatusMethodNotAllowed {
		require.NotContains(w, a.Header.Get("Allow"), r.Method)
	}
	for _, one := range p.Errors {
		require.NotEmpty(w, one.Detail, "%s: %s", b.what, a.Text)
	}
	if !namesWhatWasSent.MatchString(b.field) {
		require.NotContains(w, a.Text, marker, "%s is echoed", b.what)
	}
	require.NotContains(w, a.Text, markerNumber, "%s is echoed", b.what)
}

// namesWhatWasSent are the errors that show what is broken: an import names its recipes.
var namesWhatWasSent = regexp.MustCompile(`^list\.\d+\.name:`)

// view is all that the users see.
func (w *run) view() map[string]string {
	all := map[string]string{}
	for _, c := range w.users {
		for _, o := range w.operations {
			if o.Reads() && !o.HasID() {
				all[c.name+" "+o.Path] = apitest.Request{Operation: o, URL: o.Path}.Succeed(w.tb, c.Client).Text
			}
		}
	}
	return all
}
