package throttle

import (
	"net/netip"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Limits says how many failures are accepted.
type Limits struct {
	Strangers      Rule // of all clients that never logged in to the account, together
	PerKnownClient Rule // of one known client: it has logged in to the account before
	KnownClients   int  // of all known clients of one account together, in a row
	NetworkPerHour int  // of strangers from one network; 0: no limit
}

// Rule limits failures in a row. The first Free failures don't delay the next guess. The next failure delays it by FirstDelay, and
// each further one by twice as long, up to MaxDelay. After Max failures no guess is accepted.
type Rule struct {
	Free, Max            int
	FirstDelay, MaxDelay time.Duration
}

// DefaultLimits returns the limits for servers. No account gets more than 100 failures in a row (NIST SP 800-63B-4, section
// 3.2.2): 80 by strangers, which takes them more than two days, and 20 by known clients.
func DefaultLimits(networkPerHour int) Limits {
	return Limits{
		Strangers:      Rule{Free: 5, Max: 80, FirstDelay: time.Second, MaxDelay: time.Hour},
		PerKnownClient: Rule{Free: 5, Max: 10, FirstDelay: time.Second, MaxDelay: time.Minute},
		KnownClients:   20,
		NetworkPerHour: networkPerHour,
	}
}

// networkFailureTTL is how long a failure of a network counts; 0: networks have no limit.
func (l Limits) networkFailureTTL() time.Duration {
	if l.NetworkPerHour <= 0 {
		return 0
	}
	return time.Hour / time.Duration(l.NetworkPerHour)
}

// maxNetworkExpiry is the time within which all failures of a network must expire for another failure to be accepted.
func (l Limits) maxNetworkExpiry() time.Duration { return time.Hour - l.networkFailureTTL() }

// NetworkOf returns the network that shares the limits of a client: an IPv4 address, or the /64 of an IPv6 address, which
// belongs to one customer. It is 0.0.0.0 for an invalid address.
func NetworkOf(addr netip.Addr) netip.Prefix {
	if !addr.IsValid() {
		addr = netip.IPv4Unspecified()
	}
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(addr, bits).Masked()
}

// rejected returns the error of a rejected guess. It is the same for every account and network.
func (l Limits) rejected(wait time.Duration) error {
	return apperr.Exceeded(apperr.TooManyAttempts, apperr.Limit{Name: "attempts", Quota: l.Strangers.Max}, wait)
}
