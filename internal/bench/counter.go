package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// counter stands between a side and PostgreSQL and counts what passes (PostgreSQL, section 55.2). It is in use while nothing
// is timed.
type counter struct {
	url        string       // what the side connects to
	statements atomic.Int64 // executed, BEGIN and COMMIT included
	trips      atomic.Int64 // times that the side spoke after PostgreSQL had: each is a wait

	listener net.Listener
	upstream string
	serving  sync.WaitGroup
	mu       sync.Mutex
	open     []net.Conn
}

const socketName = ".s.PGSQL.5432"

// newCounter listens in a folder of its own, and passes on to the database of a connection string that names a socket's
// folder.
func newCounter(ctx context.Context, folder, databaseURL string) (*counter, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	u, err := url.Parse(databaseURL)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	upstream := filepath.Join(q.Get("host"), socketName)
	q.Set("host", folder)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	c := &counter{url: u.String(), upstream: upstream}
	if c.listener, err = (&net.ListenConfig{}).Listen(ctx, "unix", filepath.Join(folder, socketName)); err != nil {
		return nil, err
	}
	c.serving.Go(func() { c.serve(ctx) })
	return c, nil
}

func (c *counter) serve(ctx context.Context) {
	for {
		side, err := c.listener.Accept()
		if err != nil {
			return // closed
		}
		database, err := (&net.Dialer{}).DialContext(ctx, "unix", c.upstream)
		if err != nil {
			_ = side.Close()
			continue
		}
		c.mu.Lock()
		c.open = append(c.open, side, database)
		c.mu.Unlock()
		var answered atomic.Bool
		answered.Store(true)
		c.serving.Go(func() {
			_, _ = io.Copy(noticing{side, &answered}, database)
			_ = side.Close()
		})
		c.serving.Go(func() {
			_ = c.forward(database, bufio.NewReader(side), &answered)
			_ = database.Close()
		})
	}
}

// noticing remembers that PostgreSQL has answered.
type noticing struct {
	io.Writer
	answered *atomic.Bool
}

// Write passes an answer on.
func (n noticing) Write(p []byte) (int, error) {
	n.answered.Store(true)
	return n.Writer.Write(p)
}

// forward passes messages on until the connection ends. The first has no type.
func (c *counter) forward(to io.Writer, from *bufio.Reader, answered *atomic.Bool) error {
	for typed := false; ; typed = true {
		header := make([]byte, 4, 5)
		if typed {
			header = header[:5]
		}
		if _, err := io.ReadFull(from, header); err != nil {
			return err
		}
		rest := make([]byte, binary.BigEndian.Uint32(header[len(header)-4:])-4)
		if _, err := io.ReadFull(from, rest); err != nil {
			return err
		}
		if typed && (header[0] == 'E' || header[0] == 'Q') { // Execute, Query
			c.statements.Add(1)
		}
		if answered.Swap(false) {
			c.trips.Add(1)
		}
		if _, err := to.Write(append(header, rest...)); err != nil {
			return err
		}
	}
}

// close ends all connections, and waits until nothing passes any more.
func (c *counter) close() error {
	err := c.listener.Close()
	c.mu.Lock()
	for _, conn := range c.open {
		if e := conn.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	c.mu.Unlock()
	c.serving.Wait()
	return err
}
