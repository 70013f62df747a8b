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

// hurry is how long a server waits for a body that never comes.
const hurry = 50 * time.Millisecond

// sendUnfinished sends a request whose body never ends after its beginning.
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
	k := s.Kitchen(t, "stalled", awkward)
	hurried := s.Replica(t, func(c *apitest.Config) { c.BodyWait = hurry })
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
		require.True(t, a.Close, "what may still come is no request")
	}
	require.Equal(t, before, everyRow(t, s))
}

// TestABodyThatIsCutOffIsNotMalformed sends a part of a body and ends the connection in this direction alone.
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
