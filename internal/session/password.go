package session

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
)

// attempt is a password that a client has sent for an account.
type attempt struct {
	usernameKey string // of the username; there may be no such account
	password    string
	from        Client
	session     uuid.UUID // of the client, if it is logged in
}

// throttleAttempt returns the attempt in the form that package throttle counts.
func (s *Service) throttleAttempt(a attempt) throttle.Attempt {
	address, _ := netip.ParseAddr(a.from.Address) // tests have none
	if valid, _ := s.newestPerSession(a.from.Refresh); a.session == uuid.Nil && len(valid) > 0 {
		a.session = valid[0].SessionID
	}
	return throttle.Attempt{UsernameKey: a.usernameKey, Address: address, Device: a.from.Device, Session: a.session}
}

// verify checks the password of an attempt, for logins, reauthentications and password changes. read returns the account and its
// hash, or zero values if there is no account. verify reports whether the hash is stale.
//
// It returns [apperr.NoActiveAccount] if the password is wrong, [apperr.TooManyAttempts], [apperr.Overloaded], and the error of read.
func (s *Service) verify(ctx context.Context, a attempt, read func() (userID int64, hash string, err error)) (stale bool, err error) {
	var userID int64
	right, err := s.Gate.Try(ctx, s.throttleAttempt(a), func(isKnownClient bool) (right bool, err error) {
		var hash string
		if userID, hash, err = read(); err != nil {
			return false, err
		}
		check := s.Passwords.Verify
		if isKnownClient {
			check = s.Passwords.VerifyKnownClient
		}
		right, stale, err = check(ctx, a.password, hash)
		return right, err
	})
	if err != nil {
		return false, err
	}
	if !right {
		if userID != 0 {
			s.Activity.RecordLater(userID, activity.LoginFailed, a.from.Client)
		}
		return false, apperr.New(apperr.NoActiveAccount)
	}
	return stale, nil
}

// verifyUser checks the password of a user who is logged in.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the errors of verify.
func (s *Service) verifyUser(ctx context.Context, userID int64, session uuid.UUID, plain string, from Client) (db.GetCredentialsByIDRow, error) {
	user, err := postgres.QueryOne(ctx, s.DB, "look up the account", func(q *db.Queries) (db.GetCredentialsByIDRow, error) {
		return q.GetCredentialsByID(ctx, userID)
	})
	if err = postgres.MapAccountError(err); err != nil {
		return user, err
	}
	a := attempt{usernameKey: user.UsernameKey, password: plain, from: from, session: session}
	_, err = s.verify(ctx, a, func() (int64, string, error) { return user.ID, user.PasswordHash, nil })
	return user, err
}

// Reauthenticate checks the password of the user and sets the login time of the session to now. It returns an access token with
// that time.
//
// It returns [apperr.NoActiveAccount] if the password is wrong, [apperr.TokenNotValid] if the session has ended, and
// [apperr.Overloaded] or [apperr.Unavailable].
func (s *Service) Reauthenticate(ctx context.Context, userID int64, sessionID uuid.UUID, plain string, from Client) (access string, err error) {
	for range 2 { // again if a login has replaced a stale hash meanwhile
		user, err := s.verifyUser(ctx, userID, sessionID, plain, from)
		if err != nil {
			return "", err
		}
		arg := db.ReauthenticateSessionParams{UserID: userID, SessionID: sessionID, VerifiedHash: user.PasswordHash}
		var r db.ReauthenticateSessionRow
		err = s.DB.Tx(ctx, func(q *db.Queries) (err error) {
			if r, err = q.ReauthenticateSession(ctx, arg); err != nil {
				return fmt.Errorf("renew the time of the login: %w", err)
			}
			return activity.Record(ctx, q, userID, activity.Reauthenticated, from.Client, "")
		})
		if err == nil {
			return s.signAccess(issued{r.ID, r.UserID, r.Gen, r.GenAt, r.AbsoluteExpiresAt, r.AuthAt, r.Now})
		}
		if !postgres.NoRow(err) {
			return "", err
		}
	}
	return "", apperr.New(apperr.TokenNotValid)
}

// ChangePassword replaces the password of the user and revokes all sessions of the account except keep, in one transaction: no
// refresh can commit in between.
//
// It returns [apperr.InvalidInput] if the old password is wrong or the policy rejects the new one, [apperr.TokenNotValid] if the
// account has been deleted, and [apperr.Overloaded] or [apperr.Unavailable]. If it fails, nothing has changed.
func (s *Service) ChangePassword(ctx context.Context, userID int64, keep uuid.UUID, oldPassword, newPassword string, from Client) error {
	err := s.changePassword(ctx, userID, keep, oldPassword, newPassword, from)
	if errors.Is(err, errPasswordChanged) { // perhaps a login has replaced a stale hash
		err = s.changePassword(ctx, userID, keep, oldPassword, newPassword, from)
	}
	if e, ok := errors.AsType[*apperr.Error](err); errors.Is(err, errPasswordChanged) || ok && e.Code == apperr.NoActiveAccount {
		return errWrongPassword
	}
	return err
}

var errWrongPassword error = apperr.Invalid(apperr.FieldError{
	Path: "old_password", Code: "wrong", Detail: "This is not the current password.",
})

func (s *Service) changePassword(ctx context.Context, userID int64, keep uuid.UUID, oldPassword, newPassword string, from Client) error {
	user, err := s.verifyUser(ctx, userID, keep, oldPassword, from)
	if err != nil {
		return err
	}
	if invalid := s.Policy.Check(newPassword, user.Username); len(invalid) > 0 {
		invalid[0].Path = "new_password"
		return apperr.Invalid(invalid...)
	}
	hash, err := s.Passwords.Hash(ctx, newPassword, nil)
	if err != nil {
		return err
	}
	var revoked []uuid.UUID
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		changed, err := q.ChangePassword(ctx, db.ChangePasswordParams{UserID: userID, OldHash: user.PasswordHash, NewHash: hash})
		if err != nil {
			return fmt.Errorf("change the password: %w", err)
		}
		if changed == 0 {
			if _, err := q.GetCredentialsByID(ctx, userID); postgres.NoRow(err) {
				return apperr.New(apperr.TokenNotValid)
			}
			return errPasswordChanged
		}
		if revoked, err = q.EndSessions(ctx, db.EndSessionsParams{UserID: userID, Keep: keep, Reason: "password"}); err != nil {
			return fmt.Errorf("revoke the other sessions: %w", err)
		}
		return activity.Record(ctx, q, userID, activity.PasswordChanged, from.Client, "")
	})
	if err == nil {
		s.Revoked.AddAll(revoked)
	}
	return err
}
