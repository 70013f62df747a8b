package contract

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// The pace at which a body must arrive. The minimum rate lets 16 MiB through a line of 1 Mbit/s in 2 minutes and 15 seconds,
// and ends every body of that size after 17 minutes. A body of a few bytes ends after slowStart.
const (
	defaultBodyWait = 15 * time.Second // for the next bytes
	slowStart       = 2                // times the wait, before the minimum rate counts
	minimumRate     = 16 << 10         // bytes per second, on average
	responseTimeout = 75 * time.Second // for the response after a body that took longer than a second
)

// pacedBody is a body whose read deadline moves on as it arrives. [http.Server.ReadTimeout] is one deadline for the whole
// body: too short for a large one over a slow line, or too long for an attack.
type pacedBody struct {
	io.ReadCloser
	control  *http.ResponseController
	wait     time.Duration
	begin    time.Time
	moved    time.Time // when the deadline was moved
	received int64
	err      error // after which nothing is read: a timeout must not begin anew
}

// pace puts a pacedBody in the place of the request's body, if it has one.
func (g *Guard) pace(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	wait := g.BodyWait
	if wait == 0 {
		wait = defaultBodyWait
	}
	r.Body = &pacedBody{ReadCloser: r.Body, control: http.NewResponseController(w), wait: wait, begin: realTime()}
}

// Read reads what has arrived, or waits for it. It returns [os.ErrDeadlineExceeded] if the body stops coming or is too slow.
func (b *pacedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if now := realTime(); now.Sub(b.moved) > min(time.Second, b.wait/4) {
		b.moved = now
		slowest := b.begin.Add(slowStart*b.wait + time.Duration(b.received)*time.Second/minimumRate)
		deadline := now.Add(b.wait)
		if slowest.Before(deadline) {
			deadline = slowest
		}
		_ = b.control.SetReadDeadline(deadline) // fails only for connections without deadlines
		if now.Sub(b.begin) > time.Second {
			_ = b.control.SetWriteDeadline(now.Add(responseTimeout)) // the server's own began before the body
		}
	}
	var n int
	n, b.err = b.ReadCloser.Read(p)
	b.received += int64(n)
	return n, b.err
}

// realTime returns the time that the deadlines of connections count in.
func realTime() time.Time {
	return time.Now() //nolint:forbidigo // not the clock of the server, which tests set ahead
}

// end removes the deadline after the whole body. net/http goes on reading, to notice when the client disconnects, and a
// deadline would look like that.
func (b *pacedBody) end() { _ = b.control.SetReadDeadline(time.Time{}) }

// isDisconnect reports whether reading a body failed because the client ended the connection.
func isDisconnect(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(net.Error))
}
