package ocipe_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// breakingServer is a real server. It reads each request, breaks the connections of the first ones, and responds to the others with 201.
type breakingServer struct {
	url    string
	mu     sync.Mutex
	breaks []func(net.Conn) // for the next requests
	sent   []sent
}

// The ways in which a connection breaks after the server has received the request.
var breaks = map[string]func(net.Conn){
	"closed":        func(net.Conn) {},
	"reset":         func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) },
	"half a header": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nApi-Version: 0") },
	"half a body": func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nApi-Version: 0.0.0\r\nContent-Length: 100\r\n\r\n{")
	},
	"half a chunk": func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nApi-Version: 0.0.0\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{")
	},
}

func newBreakingServer(t *testing.T, breaks ...func(net.Conn)) *breakingServer {
	t.Helper()
	b := &breakingServer{breaks: breaks}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// ServeHTTP handles a request.
func (b *breakingServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, sent{path: r.URL.Path, key: r.Header.Get("Idempotency-Key"), body: string(body)})
	if len(b.breaks) == 0 {
		respond(w, http.StatusCreated, soup)
		return
	}
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	b.breaks[0](conn)
	b.breaks = b.breaks[1:]
	_ = conn.Close()
}

// received returns the requests so far.
func (b *breakingServer) received() []sent {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sent)
}

// newClient returns a client that doesn't wait before retries.
func (b *breakingServer) newClient(t *testing.T, options ...ocipe.Option) *ocipe.Client {
	t.Helper()
	options = append([]ocipe.Option{ocipe.WithAPIToken("ocipe_pat_"), ocipe.WithSleep(func(time.Duration) {})}, options...)
	c, err := ocipe.New(b.url, options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestABrokenConnectionIsRetriedWithTheSameKey(t *testing.T) {
	t.Parallel()
	for name, broken := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newBreakingServer(t, broken, broken)
			recipe, err := server.newClient(t, transportOfItsOwn(t, nil)).CreateRecipe(t.Context(), api.RecipeInput{Name: "Leek soup"})
			if err != nil || recipe.ID != soup.ID {
				t.Fatalf("the recipe is %v, the error %v", recipe, err)
			}
			first, others := server.received()[0], server.received()[1:]
			if len(others) != 2 || first.key == "" || !strings.Contains(first.body, "Leek soup") || others[0] != first || others[1] != first {
				t.Errorf("the requests are %v", server.received())
			}
		})
	}
}

func TestALogoutIsSentOnceIfTheConnectionBreaks(t *testing.T) {
	t.Parallel()
	for name, broken := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newBreakingServer(t, broken)
			if err := server.newClient(t, transportOfItsOwn(t, nil)).Logout(t.Context()); err == nil || len(server.received()) != 1 {
				t.Errorf("the error is %v, the requests are %v", err, server.received())
			}
		})
	}
}

// transportOfItsOwn sets a transport without connections of earlier tests. The transport calls dial before each connection; dial may
// return an error.
func transportOfItsOwn(t *testing.T, dial func(ctx context.Context) error) ocipe.Option {
	t.Helper()
	dialer := &net.Dialer{}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dial != nil {
			if err := dial(ctx); err != nil {
				return nil, err
			}
		}
		return dialer.DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return ocipe.WithHTTPClient(&http.Client{Transport: transport})
}

func TestALogoutIsRepeatedIfTheServerRefusesTheConnection(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	dials := 0
	server := newBreakingServer(t)
	c := server.newClient(t, transportOfItsOwn(t, func(ctx context.Context) error {
		if dials++; dials > 2 {
			return nil
		}
		_, err := (&net.Dialer{}).DialContext(ctx, "tcp", closed.Addr().String())
		return err
	}))
	if err := c.Logout(t.Context()); err != nil || dials != 3 || len(server.received()) != 1 {
		t.Errorf("the error is %v, after %d dials; the requests are %v", err, dials, server.received())
	}
}

func TestACertificateErrorIsNotRetried(t *testing.T) {
	t.Parallel()
	plain := newBreakingServer(t)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it would log that the client closes the connection
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for _, url := range []string{secure.URL, strings.Replace(plain.url, "http:", "https:", 1)} {
		waits := 0
		c, err := ocipe.New(url, ocipe.WithSleep(func(time.Duration) { waits++ }))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CheckHealthWithResponse(t.Context()); err == nil || waits > 0 {
			t.Errorf("after %d retries, the error is %v", waits, err)
		}
	}
}
