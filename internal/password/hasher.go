// Package password hashes and verifies passwords with argon2id (RFC 9106), a bounded number at once, and
// decides which passwords are accepted.
package password

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"

	"github.com/ocipe/ocipe/internal/apperr"
)

const (
	maxWait    = 2 * time.Second // for a slot; longer means that the server is overloaded
	maxWaiters = 64              // for each slot: about as many as get one in that time
)

// OWASP's parameters for argon2id: 19 MiB, two passes, one lane (about 25 ms of one core).
var params = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Hasher hashes at most as many passwords at once as the machine has processors: more at once would
// be slower for each and take memory without bound. Create it with [NewHasher].
type Hasher struct {
	slots   *semaphore.Weighted
	waiting atomic.Int64 // for a slot, or in one
	dummy   string       // verified where there is no account, so that it costs the same
}

// NewHasher prepares a hasher.
func NewHasher() *Hasher {
	return &Hasher{slots: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))), dummy: dummyHash()}
}

// dummyHash is a hash with today's parameters that nobody has made: hashing at the start would leave 19 MiB behind until
// the next collection. Should a password ever match it, that is no account all the same.
func dummyHash() string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, params.Memory, params.Iterations, params.Parallelism,
		text(make([]byte, params.SaltLength)), text(make([]byte, params.KeyLength)))
}

// Hash returns the PHC string of a password with a new salt. Once a slot is free it asks precheck whether
// the work is still worth it (nil: it is), and fails as that does.
//
// It fails with [apperr.Overloaded] if no slot is free within 2 s.
func (h *Hasher) Hash(ctx context.Context, password string, precheck func() error) (string, error) {
	if err := h.acquire(ctx); err != nil {
		return "", err
	}
	defer h.release()
	if precheck != nil {
		if err := precheck(); err != nil {
			return "", err
		}
	}
	hash, err := argon2id.CreateHash(password, &params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// Verify tells whether the password is the one of the hash, and whether the hash was made with other
// parameters than today's and should be replaced. An empty hash stands for an account that doesn't
// exist: it never matches, after the same work.
//
// It fails with [apperr.Overloaded] if no slot is free within 2 s.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	exists := hash != ""
	if !exists {
		hash = h.dummy
	}
	if err := h.acquire(ctx); err != nil {
		return false, false, err
	}
	defer h.release()
	match, used, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, fmt.Errorf("verify a password: %w", err)
	}
	return match && exists, *used != params, nil
}

func (h *Hasher) acquire(ctx context.Context) error {
	busy := apperr.Busy(apperr.Overloaded, apperr.Soon, errors.New("every password slot is busy"))
	if h.waiting.Add(1) > int64(runtime.GOMAXPROCS(0))*maxWaiters {
		h.waiting.Add(-1)
		return busy
	}
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	err := h.slots.Acquire(wait, 1)
	if err != nil {
		h.waiting.Add(-1)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return busy
	}
	return err
}

func (h *Hasher) release() {
	h.slots.Release(1)
	h.waiting.Add(-1)
}
