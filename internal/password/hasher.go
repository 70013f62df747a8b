// Package password hashes and verifies passwords with argon2id (RFC 9106), a limited number at once, and
// decides which passwords are accepted.
package password

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxWaiters is the number of calls that may wait for each slot: even on a slow machine, they get it within the default MaxWait.
// Further calls get [apperr.Overloaded] at once.
const maxWaiters = 32

// Params sets the cost of a hash, and how long a call waits for its turn. A zero field means its default.
type Params struct {
	MemoryKiB   uint32        // default: 19 MiB
	Passes      uint32        // default: 2
	MaxWait     time.Duration // for a free slot; default: 2 s, longer means that the server is overloaded
	YieldPeriod time.Duration // after the last Yield, until hashes may take all processors again; default: 1 s
}

// argon2id returns the parameters of the algorithm. The defaults are OWASP's: 19 MiB, two passes, one lane; that takes
// about 25 ms of one core.
func (p Params) argon2id() *argon2id.Params {
	return &argon2id.Params{
		Memory: cmp.Or(p.MemoryKiB, 19*1024), Iterations: cmp.Or(p.Passes, 2), Parallelism: 1, SaltLength: 16, KeyLength: 32,
	}
}

// Slots returns how many passwords are hashed at once while other requests arrive: one fewer than the machine has processors, and
// at least one. More would slow down these requests, because a hash occupies a processor for 25 ms.
func Slots() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// Hasher hashes at most [Slots] passwords at once, or one on each processor while there are no other requests ([Hasher.Yield]).
// Create it with [NewHasher].
type Hasher struct {
	params      *argon2id.Params
	maxWait     time.Duration
	yieldPeriod time.Duration
	slots       *semaphore.Weighted // its size is capacity; a call takes share
	admission   *semaphore.Weighted // one for each processor: all calls but those of VerifyKnownClient take one before they wait for a slot
	dummyHash   string              // verified if there is no account, at the same cost

	waiting, waitingKnown atomic.Int64 // calls that wait for a slot or hold one; those of VerifyKnownClient
	lastYield             atomic.Int64 // when Yield was called last, in nanoseconds
}

// NewHasher returns a hasher. Servers pass Params{}; tests that hash a lot pass cheap ones.
func NewHasher(p Params) *Hasher {
	return &Hasher{
		params:      p.argon2id(),
		maxWait:     cmp.Or(p.MaxWait, 2*time.Second),
		yieldPeriod: cmp.Or(p.YieldPeriod, time.Second),
		slots:       semaphore.NewWeighted(slotCapacity()),
		admission:   semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		dummyHash:   dummyHash(p.argon2id()),
	}
}

// slotCapacity and slotWeight let either n or n-1 calls run at once on n processors: each takes n-1 or n of n(n-1).
func slotCapacity() int64 {
	n := int64(runtime.GOMAXPROCS(0))
	return max(1, n*(n-1))
}

func (h *Hasher) slotWeight() int64 {
	if now() < h.lastYield.Load()+h.yieldPeriod.Nanoseconds() {
		return slotCapacity() / int64(Slots())
	}
	return slotCapacity() / int64(runtime.GOMAXPROCS(0))
}

func now() int64 { return time.Now().UnixNano() } //nolint:forbidigo // hashes take real time

// Yield records that another request has arrived. Until [Params.YieldPeriod] has passed, hashing leaves one processor to such requests.
func (h *Hasher) Yield() { h.lastYield.Store(now()) }

// dummyHash returns a hash of zeros with these parameters. It isn't computed: that would leave the memory of one hash
// to the garbage collector at every start. Even if a password matched it, there would be no account.
func dummyHash(p *argon2id.Params) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Iterations, p.Parallelism,
		text(make([]byte, p.SaltLength)), text(make([]byte, p.KeyLength)))
}

// Hash normalizes a password with [Normalize] and returns its PHC string, with a new salt. Once a slot is free, it calls precheck,
// which may be nil. If precheck returns an error, Hash returns it without hashing.
//
// It returns [apperr.Overloaded] if no slot is free within MaxWait.
func (h *Hasher) Hash(ctx context.Context, password string, precheck func() error) (string, error) {
	release, err := h.acquire(ctx, &h.waiting, h.admission)
	if err != nil {
		return "", err
	}
	defer release()
	if precheck != nil {
		if err := precheck(); err != nil {
			return "", err
		}
	}
	hash, err := argon2id.CreateHash(Normalize(password), h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// Queue returns the number of calls that hash a password or wait for it.
func (h *Hasher) Queue() int64 { return h.waiting.Load() + h.waitingKnown.Load() }

// Verify normalizes a password with [Normalize] and reports whether it matches the hash. It also reports whether the hash is stale:
// made with other parameters than this hasher's, and to be replaced. The empty hash stands for an account that doesn't exist: it
// never matches, and costs the same.
//
// It returns [apperr.Overloaded] if no slot is free within MaxWait.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	release, err := h.acquire(ctx, &h.waiting, h.admission)
	if err != nil {
		return false, false, err
	}
	defer release()
	return h.verify(password, hash)
}

// VerifyKnownClient is [Hasher.Verify] for a client that has logged in before: it doesn't wait behind the calls of strangers, because
// there may be too many.
func (h *Hasher) VerifyKnownClient(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	release, err := h.acquire(ctx, &h.waitingKnown, nil)
	if err != nil {
		return false, false, err
	}
	defer release()
	return h.verify(password, hash)
}

func (h *Hasher) verify(password, hash string) (ok, stale bool, err error) {
	exists := hash != ""
	if !exists {
		hash = h.dummyHash
	}
	match, used, err := argon2id.CheckHash(Normalize(password), hash)
	if err != nil {
		return false, false, fmt.Errorf("verify a password: %w", err)
	}
	return match && exists, *used != *h.params, nil
}

// acquire takes a turn, if turns isn't nil, and then a slot. It counts the call in waiting until release is called.
func (h *Hasher) acquire(ctx context.Context, waiting *atomic.Int64, admission *semaphore.Weighted) (release func(), err error) {
	overloaded := apperr.Busy(apperr.Overloaded, apperr.RetrySoon, errors.New("every password slot is busy"))
	releases := []func(){func() { waiting.Add(-1) }}
	release = func() {
		for _, f := range slices.Backward(releases) {
			f()
		}
	}
	if waiting.Add(1) > int64(Slots()*maxWaiters) {
		release()
		return nil, overloaded
	}
	wait, cancel := context.WithTimeout(ctx, h.maxWait)
	defer cancel()
	take := func(from *semaphore.Weighted, weight int64) (err error) {
		if err = from.Acquire(wait, weight); err == nil {
			releases = append(releases, func() { from.Release(weight) })
		}
		return err
	}
	if admission != nil {
		err = take(admission, 1)
	}
	if err == nil {
		err = take(h.slots, h.slotWeight())
	}
	if err == nil {
		return release, nil
	}
	release()
	if errors.Is(err, context.DeadlineExceeded) {
		err = overloaded
	}
	return nil, err
}
