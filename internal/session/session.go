// Package session logs users in, refreshes their tokens and logs them out. Its core is [decide], the state machine of
// refresh tokens (docs/sessions.md); the rest applies it to one database row per session.
package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// MaxAccessTTL is the maximum of [Settings.AccessTTL]. Revoked sessions are remembered for so long even if AccessTTL is
// shorter: tokens that were issued before a restart may have another lifetime.
const MaxAccessTTL = time.Hour

// Settings are the operator's settings. All are positive, except that Grace may be 0.
type Settings struct {
	AccessTTL  time.Duration // of an access token; whole seconds, at most MaxAccessTTL
	RefreshTTL time.Duration // of a refresh token, and so of a session without a refresh; whole seconds
	Grace      time.Duration // how long a spent refresh token is still accepted; 0: not at all
	Max        time.Duration // of a session, from the login on
}

// Service has the use cases of sessions. All fields are required.
type Service struct {
	DB        *postgres.DB
	Passwords *password.Hasher
	Tokens    *token.Authority
	Revoked   *Revoked
	Settings  Settings
	Clock     func() time.Time
	Log       *slog.Logger
}

// Client describes the client of a session to the owner of the session. Longer texts are cut to 256 bytes.
type Client struct {
	UserAgent string
	Address   string
}

// Tokens are the signed tokens for a client, and the id of their user.
type Tokens struct {
	UserID  int64
	Access  string
	Refresh string
}

// issued is the stored state from which both tokens of a generation can be made, again and byte for byte.
type issued struct {
	id                uuid.UUID
	userID, gen       int64
	genAt             time.Time
	absoluteExpiresAt time.Time
	authAt            time.Time
	now               time.Time // the database's clock
}

// Login checks the name and the password and starts a session.
//
// It returns [apperr.NoActiveAccount] if the name is unknown or the password wrong, at the same cost, and
// [apperr.Overloaded] or [apperr.Unavailable].
func (s *Service) Login(ctx context.Context, username, plain string, from Client) (Tokens, error) {
	tokens, err := s.login(ctx, username, plain, from)
	if errors.Is(err, errPasswordChanged) { // perhaps another login has replaced a stale hash
		tokens, err = s.login(ctx, username, plain, from)
	}
	if errors.Is(err, errPasswordChanged) {
		err = apperr.New(apperr.NoActiveAccount)
	}
	return tokens, err
}

// errPasswordChanged is returned if the hash of the account has changed since it was verified.
var errPasswordChanged = errors.New("the password has changed meanwhile")

