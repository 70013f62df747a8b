// Package throttle limits what clients may do: how often they may guess a password or another secret, and how many requests
// they may send.
package throttle

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Gate limits how often clients may guess the password of an account, or another secret of it. It counts the failures in the
// database, for all servers. Strangers share one count per account, so many addresses don't help. They can't lock out the owner,
// because each client that has logged in to the account before is counted separately (OWASP, "Slow Down Online Guessing Attacks
// with Device Cookies"). All fields are required.
type Gate struct {
	DB     *postgres.DB
	Limits Limits
	Log    *slog.Logger
}

// Attempt describes a guess: the account and the client. The zero values of Device and Session mean that there is none.
type Attempt struct {
	UsernameKey string     // of the account; there may be no such account
	Address     netip.Addr // of the client
	Device      string     // the device cookie
	Session     uuid.UUID  // of a token that the client has sent; ignored unless it is a live session of the account
}

// Try calls verify, which reports whether the guess is right, and records the outcome. isKnownClient tells verify that the
// client has logged in to the account before. If the guess is rejected because of earlier guesses, or of parallel ones that were recorded
// first, the result doesn't depend on whether the guess is right or the account exists.
//
// Try returns [apperr.TooManyAttempts] if the guess is rejected, the error of verify, and those of [postgres.DB.Run]; right is then
// false. A guess isn't counted if verify returns an error.
func (g *Gate) Try(ctx context.Context, a Attempt, verify func(isKnownClient bool) (right bool, err error)) (right bool, err error) {
	account := AccountHash(a.UsernameKey)
	c, err := g.identify(ctx, a, account)
	if err != nil {
		return false, err
	}
	if right, err = verify(c.isKnown()); err != nil {
		return false, err
	}
	ctx, cancel := toRecord(ctx)
	defer cancel()
	switch {
	case right:
		err = g.recordSuccess(ctx, a, account, c)
	case c.isKnown():
		err = g.recordKnownFailure(ctx, account, c)
	default:
		err = g.recordStrangerFailure(ctx, a, account)
	}
	return right && err == nil, err
}

// recordTimeout is the minimum time for the statement that records an outcome.
const recordTimeout = 5 * time.Second

// toRecord returns the context of the statement that records the outcome of a guess: a failure counts even if the client disconnects. If
// ctx has a deadline, the context ends then, but not before [recordTimeout].
func toRecord(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	ctx = context.WithoutCancel(ctx)
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, max(recordTimeout, time.Until(deadline)))
}

// client is the client that guesses. The zero value is a stranger.
type client struct {
	userID int64  // of the account that the client has logged in to; 0: a stranger
	hash   []byte // of its device or session
}

func (c client) isKnown() bool { return c.userID != 0 }

// identify identifies the client that guesses. It returns [apperr.TooManyAttempts] if the client has to wait.
func (g *Gate) identify(ctx context.Context, a Attempt, account []byte) (client, error) {
	device, session := deviceHash(a.Device), sessionHash(a.Session)
	state, err := postgres.QueryOne(ctx, g.DB, "read the failures", func(q *db.Queries) (db.GetAttemptsRow, error) {
		return q.GetAttempts(ctx, db.GetAttemptsParams{
			Account: account, Network: NetworkOf(a.Address), UsernameKey: a.UsernameKey,
			DeviceHash: device, SessionID: a.Session, SessionHash: session,
		})
	})
	if err != nil {
		return client{}, err
	}
	limits := g.Limits
	if int(state.Known) < limits.KnownClients {
		switch {
		case state.DeviceUserID != 0 && int(state.DeviceFailures) < limits.PerKnownClient.Max:
			return client{state.DeviceUserID, device}, g.waitError(state.DeviceWait)
		case state.SessionUserID != 0 && int(state.SessionFailures) < limits.PerKnownClient.Max:
			return client{state.SessionUserID, session}, g.waitError(state.SessionWait)
		}
	}
	wait := max(state.Wait, state.NetworkFullIn-limits.maxNetworkExpiry().Seconds())
	if int(state.Strangers) >= limits.Strangers.Max {
		wait = max(wait, limits.Strangers.MaxDelay.Seconds())
	}
	return client{}, g.waitError(wait)
}

func (g *Gate) waitError(seconds float64) error {
	if seconds <= 0 {
		return nil
	}
	return g.Limits.rejected(time.Duration(seconds * float64(time.Second)))
}

