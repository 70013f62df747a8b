package throttle

import (
	"strconv"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxKeys limits the memory of a limiter. The least used keys are dropped first.
const maxKeys = 100_000

// Limiter limits how often each user or network may do something, in this process. Each has a quota, which may be used up at once
// and refills evenly over the window. A nil Limiter means no limit.
type Limiter[K comparable] struct {
	limit        apperr.Limit
	code         apperr.Code
	clock        func() time.Time
	buckets      *otter.Cache[K, *rate.Limiter]
	headerPrefix string // of the header RateLimit
}

// NewLimiter returns a limiter whose errors have this code, or nil (no limit) if the quota is 0 or less.
func NewLimiter[K comparable](code apperr.Code, limit apperr.Limit, clock func() time.Time) *Limiter[K] {
	if limit.Quota <= 0 {
		return nil
	}
	return &Limiter[K]{
		limit: limit, code: code, clock: clock, headerPrefix: strconv.Quote(limit.Name) + ";r=",
		buckets: otter.Must(&otter.Options[K, *rate.Limiter]{
			MaximumSize: maxKeys,
			// A bucket that was unused for this long is full again.
			ExpiryCalculator: otter.ExpiryAccessing[K, *rate.Limiter](limit.Window),
		}),
	}
}

// Close stops the goroutines of the limiter.
func (l *Limiter[K]) Close() {
	if l != nil {
		l.buckets.StopAllGoroutines()
	}
}

// Limit returns the limit; the zero value if there is none.
func (l *Limiter[K]) Limit() apperr.Limit {
	if l == nil {
		return apperr.Limit{}
	}
	return l.limit
}

// Check returns an error if the quota is used up. It takes nothing from the quota.
func (l *Limiter[K]) Check(key K) error {
	if l == nil || l.bucket(key).TokensAt(l.clock()) >= 1 {
		return nil
	}
	return l.exceeded(key)
}

// Take takes one from the quota. It returns an error if the quota is used up.
func (l *Limiter[K]) Take(key K) error {
	if l == nil || l.bucket(key).AllowN(l.clock(), 1) {
		return nil
	}
	return l.exceeded(key)
}

// TakeWithHeader is like [Limiter.Take], but also returns the value of the header RateLimit, which has the remaining quota. It is
// empty if there is no limit.
func (l *Limiter[K]) TakeWithHeader(key K) (header string, err error) {
	if l == nil {
		return "", nil
	}
	bucket, now := l.bucket(key), l.clock()
	if !bucket.AllowN(now, 1) {
		return "", l.exceeded(key)
	}
	return l.headerPrefix + strconv.Itoa(int(bucket.TokensAt(now))), nil
}

// Refund adds one to the quota. Package rate has no method for that, so it reserves -1.
func (l *Limiter[K]) Refund(key K) {
	if l != nil {
		l.bucket(key).ReserveN(l.clock(), -1)
	}
}

func (l *Limiter[K]) exceeded(key K) error {
	missing := 1 - l.bucket(key).TokensAt(l.clock())
	wait := time.Duration(missing * float64(l.limit.Window) / float64(l.limit.Quota))
	return apperr.Exceeded(l.code, l.limit, wait)
}

func (l *Limiter[K]) bucket(key K) *rate.Limiter {
	if b, ok := l.buckets.GetIfPresent(key); ok {
		return b
	}
	b, _ := l.buckets.ComputeIfAbsent(key, func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Limit(float64(l.limit.Quota)/l.limit.Window.Seconds()), l.limit.Quota), false
	})
	return b
}
