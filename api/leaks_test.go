package api_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/app"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

var accountMember = regexp.MustCompile(`,"account":"[^"]*"`)

// requireNoLeak searches the log for secrets and canaries. Only the lines of failed logins may have the name of the account.
func (h *leakTest) requireNoLeak(t *testing.T) {
	t.Helper()
	logs := h.Logs.String()
	require.NotEmpty(t, logs)
	for line := range strings.SplitSeq(logs, "\n") {
		line = accountMember.ReplaceAllString(line, "")
		if found := h.secrets.in(line, canaries...); len(found) > 0 {
			t.Errorf("the log has %q: %.2000s", found, line)
		}
	}
}

// TestNothingThatIsSentLeaks sends passwords, tokens, cookies, codes and texts of users to each operation, in valid requests and in
// requests that are wrong in one place. Neither the log nor an error may contain one of them.
func TestNothingThatIsSentLeaks(t *testing.T) {
	t.Parallel()
	h := newLeakTest(t, func(c *apitest.Config) { c.RegistrationsPerHour = 0 })
	t.Run("Operations", func(t *testing.T) {
		for _, o := range apitest.Operations(t) {
			t.Run(o.ID, func(t *testing.T) {
				t.Parallel()
				k := h.Kitchen(t, "leaks-"+strings.ToLower(o.ID), canaryText)
				h.secrets.add(k.Access)
				h.secrets.add(k.RefreshToken(t))
				r := k.Prepare(t, o)
				caller := cookieless(t, h.Server)
				caller.Access = k.Access
				for _, broken := range brokenRequests(t, k.Client, r) {
					h.send(t, caller, broken)
				}
				h.sendTooLarge(t, caller, r)
				other := h.Kitchen(t, "succeeds-"+strings.ToLower(o.ID), canaryText) // the requests above may have deleted the account
				h.send(t, other.Client, leakRequest{Request: other.Prepare(t, o), what: "nothing is wrong"})
			})
		}
	})
	for _, status := range []int{200, 201, 204, 400, 401, 403, 404, 405, 412, 413, 415} {
		require.Positive(t, h.statuses[status], "no response had the status %d: %v", status, h.statuses)
	}
	h.requireNoLeak(t)
}

// TestNothingLeaksFromABrokenDatabase breaks the statements of a running server in two ways. PostgreSQL then quotes rows in the details
// of its errors, or doesn't find a table.
func TestNothingLeaksFromABrokenDatabase(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"RefusesRows": `do $$ declare t record; begin
			for t in select tablename from pg_tables where schemaname = 'public' loop
				execute format('alter table %I add constraint broken check (false) not valid', t.tablename);
			end loop; end $$`,
		"HasNoTables": `alter schema public rename to gone`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newLeakTest(t)
			caller, calls := h.preparedCalls(t)
			h.Exec(t, statement)
			for _, r := range calls {
				h.send(t, caller, r)
			}
			require.Greater(t, h.statuses[http.StatusInternalServerError], len(calls)/4, "%v", h.statuses)
			h.requireNoLeak(t)
		})
	}
	t.Run("IsUnavailable", func(t *testing.T) {
		t.Parallel()
		h := newLeakTest(t)
		caller, calls := h.preparedCalls(t)
		setAllowed(t, h.Server, false)
		for _, r := range calls {
			h.send(t, caller, r)
		}
		require.Greater(t, h.statuses[http.StatusServiceUnavailable], len(calls)/2, "%v", h.statuses)
		h.requireNoLeak(t)
	})
}

// preparedCalls returns a valid request of each operation, and a client to send them.
func (h *leakTest) preparedCalls(t *testing.T) (*apitest.Client, []leakRequest) {
	t.Helper()
	k := h.Kitchen(t, "leaks", canaryText)
	h.secrets.add(k.Access)
	h.secrets.add(k.RefreshToken(t))
	var calls []leakRequest
	for _, o := range apitest.Operations(t) {
		calls = append(calls, leakRequest{Request: k.Prepare(t, o), what: "the server is broken"})
	}
	return newBareClient(t, h.URL, k.Access), calls
}

// TestNothingLeaksFromPanics removes the use cases of a server, so that its handlers panic.
func TestNothingLeaksFromPanics(t *testing.T) {
	t.Parallel()
	h := newLeakTest(t)
	c, calls := h.preparedCalls(t)
	a, handler, err := h.Config.Assemble(context.Background())
	require.NoError(t, err)
	broken := httptest.NewServer(handler)
	defer broken.Close()
	c.Base = broken.URL
	*a = app.App{Sessions: a.Sessions}
	for _, r := range calls {
		if r.NeedsToken {
			h.send(t, c, r)
		}
	}
	a.Sessions = nil
	for _, r := range calls {
		if !r.NeedsToken {
			h.send(t, c, r)
		}
	}
	require.Greater(t, h.statuses[http.StatusInternalServerError], len(calls)/2, "%v", h.statuses)
	require.Contains(t, h.Logs.String(), "panic")
	h.requireNoLeak(t)
}

// TestTheSearchFindsLeaks tests the test: it leaks each kind of value on purpose.
func TestTheSearchFindsLeaks(t *testing.T) {
	t.Parallel()
	h := newLeakTest(t)
	k := h.Kitchen(t, "leaky", canaryText)
	h.secrets.add(k.Access)
	h.secrets.add(k.RefreshToken(t))
	issued := k.Refresh(t)
	for _, o := range apitest.Operations(t) {
		if o.ID == "refreshToken" {
			h.secrets.readResponse(o, issued)
		}
	}
	signature := k.Access[strings.LastIndex(k.Access, ".")+1:]
	for _, leaked := range slices.Concat(canaries, []string{apitest.Password, k.Access, signature, k.RefreshToken(t)}) {
		before := len(h.Logs.String())
		h.Config.Log.InfoContext(t.Context(), "a deliberate leak", "value", "x"+leaked+"y")
		require.NotEmpty(t, h.secrets.in(h.Logs.String()[before:], canaries...), leaked)
	}
	require.Empty(t, h.secrets.in("an ordinary line", canaries...))
}
