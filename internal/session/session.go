// Package session logs in, keeps logged in and logs out. Its heart is [decide], the state machine of
// refresh tokens; the rest carries it out on one database row per session.
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

// MaxAccessTTL is the longest lifetime of an access token that may be set. Ends of sessions are remembered
// for so long, whatever is set: tokens from before a restart with another setting are still about.
const MaxAccessTTL = time.Hour

// Settings are the operator's choices; all are positive, but Grace may be 0.
type Settings struct {
	AccessTTL  time.Duration // whole seconds, MaxAccessTTL at most
	RefreshTTL time.Duration // whole seconds; sliding: every refresh starts it anew
	Grace      time.Duration // how long a spent refresh token is still answered; 0: not at all
	Max        time.Duration // from the login on, whatever is refreshed
}

// Service has the use cases of sessions. All fields are needed.
type Service struct {
	DB        *postgres.DB
	Passwords *password.Hasher
	Tokens    *token.Authority
	Ended     *Ended
	Settings  Settings
	Clock     func() time.Time
	Log       *slog.Logger
}

// Client is what is kept of a client to show a session to its owner.
type Client struct {
	UserAgent string
	Address   string
}

// Tokens are what a client gets: signed, in compact form.
type Tokens struct {
	UserID  int64
	Access  string
	Refresh string
}

// minted is what every token of a session follows from: what is stored of a minted generation.
type minted struct {
	id                uuid.UUID
	userID, gen       int64
	genAt             time.Time
	absoluteExpiresAt time.Time
	now               time.Time // the database's clock
}

// Login checks the name and the password and starts a session.
//
// It fails with [apperr.NoActiveAccount], after the same work whether the name exists or not,
// [apperr.Overloaded] or [apperr.Unavailable].
func (s *Service) Login(ctx context.Context, username, plain string, from Client) (Tokens, error) {
	tokens, err := s.login(ctx, username, plain, from)
	if errors.Is(err, errChanged) { // perhaps another login has made the hash anew
		tokens, err = s.login(ctx, username, plain, from)
	}
	if errors.Is(err, errChanged) {
		err = apperr.New(apperr.NoActiveAccount)
	}
	return tokens, err
}

// errChanged says that the hash of the account has changed since it was verified.
var errChanged = errors.New("the password has changed meanwhile")

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

// start makes the session and replaces the hash, if there is a new one. It fails with errChanged if the
// password has changed since it was checked.
func (s *Service) start(ctx context.Context, user db.GetCredentialsRow, hash string, from Client) (Tokens, error) {
	var m minted
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
			return errChanged
		}
		if err != nil {
			return fmt.Errorf("start a session: %w", err)
		}
		m = minted{r.ID, r.UserID, r.Gen, r.GenAt, r.AbsoluteExpiresAt, r.Now}
		return nil
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.mint(m)
}

// clip makes a text from a header fit to be stored.
func clip(text string) string {
	const longest = 256
	text = strings.ReplaceAll(text, "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), longest)], "")
}

// mint signs both tokens. No access token outlives the refresh token beside it, and neither the session. What
// tokens say is of the database's clock; which key signs, of this server's.
func (s *Service) mint(m minted) (Tokens, error) {
	issuer, now := s.Tokens.Issuer(), s.Clock()
	end := earlier(m.genAt.Add(s.Settings.RefreshTTL), m.absoluteExpiresAt)
	access, err := issuer.IssueAccess(token.Access{
		ID: uuid.New(), UserID: m.userID, SessionID: m.id, IssuedAt: m.now,
		ExpiresAt: earlier(m.now.Add(s.Settings.AccessTTL), end),
	}, now)
	if err != nil {
		return Tokens{}, err
	}
	refresh, err := issuer.IssueRefresh(token.Refresh{
		UserID: m.userID, SessionID: m.id, Generation: m.gen, IssuedAt: m.genAt, ExpiresAt: end,
	}, now)
	return Tokens{UserID: m.userID, Access: access, Refresh: refresh}, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Logout ends the session of each of these refresh tokens that is validly signed, of any generation,
// expired or not, and returns whose it was (0: nobody's). What isn't a token of ours is nothing to log out of.
//
// It fails with [apperr.Unavailable] or [apperr.Overloaded] if one could not be ended; those before it are then.
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
			return 0, fmt.Errorf("end the session: %w", err)
		}
		s.Ended.Add(t.SessionID)
		userID = t.UserID
	}
	return userID, nil
}

// Authenticate returns the user of an access token. It does not ask the database.
//
// It fails with [apperr.TokenNotValid] if the token isn't valid now, or its session has ended.
func (s *Service) Authenticate(text string) (userID int64, err error) {
	t, err := s.Tokens.Issuer().VerifyAccess(text, s.Clock())
	if err != nil || s.Ended.Has(t.SessionID) {
		return 0, apperr.New(apperr.TokenNotValid)
	}
	return t.UserID, nil
}

// errRefused is the one answer to a refresh token that isn't acceptable, whatever the reason.
var errRefused error = &apperr.Error{Code: apperr.TokenNotValid, Detail: "Token is invalid or expired"}

// Refresh answers the first of the presented refresh tokens that is acceptable with new tokens. Of
// several of one session, the newest counts: an old cookie beside it is no reuse.
//
// It fails with [apperr.TokenNotValid] if none is acceptable, with [apperr.Unavailable] or [apperr.Overloaded]. One
// change stays although the call fails: a spent token that is presented after the grace ends its session.
func (s *Service) Refresh(ctx context.Context, presented []string) (Tokens, error) {
	for _, t := range s.newestPerSession(presented) {
		tokens, err := s.refreshOne(ctx, t)
		if !errors.Is(err, errRefused) {
			return tokens, err
		}
	}
	return Tokens{}, errRefused
}

// newestPerSession returns what the valid ones of the tokens say, the newest of each session, in the order given.
func (s *Service) newestPerSession(presented []string) []token.Refresh {
	var valid []token.Refresh
	for _, text := range presented {
		t, err := s.Tokens.Issuer().VerifyRefresh(text, s.Clock())
		if err != nil {
			continue
		}
		i := slices.IndexFunc(valid, func(v token.Refresh) bool { return v.SessionID == t.SessionID })
		if i < 0 {
			valid = append(valid, t)
		} else if valid[i].Generation < t.Generation {
			valid[i] = t
		}
	}
	return valid
}
