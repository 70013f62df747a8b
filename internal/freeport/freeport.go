// Package freeport chooses ports for programs that tests and benchmarks start, if these can't choose one themselves.
package freeport

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync/atomic"
)

// The system gives ports from 32768 on, or from 16000 on, to programs that let it choose. Until the program of the test listens, the
// system could give its port to another one. It never gives lower ports. Browsers refuse port 10080.
const (
	first = 10_100
	count = 5_900
	apart = 64 // test binaries run at the same time: each begins elsewhere
)

var next = func() *atomic.Int64 {
	var n atomic.Int64
	n.Store(int64(os.Getpid()) * apart)
	return &n
}()

// Choose returns a port of the loopback interface on which no program listens. It returns each port only once, until it has returned all.
func Choose(ctx context.Context) (port int, err error) {
	for range count {
		port = first + int(next.Add(1)%count)
		var l net.Listener
		if l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", addressOf(port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}

// Address returns the address of a port that [Choose] has chosen, as host:port.
func Address(ctx context.Context) (string, error) {
	port, err := Choose(ctx)
	return addressOf(port), err
}

func addressOf(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