func (g *Gate) recordSuccess(ctx context.Context, a Attempt, account []byte, c client) error {
	admitted, err := postgres.QueryOne(ctx, g.DB, "record a right guess", func(q *db.Queries) (bool, error) {
		if c.isKnown() {
			return q.RecordKnownSuccess(ctx, db.RecordKnownSuccessParams{
				Account: account, TokenHash: c.hash, UserID: c.userID,
				MostPerDevice: int32(g.Limits.PerKnownClient.Max), Most: int32(g.Limits.KnownClients), //nolint:gosec // small
			})
		}
		return q.RecordStrangerSuccess(ctx, db.RecordStrangerSuccessParams{
			Account: account, Network: NetworkOf(a.Address), Most: int32(g.Limits.Strangers.Max), Slack: g.Limits.maxNetworkExpiry(), //nolint:gosec // small
		})
	})
	if err == nil && !admitted {
		err = g.Limits.rejected(time.Second)
	}
	return err
}

func (g *Gate) recordKnownFailure(ctx context.Context, account []byte, c client) error {
	rule := g.Limits.PerKnownClient
	known, err := postgres.QueryOne(ctx, g.DB, "record a wrong guess", func(q *db.Queries) (int32, error) {
		return q.RecordKnownFailure(ctx, db.RecordKnownFailureParams{
			Account: account, UserID: c.userID, TokenHash: c.hash, Most: int32(g.Limits.KnownClients), //nolint:gosec // small
			MostPerDevice: int32(rule.Max), Free: int32(rule.Free), FirstDelay: rule.FirstDelay, LongestDelay: rule.MaxDelay, //nolint:gosec // small
		})
	})
	if err == nil && known == 0 {
		err = g.Limits.rejected(time.Second)
	}
	return err
}

func (g *Gate) recordStrangerFailure(ctx context.Context, a Attempt, account []byte) error {
	rule, network := g.Limits.Strangers, NetworkOf(a.Address)
	state, err := postgres.QueryOne(ctx, g.DB, "record a wrong guess", func(q *db.Queries) (db.RecordStrangerFailureRow, error) {
		return q.RecordStrangerFailure(ctx, db.RecordStrangerFailureParams{
			Account: account, UsernameKey: a.UsernameKey, Network: network, Slack: g.Limits.maxNetworkExpiry(), Step: g.Limits.networkFailureTTL(),
			Most: int32(rule.Max), Free: int32(rule.Free), FirstDelay: rule.FirstDelay, LongestDelay: rule.MaxDelay, //nolint:gosec // small
		})
	})
	if err != nil {
		return err
	}
	g.warn(ctx, a, network, state)
	if state.Strangers == 0 || state.NetworkFullIn < 0 {
		return g.Limits.rejected(time.Second)
	}
	return nil
}

// warn logs that somebody is guessing: when an account has used up its free failures, each time their number doubles, and at the
// limit; and when a network reaches its limit.
func (g *Gate) warn(ctx context.Context, a Attempt, network netip.Prefix, state db.RecordStrangerFailureRow) {
	n, rule := int(state.Strangers), g.Limits.Strangers
	if n == rule.Max || rule.Free > 0 && n%rule.Free == 0 && isPowerOfTwo(n/rule.Free) {
		g.Log.WarnContext(ctx, "somebody guesses the password of an account", "failures", n, "limit", rule.Max,
			"account", clip(a.UsernameKey), "client", a.Address.String())
	}
	if ttl := g.Limits.networkFailureTTL(); ttl > 0 && state.NetworkFullIn > g.Limits.maxNetworkExpiry().Seconds() {
		g.Log.WarnContext(ctx, "an address has reached the limit of failed logins", "failures", g.Limits.NetworkPerHour,
			"network", network.String())
	}
}

func isPowerOfTwo(n int) bool { return n > 0 && n&(n-1) == 0 }

// clip shortens a name for the log.
func clip(name string) string {
	const maxBytes = 150
	if len(name) > maxBytes {
		return fmt.Sprintf("%.*s…", maxBytes, name)
	}
	return name
}

// AccountHash returns the key under which the failures of a name are counted, whether or not it has an account.
func AccountHash(usernameKey string) []byte { return hash("account:" + usernameKey) }
func deviceHash(token string) []byte        { return hash("device:" + token) }
func sessionHash(id uuid.UUID) []byte       { return hash("session:" + id.String()) }

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
