package pgtest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Proxy passes bytes between servers and PostgreSQL until a test tells it to stop. Its connections then stay open, but silent.
type Proxy struct {
	Addr string

	listener net.Listener
	target   func() (network, address string)
	running  sync.WaitGroup

	mu         sync.Mutex
	silenceNew bool // new connections are silent, too
	pipes      map[*pipe]bool
}

// pipe has the connection of a client and the connection to its server.
type pipe struct {
	client, server net.Conn
	silent         chan struct{} // closed: nothing passes any more
	silence        func()        // closes silent
}

// Proxied returns the database as it is reached through a proxy.
func (d *Database) Proxied(t testing.TB) (*Proxy, *Database) {
	t.Helper()
	cfg, err := pgx.ParseConfig(d.URL)
	require.NoError(t, err)
	p := NewProxy(t, func() (network, address string) { return "unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port) })
	return p, &Database{URL: fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", cfg.User, p.Addr, cfg.Database), Pool: d.Pool}
}

// NewProxy starts a proxy on a free port. It calls target for each connection.
func NewProxy(t testing.TB, target func() (network, address string)) *Proxy {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &Proxy{Addr: l.Addr().String(), listener: l, target: target, pipes: map[*pipe]bool{}}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.CloseAll()
		p.running.Wait()
	})
	return p
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed: the test is over
		}
		p.running.Go(func() { p.serve(client) })
	}
}

func (p *Proxy) serve(client net.Conn) {
	defer client.Close() //nolint:errcheck // nothing is pending
	network, address := p.target()
	server, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // nothing is pending
	silent := make(chan struct{})
	c := &pipe{client, server, silent, sync.OnceFunc(func() { close(silent) })}
	p.mu.Lock()
	p.pipes[c] = true
	if p.silenceNew {
		c.silence()
	}
	p.mu.Unlock()
	p.running.Go(func() { c.forward(server, client) })
	c.forward(client, server)
	p.mu.Lock()
	delete(p.pipes, c)
	p.mu.Unlock()
}

// forward copies from one side to the other until either hangs up. A silent pipe discards the bytes that it reads.
func (c *pipe) forward(to, from net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		select {
		case <-c.silent:
		default:
			if err == nil {
				_, err = to.Write(buf[:n])
			}
			if err != nil {
				_ = to.Close()
			}
		}
		if err != nil {
			return
		}
	}
}

// Silence silences all connections that are open now.
func (p *Proxy) Silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pipes {
		c.silence()
	}
}

// SilenceAll also silences new connections, until Resume is called.
func (p *Proxy) SilenceAll() {
	p.mu.Lock()
	p.silenceNew = true
	p.mu.Unlock()
	p.Silence()
}

// Resume lets bytes pass on new connections.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silenceNew = false
}

// CloseAll closes all connections.
func (p *Proxy) CloseAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pipes {
		_ = c.client.Close()
		_ = c.server.Close()
	}
}
