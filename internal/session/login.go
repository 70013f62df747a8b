package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// Login checks the name and the password and starts a session.
//
// It returns [apperr.NoActiveAccount] if the name is unknown or the password is wrong, at the same cost; [apperr.TooManyAttempts]
// after too many such logins, even if the password is right; and [apperr.Overloaded] or [apperr.Unavailable].
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
	key := usernames.Key(username)
	stale, err := s.verify(ctx, attempt{usernameKey: key, password: plain, from: from}, func() (id int64, hash string, err error) {
		user, err = s.credentials(ctx, key)
		return user.ID, user.PasswordHash, err
	})
	if err != nil {
		return Tokens{}, err
	}
	verified := user.PasswordHash
	if stale {
		if fresh, err := s.Passwords.Hash(ctx, plain, nil); err == nil { // else at the next login
			verified = fresh
		}
	}
	return s.start(ctx, user, verified, from)
}

// credentials returns the id and the hash of an account, or the zero value if no account has this name.
func (s *Service) credentials(ctx context.Context, usernameKey string) (user db.GetCredentialsRow, err error) {
	err = s.DB.Run(ctx, func(q *db.Queries) (err error) {
		user, err = q.GetCredentials(ctx, usernameKey)
		if postgres.NoRow(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return user, fmt.Errorf("look up the account: %w", err)
	}
	return user, nil
}

// start creates the session, and replaces the hash of the account if hash is another one. It returns errPasswordChanged if the
// password has changed since it was verified.
func (s *Service) start(ctx context.Context, user db.GetCredentialsRow, hash string, from Client) (Tokens, error) {
	clipped := from.Clip()
	var i issued
	var device string
	err := s.DB.Tx(ctx, func(q *db.Queries) error {
		if hash != user.PasswordHash {
			arg := db.ReplacePasswordHashParams{UserID: user.ID, OldHash: user.PasswordHash, NewHash: hash}
			if _, err := q.ReplacePasswordHash(ctx, arg); err != nil {
				return fmt.Errorf("replace the hash: %w", err)
			}
		}
		r, err := q.CreateSession(ctx, db.CreateSessionParams{
			UserID: user.ID, VerifiedHash: hash, RefreshTtl: s.Settings.RefreshTTL, SessionMax: s.Settings.MaxLifetime,
			UserAgent: clipped.UserAgent, Address: clipped.Address,
		})
		if postgres.NoRow(err) {
			return errPasswordChanged
		}
		if err != nil {
			return fmt.Errorf("start a session: %w", err)
		}
		i = issued{r.ID, r.UserID, r.Gen, r.GenAt, r.AbsoluteExpiresAt, r.AuthAt, r.Now}
		if device, err = throttle.RememberDevice(ctx, q, user.ID, from.Device); err != nil {
			return err
		}
		return activity.Record(ctx, q, user.ID, activity.LoggedIn, clipped, "")
	})
	if err != nil {
		return Tokens{}, err
	}
	tokens, err := s.sign(i)
	tokens.Device = device
	return tokens, err
}
