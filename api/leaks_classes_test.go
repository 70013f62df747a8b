package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/throttle"
)

// TestNothingLeaksFromErrorsThatNeedCircumstances sends canaries in requests that fail because of circumstances, not because of their
// content: a timeout, a conflict, each limit, and an unavailable server. TestNothingThatIsSentLeaks has the other errors.
func TestNothingLeaksFromErrorsThatNeedCircumstances(t *testing.T) {
	t.Parallel()
	h := newLeakTest(t)
	k := h.Kitchen(t, "leaks", canaryText)
	h.secrets.add(k.Access)
	h.secrets.add(k.RefreshToken(t))
	calls := map[string]leakRequest{}
	for _, o := range apitest.Operations(t) {
		calls[o.ID] = leakRequest{Request: k.Prepare(t, o), what: "the server can't serve it"}
	}
	wrong := calls["obtainToken"]
	wrong.Text = fmt.Sprintf(`{"username": %q, "password": %q}`, "leaks", canaryLogin)
	on := func(change func(c *apitest.Config)) *apitest.Client {
		return newBareClient(t, h.Replica(t, change).URL, k.Access)
	}

	hurried := on(func(c *apitest.Config) { c.BodyWait = shortBodyWait })
	for _, id := range []string{"obtainToken", "createRecipe", "importAccount"} {
		r := calls[id]
		h.requireNoSecrets(t, r, sendUnfinished(t, hurried, r.Method, r.URL, r.Text))
	}

	fillAPITokens(t, h.Server)
	h.send(t, k.Client, calls["createAPIToken"])

	guessing := on(func(c *apitest.Config) { c.Attempts = throttle.DefaultLimits(2) })
	limited := on(func(c *apitest.Config) { c.RequestsPerUser, c.RequestsPerAddress, c.RegistrationsPerHour = 1, 1, 1 })
	codes := map[string]bool{}
	for range 4 {
		for c, r := range map[*apitest.Client]leakRequest{guessing: wrong, limited: calls["createRecipe"]} {
			if a := h.send(t, c, r); a.StatusCode == http.StatusTooManyRequests {
				codes[a.Problem(t).Code] = true
			}
		}
	}
	registering := on(func(c *apitest.Config) { c.RegistrationsPerHour = 1 })
	for n := range 2 {
		r := calls["registerUser"]
		r.Text = fmt.Sprintf(`{"username": "leaks%d", "password": "a long %s"}`, n, canaryLogin)
		if a := h.send(t, registering, r); a.StatusCode == http.StatusTooManyRequests {
			codes[a.Problem(t).Code] = true
		}
	}
	require.Equal(t, map[string]bool{"too_many_attempts": true, "too_many_requests": true, "too_many_registrations": true}, codes)

	setAllowed(t, h.Server, false)
	for _, id := range []string{"obtainToken", "createRecipe", "importAccount", "resetPassword"} {
		h.send(t, newBareClient(t, h.URL, k.Access), calls[id])
	}

	for _, status := range []int{408, 409, 429, 503} {
		require.Positive(t, h.statuses[status], "no response had the status %d: %v", status, h.statuses)
	}
	h.requireNoLeak(t)
}
