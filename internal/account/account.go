// Package account makes accounts and lets the operator list, rescue and delete them.
package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// Service has the use cases of accounts. All fields are needed; Quota may be nil (no limit).
type Service struct {
	DB        *postgres.DB
	Passwords *password.Hasher
	Policy    password.Policy
	Quota     *Quota
}

// User is an account as the operator sees it.
type User struct {
	ID           int64
	Username     string // as typed, after NFKC
	CreatedAt    time.Time
	LiveSessions int64
}

// Register makes an account with its fridge and its grocery list, in one transaction. The username
// has the form that the contract demands, after NFKC.
//
// It fails with [apperr.InvalidInput] for a password that the policy refuses or a name that can't be seen,
// [apperr.UsernameTaken],
// [apperr.TooManyRegistrations] from this address, [apperr.Overloaded] or [apperr.Unavailable], and
// changes nothing then.
func (s *Service) Register(ctx context.Context, username, newPassword string, from netip.Addr) error {
	flaws := s.Policy.Check(newPassword, username)
	if usernames.Key(username) == "" {
		flaws = append(flaws, apperr.FieldError{
			Path: "username", Code: "invalid_characters", Detail: "A username must have characters that can be seen.",
		})
	}
	if len(flaws) > 0 {
		return apperr.Invalid(flaws...)
	}
	if err := s.Quota.check(from); err != nil {
		return err
	}
	// When many calls want one name at once, only the first ones hash a password: the others see that it is taken.
	hash, err := s.Passwords.Hash(ctx, newPassword, func() error { return s.isFree(ctx, username) })
	if err != nil {
		return err
	}
	// Taken only now: while a call waits for its hash, it must not use up what another call could use.
	refund, err := s.Quota.take(from)
	if err != nil {
		return err
	}
	if err := s.create(ctx, username, hash); err != nil {
		refund()
		return err
	}
	return nil
}

// errTaken says that another account has the name.
var errTaken error = &apperr.Error{Code: apperr.UsernameTaken, Fields: []apperr.FieldError{
	{Path: "username", Code: "taken", Detail: "Username already exists."},
}}

func (s *Service) isFree(ctx context.Context, username string) error {
	_, err := s.Find(ctx, username)
	if f, ok := errors.AsType[*apperr.Error](err); ok && f.Code == apperr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return errTaken
}

func (s *Service) create(ctx context.Context, username, hash string) error {
	return s.DB.Run(ctx, func(q *db.Queries) error {
		_, err := q.CreateUser(ctx, db.CreateUserParams{
			Username: username, UsernameKey: usernames.Key(username), PasswordHash: hash,
		})
		if postgres.NoRow(err) {
			return errTaken
		}
		if err != nil {
			return fmt.Errorf("create the account: %w", err)
		}
		return nil
	})
}

// List returns every account, the oldest first. This and the use cases below also fail with [apperr.Unavailable] or
// [apperr.Overloaded], as [postgres.DB.Run] does.
func (s *Service) List(ctx context.Context) ([]User, error) {
	var users []User
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.ListUsers(ctx)
		if err != nil {
			return fmt.Errorf("list the accounts: %w", err)
		}
		for _, r := range rows {
			users = append(users, User{ID: r.ID, Username: r.Username, CreatedAt: r.CreatedAt, LiveSessions: r.LiveSessions})
		}
		return nil
	})
	return users, err
}

// Find returns the account of this name, without regard to case.
//
// It fails with [apperr.NotFound] if there is none.
func (s *Service) Find(ctx context.Context, username string) (User, error) {
	var user User
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		row, err := q.GetUser(ctx, usernames.Key(username))
		if postgres.NoRow(err) {
			return apperr.New(apperr.NotFound)
		}
		if err != nil {
			return fmt.Errorf("find the account: %w", err)
		}
		user = User{ID: row.ID, Username: row.Username}
		return nil
	})
	return user, err
}

// ResetPassword sets a new password and ends all sessions of the account in the same transaction, so
// that no refresh can commit across it. It returns how many sessions ended.
//
// It fails with [apperr.InvalidInput] for a password that the policy refuses, or [apperr.NotFound].
func (s *Service) ResetPassword(ctx context.Context, user User, newPassword string) (ended int64, err error) {
	if flaws := s.Policy.Check(newPassword, user.Username); len(flaws) > 0 {
		return 0, apperr.Invalid(flaws...)
	}
	hash, err := s.Passwords.Hash(ctx, newPassword, nil)
	if err != nil {
		return 0, err
	}
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		changed, err := q.SetPassword(ctx, db.SetPasswordParams{UserID: user.ID, PasswordHash: hash})
		if err != nil {
			return fmt.Errorf("set the password: %w", err)
		}
		if changed == 0 {
			return apperr.New(apperr.NotFound)
		}
		ended, err = q.EndSessionsOfUser(ctx, db.EndSessionsOfUserParams{UserID: user.ID, Reason: "password"})
		if err != nil {
			return fmt.Errorf("end the sessions: %w", err)
		}
		return nil
	})
	return ended, err
}

// Delete removes the account with all that belongs to it, and ends its sessions.
//
// It fails with [apperr.NotFound] if it is gone already.
func (s *Service) Delete(ctx context.Context, user User) error {
	return s.DB.Run(ctx, func(q *db.Queries) error {
		deleted, err := q.DeleteUser(ctx, user.ID)
		if err != nil {
			return fmt.Errorf("delete the account: %w", err)
		}
		if deleted == 0 {
			return apperr.New(apperr.NotFound)
		}
		return nil
	})
}
