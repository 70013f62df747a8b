package throttle

import (
	"net/netip"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Requests limits the requests of each user, and the requests of each network that belong to no user.
type Requests struct {
	Users    *Limiter[int64]
	Networks *Limiter[netip.Prefix]
}

// NewRequests returns limits in requests per minute; 0: no limit.
func NewRequests(perUser, perNetwork int, clock func() time.Time) Requests {
	limit := func(name string, quota int) apperr.Limit {
		return apperr.Limit{Name: name, Quota: quota, Window: time.Minute}
	}
	return Requests{
		Users:    NewLimiter[int64](apperr.TooManyRequests, limit("user", perUser), clock),
		Networks: NewLimiter[netip.Prefix](apperr.TooManyRequests, limit("address", perNetwork), clock),
	}
}

// Take counts one request. header is the value of RateLimit; it is empty if there is no limit. It returns
// [apperr.TooManyRequests] if the limit is exceeded.
func (r Requests) Take(userID int64, client netip.Addr) (header string, err error) {
	if userID != 0 {
		return r.Users.TakeWithHeader(userID)
	}
	return r.Networks.TakeWithHeader(NetworkOf(client))
}

// Close stops the goroutines of the limiters.
func (r Requests) Close() {
	r.Users.Close()
	r.Networks.Close()
}
