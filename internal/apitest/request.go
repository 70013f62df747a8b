package apitest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Request is a request of an operation.
type Request struct {
	Operation
	URL  string // path and query
	Text string // the body; empty: none
}

// Send sends the request with the client's access token, if it has one. Headers are as in [Client.Do].
func (r Request) Send(t testing.TB, c *Client, headers ...string) *Response {
	t.Helper()
	if c.Access != "" {
		headers = append([]string{"Authorization: Bearer " + c.Access}, headers...)
	}
	return c.Do(t, r.Method, r.URL, r.Text, headers...)
}

// Succeed sends the request and requires success. A request that deletes the account of its caller is sent by a guest.
func (r Request) Succeed(t testing.TB, c *Client, headers ...string) *Response {
	t.Helper()
	if r.DeletesCaller() {
		name := newGuestName()
		c = ClientOf(t, c.Base)
		c.Register(t, name)
		c.Login(t, name)
	}
	a := r.Send(t, c, headers...)
	require.Equal(t, r.Success(), a.StatusCode, "%s %s %s: %s", r.Method, r.URL, r.Text, a.Text)
	return a
}

// SendPadded is Send with a body that is padded with spaces to a size in bytes, without holding them in memory. Unless the
// size is declared, the body is sent in chunks.
func (r Request) SendPadded(t testing.TB, c *Client, size int64, declared bool, headers ...string) *Response {
	t.Helper()
	padding := io.LimitReader(spaceReader{}, size-int64(len(r.Text)))
	req, err := http.NewRequestWithContext(context.Background(), r.Method, c.Base+r.URL, io.MultiReader(strings.NewReader(r.Text), padding))
	require.NoError(t, err)
	req.ContentLength = size
	if !declared {
		req.ContentLength = -1
	}
	for _, h := range append([]string{"Content-Type: application/json", "Authorization: Bearer " + c.Access}, headers...) {
		name, value, _ := strings.Cut(h, ":")
		req.Header.Del(name)
		if value = strings.TrimSpace(value); value != "" {
			req.Header.Set(name, value)
		}
	}
	return Send(t, c.HTTP, req)
}

// spaceReader is an endless reader of spaces.
type spaceReader struct{}

var spaceBlock = strings.Repeat(" ", 64<<10)

// Read fills p, or a part of it.
func (spaceReader) Read(p []byte) (int, error) {
	return copy(p, spaceBlock), nil
}
