package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/ocipe/ocipe/internal/budget"
)

// The limits, in bytes, of the memory that responses to GET requests take while they are written. A response that needs more than
// freeResponse takes its memory from a budget. Other requests may have changed something, so their responses are always written:
// the memory of their bodies bounds them.
const (
	freeResponse  = 256 << 10
	responseBytes = 32 << 20
	responseShare = 8 << 20 // per user
)

// The maximum number of plans that are computed or sent at once, in total and per user. Others wait up to [Config.PlanWait]. A plan has up to
// 1 MiB of ingredients.
const (
	plansAtOnce = 16
	plansShare  = 2
	planWait    = 3 * time.Second // the default
)

func newPlanBudget() *budget.Budget { return budget.New("plans", plansAtOnce, plansShare) }

// takePlan waits until a user may compute or receive a plan. The caller must give it back to planBudget.
func (s *Server) takePlan(ctx context.Context, userID int64) error {
	return s.planBudget.Take(ctx, userID, 1, cmp.Or(s.config.PlanWait, planWait))
}

func newResponseBudget() *budget.Budget {
	return budget.New("memory for responses", responseBytes, responseShare)
}

// take takes memory for the response. If there is none, it responds with 503, or aborts the response if it has begun.
func (c *chunkWriter) take(amount int64) {
	if c.state == nil || c.state.Memory == nil || c.err != nil || amount <= c.taken {
		return
	}
	wait := time.Duration(0)
	if c.begun {
		wait = clientWait
	}
	more := min(amount, responseShare) - c.taken
	if err := c.state.Memory.TakeWithin(c.state.UserID, more, wait); err != nil {
		c.err = err
		c.state.Reject(c.w, err, c.begun)
		return
	}
	c.taken += more
}

func (c *chunkWriter) giveBack() {
	if c.taken > 0 {
		c.state.Memory.Give(c.state.UserID, c.taken)
		c.taken = 0
	}
}

// The minimum pace at which a client must read a long response. It is that of bodies (package contract): the client must read the next
// piece within clientWait, and after twice that time an average of minimumRate bytes per second. So a client that stops reading
// can't hold the memory of its response.
const (
	clientWait  = 15 * time.Second
	minimumRate = 16 << 10
)

// writeDeadline extends the write deadline of a connection while a long response is written.
type writeDeadline struct {
	begin   time.Time
	written int64
}

// extend sets the deadline for the next bytes.
func (d *writeDeadline) extend(w http.ResponseWriter, size int) {
	now := time.Now() //nolint:forbidigo // the time of sockets
	if d.written == 0 {
		d.begin = now
	}
	d.written += int64(size)
	deadline := now.Add(clientWait)
	if minRateDeadline := d.begin.Add(2*clientWait + time.Duration(d.written)*time.Second/minimumRate); minRateDeadline.Before(deadline) {
		deadline = minRateDeadline
	}
	_ = http.NewResponseController(w).SetWriteDeadline(deadline) // fails only for connections without deadlines
}
