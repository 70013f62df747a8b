// Package session logs users in, refreshes their tokens and logs them out. Its core is [decide], the state machine of
// refresh tokens (docs/sessions.md); the rest applies it to one database row per session.
package session

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	"github.com/ocipe/ocipe/internal/token"
)

// MaxAccessTTL is the maximum of [Settings.AccessTTL]. Revoked sessions are remembered for this long even if AccessTTL is
// shorter: tokens that were issued before a restart may have another lifetime.
const MaxAccessTTL = time.Hour

// Settings are the operator's settings. All are positive, except that Grace may be 0.
type Settings struct {
	AccessTTL   time.Duration // of an access token; whole seconds, at most MaxAccessTTL
	RefreshTTL  time.Duration // of a refresh token, and so of a session without a refresh; whole seconds
	Grace       time.Duration // how long a spent refresh token is still accepted; 0: not at all
	MaxLifetime time.Duration // of a session, from the login on
}

// Service has the use cases of sessions, and all use cases that check a password. All fields are required.
type Service struct {
	DB        *postgres.DB
	Passwords *password.Hasher
	Policy    password.Policy
	Activity  *activity.Service
	Gate      *throttle.Gate
	Tokens    *token.Authority
	Revoked   *Revoked
	Settings  Settings
	Clock     func() time.Time
	Log       *slog.Logger
}

// Client is a client that sends a password. The tokens show that it has logged in before; they may be empty, expired or invalid.
type Client struct {
	activity.Client

	Device  string   // its device token
	Refresh []string // its refresh tokens
}

// Tokens are the signed tokens for a client, and the id of their user.
type Tokens struct {
	UserID  int64
	Access  string
	Refresh string
	Device  string
}

// issued is the stored state from which both tokens of a generation are made. The refresh token is the same each time, byte for byte.
type issued struct {
	id                uuid.UUID
	userID, gen       int64
	genAt             time.Time
	absoluteExpiresAt time.Time
	authAt            time.Time
	now               time.Time // the database's clock
}

// reason says why a session has ended, in its row and in the security log.
type reason struct {
	text  string
	event activity.Kind
}

var (
	byLogout = reason{"logout", activity.LoggedOut}
	byReuse  = reason{"reuse", activity.RefreshTokenReused}
	byUser   = reason{"ended", activity.SessionEnded}
)

// endSession ends a session of the user, and records why. It returns 0 if the user has no such session or it has ended.
func endSession(ctx context.Context, q *db.Queries, userID int64, id uuid.UUID, why reason, from activity.Client) (int64, error) {
	from = from.Clip()
	return q.EndSession(ctx, db.EndSessionParams{
		SessionID: id, UserID: userID, Reason: why.text,
		Event: string(why.event), Address: from.Address, UserAgent: from.UserAgent,
	})
}

// sign returns both tokens. The access token expires no later than the refresh token, and the refresh token no later than the
// session. The times in the tokens come from the database's clock; this server's clock only selects the key.
func (s *Service) sign(i issued) (Tokens, error) {
	access, err := s.signAccess(i)
	if err != nil {
		return Tokens{}, err
	}
	refresh, err := s.Tokens.Issuer().IssueRefresh(token.Refresh{
		UserID: i.userID, SessionID: i.id, Generation: i.gen, IssuedAt: i.genAt, ExpiresAt: s.expiryOf(i),
	}, s.Clock())
	return Tokens{UserID: i.userID, Access: access, Refresh: refresh}, err
}

// expiryOf returns when the refresh token of a generation expires.
func (s *Service) expiryOf(i issued) time.Time {
	return earlier(i.genAt.Add(s.Settings.RefreshTTL), i.absoluteExpiresAt)
}

func (s *Service) signAccess(i issued) (string, error) {
	return s.Tokens.Issuer().IssueAccess(token.Access{
		ID: uuid.New(), UserID: i.userID, SessionID: i.id, IssuedAt: i.now,
		AuthTime:  earlier(i.authAt, i.now), // the database's clock may have been set back
		ExpiresAt: earlier(i.now.Add(s.Settings.AccessTTL), s.expiryOf(i)),
	}, s.Clock())
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Logout revokes the sessions of these refresh tokens. It accepts expired tokens and any generation, and skips invalid
// tokens. It returns the user of the last valid token, or 0.
//
// It returns [apperr.Unavailable] or [apperr.Overloaded] if a session can't be revoked. In that case, the sessions of earlier tokens
// have been revoked.
func (s *Service) Logout(ctx context.Context, presented []string, from activity.Client) (userID int64, err error) {
	for _, text := range presented {
		t, err := s.Tokens.Issuer().VerifyRefreshOfAnyAge(text, s.Clock())
		if err != nil {
			continue
		}
		var ended int64
		err = s.DB.Run(ctx, func(q *db.Queries) (err error) {
			ended, err = endSession(ctx, q, t.UserID, t.SessionID, byLogout, from)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("revoke the session: %w", err)
		}
		if ended > 0 { // else it had already ended, or isn't a session of this user
			s.Revoked.Add(t.SessionID)
		}
		userID = t.UserID
	}
	return userID, nil
}

// Authenticate returns the content of an access token, without a query.
//
// It returns [apperr.TokenNotValid] if the token isn't valid now, no server can have issued it, its session was revoked, or the
// database was restored after it was issued; and the other errors of [Revoked.Check].
func (s *Service) Authenticate(text string) (token.Access, error) {
	now := s.Clock()
	t, err := s.Tokens.Issuer().VerifyAccess(text, now)
	if err != nil || !credible(t, now) || s.Revoked.PredatesRestore(t.IssuedAt) {
		return token.Access{}, apperr.New(apperr.TokenNotValid)
	}
	if err := s.Revoked.Check(t.SessionID, now); err != nil {
		return token.Access{}, err
	}
	return t, nil
}

// credible reports whether a server can have issued a token by now. An attacker with a stolen key could issue one that outlives
// the record of revoked sessions.
func credible(t token.Access, now time.Time) bool {
	return t.ExpiresAt.Sub(t.IssuedAt) <= MaxAccessTTL && !t.IssuedAt.After(now.Add(clockSkew))
}
