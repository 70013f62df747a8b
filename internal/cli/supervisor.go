package cli

import (
	"context"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// supervisor is systemd, or another program that has started the server and wants to know its state; see sd_notify(3).
type supervisor struct {
	socket   string        // a datagram socket; @name is an abstract one
	interval time.Duration // between watchdog messages; 0: the supervisor wants none
}

// findSupervisor returns the supervisor that the environment names. It returns false if there is none.
func findSupervisor(environ []string, pid int) (supervisor, bool) {
	value := func(name string) string {
		i := slices.IndexFunc(environ, func(line string) bool { return strings.HasPrefix(line, name+"=") })
		if i < 0 {
			return ""
		}
		return environ[i][len(name)+1:]
	}
	s := supervisor{socket: value("NOTIFY_SOCKET")}
	if owner := value("WATCHDOG_PID"); owner == "" || owner == strconv.Itoa(pid) {
		limit, err := strconv.ParseInt(value("WATCHDOG_USEC"), 10, 64)
		if err == nil && limit > 0 {
			s.interval = time.Duration(limit) * time.Microsecond / 3 // two messages may get lost
		}
	}
	return s, s.socket != ""
}

// notifySupervisor reports that the server is ready, and when ctx ends that it stops. Until stop is called, it sends watchdog messages, so
// that the supervisor restarts a process that can no longer run its goroutines. Without a supervisor it does nothing.
func (p *program) notifySupervisor(ctx context.Context) (stop func()) {
	s, ok := findSupervisor(p.Environ, os.Getpid())
	if !ok {
		return func() {}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unixgram", s.socket)
	if err != nil {
		p.log.WarnContext(ctx, "the supervisor of NOTIFY_SOCKET can't be told that the server is ready", "error", err)
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer conn.Close() //nolint:errcheck // everything has been sent
		s.report(ctx, conn, quit)
	}()
	return func() {
		close(quit)
		<-done
	}
}

// report sends the state of the server to conn until quit is closed. It ignores errors: systemd acts if a message doesn't arrive.
func (s supervisor) report(ctx context.Context, conn net.Conn, quit <-chan struct{}) {
	notify := func(state string) { _, _ = conn.Write([]byte(state)) }
	notify("READY=1")
	var watchdog <-chan time.Time
	if s.interval > 0 {
		ticker := time.NewTicker(s.interval)
		defer ticker.Stop()
		watchdog = ticker.C
	}
	stopping := ctx.Done()
	for {
		select {
		case <-stopping:
			notify("STOPPING=1")
			stopping = nil
		case <-watchdog:
			notify("WATCHDOG=1")
		case <-quit:
			if stopping != nil && ctx.Err() != nil { // select may choose quit although both are closed
				notify("STOPPING=1")
			}
			return
		}
	}
}
