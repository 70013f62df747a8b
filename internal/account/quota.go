package account

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxAddresses bounds the memory of a quota. The least recently used addresses are dropped first.
const maxAddresses = 100_000

// Quota limits how many accounts a client address may register on this server: perHour at once, refilled evenly over an
// hour. A nil Quota means no limit.
type Quota struct {
	perHour   int
	clock     func() time.Time
	addresses *otter.Cache[netip.Prefix, *rate.Limiter]
}

// NewQuota returns a quota of perHour accounts per address, or nil (no limit) if perHour is 0 or less.
func NewQuota(perHour int, clock func() time.Time) *Quota {
	if perHour <= 0 {
		return nil
	}
	return &Quota{perHour: perHour, clock: clock, addresses: otter.Must(&otter.Options[netip.Prefix, *rate.Limiter]{
		MaximumSize: maxAddresses,
		// A limiter that was unused for so long is full again.
		ExpiryCalculator: otter.ExpiryAccessing[netip.Prefix, *rate.Limiter](time.Hour),
	})}
}

// Close stops the goroutines of the quota.
func (q *Quota) Close() {
	if q != nil {
		q.addresses.StopAllGoroutines()
	}
}

// check returns [apperr.TooManyRegistrations] if the address has used up its quota. It uses up nothing.
func (q *Quota) check(from netip.Addr) error {
	if q == nil {
		return nil
	}
	if q.limiter(from).TokensAt(q.clock()) < 1 {
		return q.exceeded(from)
	}
	return nil
}

// take uses up one registration; refund gives it back. It returns the same error as check.
func (q *Quota) take(from netip.Addr) (refund func(), err error) {
	if q == nil {
		return func() {}, nil
	}
	now := q.clock()
	r := q.limiter(from).ReserveN(now, 1)
	if r.DelayFrom(now) > 0 {
		r.CancelAt(now)
		return nil, q.exceeded(from)
	}
	return func() { q.refund(from) }, nil
}

// refund reserves -1: rate has no method to give something back.
func (q *Quota) refund(from netip.Addr) { q.limiter(from).ReserveN(q.clock(), -1) }

func (q *Quota) exceeded(from netip.Addr) error {
	missing := 1 - q.limiter(from).TokensAt(q.clock())
	wait := time.Duration(missing * float64(time.Hour) / float64(q.perHour))
	return apperr.Busy(apperr.TooManyRegistrations, max(wait, time.Second), nil)
}

// limiter returns the limiter of an address. The addresses of an IPv6 /64 share one, since they belong to one customer.
func (q *Quota) limiter(from netip.Addr) *rate.Limiter {
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	network, err := from.Prefix(bits)
	if err != nil {
		network = netip.Prefix{} // not an address: all of them share one limiter
	}
	l, _ := q.addresses.ComputeIfAbsent(network, func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Every(time.Hour/time.Duration(q.perHour)), q.perHour), false
	})
	return l
}
