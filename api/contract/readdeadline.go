package contract

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// The minimum pace at which a body must arrive. A line of 1 Mbit/s sends 16 MiB in 2 minutes and 15 seconds; at the minimum rate, that
// takes 17 minutes. A body of a few bytes must arrive within initialWaits times the wait.
const (
	defaultBodyWait = 15 * time.Second // the maximum wait for the next bytes
	initialWaits    = 2                // the minimum rate counts after this many times the wait
	minimumRate     = 16 << 10         // bytes per second, on average
	responseTimeout = 75 * time.Second // for the response after a body that took longer than a second
)

// deadlineBody is a body whose read deadline is extended while it arrives. [http.Server.ReadTimeout] is a single deadline for the whole
// body: it is either too short for a large body over a slow line, or too long for an attack.
type deadlineBody struct {
	io.ReadCloser
	control       *http.ResponseController
	wait          time.Duration
	begin         time.Time
	deadlineSetAt time.Time // when the deadline was last set
	received      int64
	err           error // the first error; nothing is read after it, so that a timeout doesn't start again
}

// setReadDeadlines replaces the body of the request, if there is one, with a deadlineBody.
func (g *Guard) setReadDeadlines(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	wait := g.BodyWait
	if wait == 0 {
		wait = defaultBodyWait
	}
	r.Body = &deadlineBody{ReadCloser: r.Body, control: http.NewResponseController(w), wait: wait, begin: realTime()}
}

// Read reads the next bytes of the body. It returns [os.ErrDeadlineExceeded] if the body stops arriving or is too slow.
func (b *deadlineBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if now := realTime(); now.Sub(b.deadlineSetAt) > min(time.Second, b.wait/4) {
		b.deadlineSetAt = now
		minRateDeadline := b.begin.Add(initialWaits*b.wait + time.Duration(b.received)*time.Second/minimumRate)
		deadline := now.Add(b.wait)
		if minRateDeadline.Before(deadline) {
			deadline = minRateDeadline
		}
		_ = b.control.SetReadDeadline(deadline) // fails only for connections without deadlines
		if now.Sub(b.begin) > time.Second {
			_ = b.control.SetWriteDeadline(now.Add(responseTimeout)) // the server's write deadline started before the body
		}
	}
	var n int
	n, b.err = b.ReadCloser.Read(p)
	b.received += int64(n)
	return n, b.err
}

// realTime returns the time that the deadlines of connections are compared with.
func realTime() time.Time {
	return time.Now() //nolint:forbidigo // not the clock of the server, which tests set ahead
}

// end removes the deadline after the whole body has arrived. net/http continues to read in order to detect that the client disconnects.
// It would take an expired deadline for that.
func (b *deadlineBody) end() { _ = b.control.SetReadDeadline(time.Time{}) }

// isDisconnect reports whether reading a body failed because the client closed the connection.
func isDisconnect(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(net.Error))
}
