package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestBodies calls every operation that takes a body, with bodies up to the limit. The largest limit is 128 MiB, which takes a minute
// with the race detector. So the suite lowers it to the size of a large body; `make fuzz` uses the limits of the contract.
// internal/validate has the tests of malformed bodies.
func TestBodies(t *testing.T) {
	t.Parallel()
	largest := int64(apitest.Size(t, 5<<18, 128<<20))
	s := apitest.Start(t, func(c *apitest.Config) { c.Contract = apitest.WithBodyLimit(c.Contract, largest) })
	k := s.Kitchen(t, "writer", textToEscape)
	caller := cookieless(t, s) // a cookie would replace the body
	caller.Access = k.Access
	var calls []apitest.Request
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.Body != nil }) {
		calls = append(calls, k.Prepare(t, o))
	}
	before := everyRow(t, s)
	is := func(status int, code string, r apitest.Request, a *apitest.Response) {
		t.Helper()
		require.Equal(t, status, a.StatusCode, "%s %.60q: %s", r.ID, r.Text, a.Text)
		require.Equal(t, code, a.Problem(t).Code, "%s %.60q", r.ID, r.Text)
	}

	for _, r := range calls {
		tooLarge, evil, text := min(r.Body.MaxBytes, largest)+1, "Origin: https://evil.example.org", "Content-Type: text/plain"
		good := r.Text
		r.URL, r.Text = missingPath(r.Operation), "{" // several errors, which are reported in a fixed order
		if r.RefusesCrossSite() {
			is(http.StatusForbidden, "cross_site_request", r, r.SendPadded(t, caller, tooLarge, true, evil, text))
		}
		for _, told := range []bool{true, false} {
			is(http.StatusUnsupportedMediaType, "unsupported_media_type", r, r.SendPadded(t, caller, tooLarge, told, text))
			is(http.StatusRequestEntityTooLarge, "body_too_large", r, r.SendPadded(t, caller, tooLarge, told))
		}
		a := r.Send(t, caller)
		is(http.StatusBadRequest, "malformed_body", r, a)
		require.Empty(t, a.Problem(t).Errors)
		require.Regexp(t, `\(line \d+, column \d+, byte offset \d+\)\.$`, a.Problem(t).Detail)
		if r.Text = ""; r.Body.Required { // the type of an empty body doesn't matter
			is(http.StatusBadRequest, "malformed_body", r, r.Send(t, caller))
			is(http.StatusBadRequest, "malformed_body", r, r.Send(t, caller, text))
		}
		if r.HasID() {
			r.Text = good
			is(http.StatusNotFound, "not_found", r, r.Send(t, caller))
		}
	}
	require.Equal(t, before, everyRow(t, s), "a call that fails has changed nothing")

	t.Run("MayBeAsLargeAsTheContractSays", func(t *testing.T) {
		for _, r := range calls {
			for _, told := range []bool{true, false} {
				r := k.Prepare(t, r.Operation)
				a := r.SendPadded(t, caller, min(r.Body.MaxBytes, largest), told)
				require.Equal(t, r.Success(), a.StatusCode, r.ID+a.Text)
			}
		}
	})

	t.Run("MayBeDeclaredInAnyWayAndBeginWithAByteOrderMark", func(t *testing.T) {
		for _, r := range calls {
			for _, header := range []string{"Content-Type: application/json; charset=UTF-8", "Content-Type: Application/JSON", "Content-Encoding: identity"} {
				r := k.Prepare(t, r.Operation)
				r.Text = "\ufeff" + r.Text
				r.Succeed(t, caller, header)
			}
		}
	})
}

// shortBodyWait is how long a server waits for a body that never arrives.
const shortBodyWait = 50 * time.Millisecond

// sendUnfinished sends a request with only the beginning of a body.
func sendUnfinished(t *testing.T, c *apitest.Client, method, path, beginning string) *apitest.Response {
	t.Helper()
	body, more := io.Pipe()
	defer more.Close() //nolint:errcheck // the response has come
	req, err := http.NewRequestWithContext(context.Background(), method, c.Base+path, io.MultiReader(strings.NewReader(beginning), body))
	require.NoError(t, err)
	req.ContentLength = int64(len(beginning)) + 1
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.Access)
	return apitest.Send(t, c.HTTP, req)
}

func TestABodyThatStopsComingIsATimeout(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "stalled", textToEscape)
	hurried := s.Replica(t, func(c *apitest.Config) { c.BodyWait = shortBodyWait })
	caller := cookieless(t, hurried)
	caller.Access = k.Access
	var calls []apitest.Request
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.Body != nil }) {
		calls = append(calls, k.Prepare(t, o))
	}
	before := everyRow(t, s)
	for _, r := range calls {
		a := sendUnfinished(t, caller, r.Method, r.URL, r.Text)
		require.Equal(t, http.StatusRequestTimeout, a.StatusCode, "%s: %s", r.ID, a.Text)
		require.Equal(t, "request_timeout", a.Problem(t).Code)
		require.True(t, a.Close, "the rest of the body must not be read as a request")
	}
	require.Equal(t, before, everyRow(t, s))
}

// TestABodyThatIsCutOffIsNotMalformed sends a part of a body and closes the connection in this direction only.
func TestABodyThatIsCutOffIsNotMalformed(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	for _, c := range []struct{ name, framing, sent, code string }{
		{"OfADeclaredLength", "Content-Length: 50", `{"username": "x", `, "incomplete_body"},
		{"WithinAChunk", "Transfer-Encoding: chunked", "32\r\n{\"username\": ", "incomplete_body"},
		{"BetweenChunks", "Transfer-Encoding: chunked", "2\r\n{}\r\n", "incomplete_body"},
		{"BeforeItsFirstByte", "Content-Length: 50", "", "incomplete_body"},
		{"WithInvalidChunks", "Transfer-Encoding: chunked", "2\r\n{}\r\nkohlrabi\r\n", "malformed_body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(s.Client(t).Base, "http://"))
			require.NoError(t, err)
			defer conn.Close() //nolint:errcheck // read whole
			_, err = fmt.Fprintf(conn, "POST /api/user/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n\r\n%s", c.framing, c.sent)
			require.NoError(t, err)
			require.NoError(t, conn.(*net.TCPConn).CloseWrite())
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.Equal(t, http.StatusBadRequest, res.StatusCode)
			require.Contains(t, string(text), `"code":"`+c.code+`"`)
			require.NotContains(t, string(text), "JSON")
		})
	}
}

func TestABodyIsCheckedBeforeTheIdIsLookedFor(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "body-first")
	for path, method := range map[string]string{
		"/api/recipes/4711/": http.MethodPut, "/api/recipes/x/": http.MethodPut, "/api/fridge/ingredient/4711/": http.MethodPut, "/api/fridge/ingredient/0/": http.MethodPut,
		"/api/grocery/list/4711/": http.MethodPut, "/api/grocery/list/1.0/": http.MethodPut, "/api/fridge/ingredient/group/%00": http.MethodPut,
	} {
		require.Equal(t, "invalid_input", c.Call(t, method, path, `{}`).Is(t, http.StatusBadRequest).Problem(t).Code, path)
	}
}

// recipeBody is a valid recipe.
const recipeBody = `{"name": "soup", "meat_type": "x", "longevity": 1, "frequency": "weekday", "ingredients": [{"name": "leek"}, {"name": "salt", "quantity": "1"}]}`

func arrayOf(element string, count int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", count), ",") + "]"
}