func (s *Service) login(ctx context.Context, username, plain string, from Client) (Tokens, error) {
	var user db.GetCredentialsRow
	err := s.DB.Run(ctx, func(q *db.Queries) (err error) {
		user, err = q.GetCredentials(ctx, usernames.Key(username))
		if postgres.NoRow(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return Tokens{}, fmt.Errorf("look up the account: %w", err)
	}
	ok, stale, err := s.Passwords.Verify(ctx, plain, user.PasswordHash)
	if err != nil {
		return Tokens{}, err
	}
	if !ok {
		return Tokens{}, apperr.New(apperr.NoActiveAccount)
	}
	verified := user.PasswordHash
	if stale {
		if fresh, err := s.Passwords.Hash(ctx, plain, nil); err == nil { // else at the next login
			verified = fresh
		}
	}
	return s.start(ctx, user, verified, from)
}

// start creates the session, and replaces the hash of the account if another one is given. It returns
// errPasswordChanged if the password has changed since it was verified.
func (s *Service) start(ctx context.Context, user db.GetCredentialsRow, hash string, from Client) (Tokens, error) {
	var i issued
	err := s.DB.Tx(ctx, func(q *db.Queries) error {
		if hash != user.PasswordHash {
			arg := db.ReplacePasswordHashParams{UserID: user.ID, OldHash: user.PasswordHash, NewHash: hash}
			if _, err := q.ReplacePasswordHash(ctx, arg); err != nil {
				return fmt.Errorf("replace the hash: %w", err)
			}
		}
		r, err := q.CreateSession(ctx, db.CreateSessionParams{
			UserID: user.ID, VerifiedHash: hash, RefreshTtl: s.Settings.RefreshTTL, SessionMax: s.Settings.Max,
			UserAgent: clip(from.UserAgent), Address: clip(from.Address),
		})
		if postgres.NoRow(err) {
			return errPasswordChanged
		}
		if err != nil {
			return fmt.Errorf("start a session: %w", err)
		}
		i = issued{r.ID, r.UserID, r.Gen, r.GenAt, r.AbsoluteExpiresAt, r.AuthAt, r.Now}
		return nil
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.sign(i)
}

// clip makes a text from a header valid for the database, and limits its length.
func clip(text string) string {
	const maxBytes = 256
	text = strings.ReplaceAll(text, "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), maxBytes)], "")
}

// sign returns both tokens. The access token expires no later than the refresh token, and that no later than the session.
// The times in the tokens come from the database's clock; this server's clock only selects the key.
func (s *Service) sign(i issued) (Tokens, error) {
	issuer, now := s.Tokens.Issuer(), s.Clock()
	end := earlier(i.genAt.Add(s.Settings.RefreshTTL), i.absoluteExpiresAt)
	access, err := issuer.IssueAccess(token.Access{
		ID: uuid.New(), UserID: i.userID, SessionID: i.id, IssuedAt: i.now,
		AuthTime:  earlier(i.authAt, i.now), // the database's clock may have been set back
		ExpiresAt: earlier(i.now.Add(s.Settings.AccessTTL), end),
	}, now)
	if err != nil {
		return Tokens{}, err
	}
	refresh, err := issuer.IssueRefresh(token.Refresh{
		UserID: i.userID, SessionID: i.id, Generation: i.gen, IssuedAt: i.genAt, ExpiresAt: end,
	}, now)
	return Tokens{UserID: i.userID, Access: access, Refresh: refresh}, err
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
// It returns [apperr.Unavailable] or [apperr.Overloaded] if a session can't be revoked. The sessions of the tokens before
// it are revoked then.
func (s *Service) Logout(ctx context.Context, presented []string) (userID int64, err error) {
	for _, text := range presented {
		t, err := s.Tokens.Issuer().VerifyRefreshOfAnyAge(text, s.Clock())
		if err != nil {
			continue
		}
		err = s.DB.Run(ctx, func(q *db.Queries) error {
			_, err := q.EndSession(ctx, db.EndSessionParams{SessionID: t.SessionID, UserID: t.UserID, Reason: "logout"})
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("revoke the session: %w", err)
		}
		s.Revoked.Add(t.SessionID)
		userID = t.UserID
	}
	return userID, nil
}

// Authenticate returns the content of an access token, without a query.
//
// It returns [apperr.TokenNotValid] if the token isn't valid now or its session was revoked.
func (s *Service) Authenticate(text string) (token.Access, error) {
	t, err := s.Tokens.Issuer().VerifyAccess(text, s.Clock())
	if err != nil || s.Revoked.Has(t.SessionID) {
		return token.Access{}, apperr.New(apperr.TokenNotValid)
	}
	return t, nil
}

// errInvalidToken is returned for every refresh token that isn't accepted. It doesn't tell the reason.
var errInvalidToken error = &apperr.Error{Code: apperr.TokenNotValid, Detail: "Token is invalid or expired"}

// Refresh returns tokens for the first of the presented refresh tokens that is accepted. Of several tokens of one session
// only the newest counts: an old cookie sent beside it is not reuse.
//
// It returns [apperr.TokenNotValid] if it accepts none, and [apperr.Unavailable] or [apperr.Overloaded]. If a token was
// reused, its session is revoked although Refresh fails.
func (s *Service) Refresh(ctx context.Context, presented []string) (Tokens, error) {
	for _, t := range s.newestPerSession(presented) {
		tokens, err := s.refreshOne(ctx, t)
		if !errors.Is(err, errInvalidToken) {
			return tokens, err
		}
	}
	return Tokens{}, errInvalidToken
}

// newestPerSession returns the valid tokens in the order given, but only the newest of each session.
func (s *Service) newestPerSession(presented []string) []token.Refresh {
	var valid []token.Refresh
	for _, text := range presented {
		t, err := s.Tokens.Issuer().VerifyRefresh(text, s.Clock())
		if err != nil {
			continue
		}
		n := slices.IndexFunc(valid, func(v token.Refresh) bool { return v.SessionID == t.SessionID })
		if n < 0 {
			valid = append(valid, t)
		} else if valid[n].Generation < t.Generation {
			valid[n] = t
		}
	}
	return valid
}
