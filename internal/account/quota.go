package account

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"github.com/ocipe/ocipe/internal/apperr"
)

// addressesMax bounds the memory of a quota; the least recently seen addresses are forgotten first.
const addressesMax = 100_000

// Quota limits how many accounts a client address can make on this server. An hour's worth may be used at
// once; it comes back evenly. A nil Quota has no limit.
type Quota struct {
	perHour   int
	clock     func() time.Time
	addresses *otter.Cache[netip.Prefix, *rate.Limiter]
}

// NewQuota returns a quota of so many accounts an hour for each address; 0 or less: no limit.
func NewQuota(perHour int, clock func() time.Time) *Quota {
	if perHour <= 0 {
		return nil
	}
	return &Quota{perHour: perHour, clock: clock, addresses: otter.Must(&otter.Options[netip.Prefix, *rate.Limiter]{
		MaximumSize: addressesMax,
		// A limiter that nobody asked for this long is full again.
		ExpiryCalculator: otter.ExpiryAccessing[netip.Prefix, *rate.Limiter](time.Hour),
	})}
}

// Close ends what the quota runs in the background.
func (q *Quota) Close() {
	if q != nil {
		q.addresses.StopAllGoroutines()
	}
}

// check fails with [apperr.TooManyRegistrations] if the address has nothing left. It takes nothing.
func (q *Quota) check(from netip.Addr) error {
	if q == nil {
		return nil
	}
	if q.limiter(from).TokensAt(q.clock()) < 1 {
		return q.refusal(from)
	}
	return nil
}

// take uses up one; refund returns it if no account was made of it after all. It fails as check does.
func (q *Quota) take(from netip.Addr) (refund func(), err error) {
	if q == nil {
		return func() {}, nil
	}
	now := q.clock()
	r := q.limiter(from).ReserveN(now, 1)
	if r.DelayFrom(now) > 0 {
		r.CancelAt(now)
		return nil, q.refusal(from)
	}
	return func() { q.refund(from) }, nil
}

// refund gives one back: a negative use, which rate has no name for.
func (q *Quota) refund(from netip.Addr) { q.limiter(from).ReserveN(q.clock(), -1) }

func (q *Quota) refusal(from netip.Addr) error {
	missing := 1 - q.limiter(from).TokensAt(q.clock())
	wait := time.Duration(missing * float64(time.Hour) / float64(q.perHour))
	return apperr.Busy(apperr.TooManyRegistrations, max(wait, time.Second), nil)
}

// limiter returns the one of the address; of an IPv6 address, that of its /64, which is one customer's.
func (q *Quota) limiter(from netip.Addr) *rate.Limiter {
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	network, err := from.Prefix(bits)
	if err != nil {
		network = netip.Prefix{} // no address: all of these share one
	}
	l, _ := q.addresses.ComputeIfAbsent(network, func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Every(time.Hour/time.Duration(q.perHour)), q.perHour), false
	})
	return l
}
