package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// ResetCodeLifetime is how long a reset code is valid (NIST SP 800-63B-4, section 4.2.2).
const ResetCodeLifetime = time.Hour

// CreateResetCode returns a code with which the user can set a new password once, within an hour. The code has 130 random bits, so
// it can't be guessed; only its hash is stored. An earlier code of the account is no longer valid.
//
// It returns [apperr.NotFound] if the account is gone.
func (s *Service) CreateResetCode(ctx context.Context, user User) (code string, err error) {
	code = rand.Text()
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		_, err := q.LockUser(ctx, user.ID)
		if postgres.NoRow(err) {
			return apperr.New(apperr.NotFound)
		}
		if err != nil {
			return fmt.Errorf("lock the account: %w", err)
		}
		arg := db.SetResetCodeParams{UserID: user.ID, CodeHash: codeHash(code), Lifetime: ResetCodeLifetime}
		if err := q.SetResetCode(ctx, arg); err != nil {
			return fmt.Errorf("store the code: %w", err)
		}
		return activity.Record(ctx, q, user.ID, activity.ResetCodeCreated, activity.Operator, "")
	})
	return hyphenate(code), err
}

// hyphenate splits a code with hyphens, so that people can read it aloud.
func hyphenate(code string) string {
	var groups []string
	for group := range slices.Chunk([]byte(code), 5) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// codeHash returns the hash of a code. It ignores case, hyphens and spaces.
func codeHash(code string) []byte {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))))
	return sum[:]
}

// RedeemResetCode sets a new password, ends all sessions of the account and revokes its API tokens, in one transaction. The code
// must be the current one of the account.
//
// It returns [apperr.InvalidInput] if the code is wrong, used or expired, or if the policy rejects the password;
// [apperr.TooManyAttempts] if the code is wrong and there were too many failures before; and [apperr.Overloaded] or
// [apperr.Unavailable]. For an unknown name, the error and the cost are those of a wrong code. If it fails, the account hasn't
// changed, and the code stays valid.
func (s *Service) RedeemResetCode(ctx context.Context, username, code, newPassword string, from activity.Client) error {
	arg := db.FindResetCodeParams{UsernameKey: usernames.Key(username), CodeHash: codeHash(code)}
	var user db.FindResetCodeRow
	err := s.DB.Run(ctx, func(q *db.Queries) (err error) {
		user, err = q.FindResetCode(ctx, arg)
		if postgres.NoRow(err) {
			return errWrongCode
		}
		if err != nil {
			return fmt.Errorf("look up the code: %w", err)
		}
		return nil
	})
	if errors.Is(err, errWrongCode) {
		return s.countWrongCode(ctx, arg.UsernameKey, from)
	}
	if err != nil {
		return err
	}
	if invalid := s.Policy.Check(newPassword, user.Username); len(invalid) > 0 {
		for i := range invalid {
			invalid[i].Path = "new_password"
		}
		return apperr.Invalid(invalid...)
	}
	hash, err := s.Passwords.Hash(ctx, newPassword, nil)
	if err != nil {
		return err
	}
	var revoked revokedIDs
	err = s.DB.Tx(ctx, func(q *db.Queries) (err error) {
		used, err := q.UseResetCode(ctx, db.UseResetCodeParams{UserID: user.ID, CodeHash: arg.CodeHash})
		if err != nil {
			return fmt.Errorf("use the code: %w", err)
		}
		if used == 0 {
			return errWrongCode
		}
		revoked, err = resetPassword(ctx, q, User{ID: user.ID, Username: user.Username}, hash, from)
		return err
	})
	if err == nil {
		s.reportRevoked(revoked)
	}
	return err
}

// countWrongCode counts a wrong code as a failed login. A right code is accepted after any number of failures: it can't be guessed,
// and owners need it when others have locked their accounts.
func (s *Service) countWrongCode(ctx context.Context, usernameKey string, from activity.Client) error {
	address, _ := netip.ParseAddr(from.Address)
	attempt := throttle.Attempt{UsernameKey: usernameKey, Address: address}
	_, err := s.Gate.Try(ctx, attempt, func(bool) (right bool, err error) { return false, nil })
	return cmp.Or(err, errWrongCode)
}

var errWrongCode error = apperr.Invalid(apperr.FieldError{
	Path: "code", Code: "wrong", Detail: "This is not the code of the account, or it has been used or has expired.",
})

// revokedIDs has the sessions, and the grants of API tokens, that a change of an account has ended.
type revokedIDs struct{ sessions, grants []uuid.UUID }

// reportRevoked passes the ended sessions and grants to s.OnRevoked.
func (s *Service) reportRevoked(revoked revokedIDs) {
	if s.OnRevoked != nil {
		s.OnRevoked(revoked.sessions)
		s.OnRevoked(revoked.grants)
	}
}

// endAll ends all sessions and revokes all API tokens of an account.
func endAll(ctx context.Context, q *db.Queries, userID int64, reason string) (revoked revokedIDs, err error) {
	if revoked.sessions, err = q.EndSessions(ctx, db.EndSessionsParams{UserID: userID, Reason: reason}); err != nil {
		return revokedIDs{}, fmt.Errorf("end the sessions: %w", err)
	}
	if revoked.grants, err = q.DeleteAPITokensOfUser(ctx, userID); err != nil {
		return revokedIDs{}, fmt.Errorf("revoke the API tokens: %w", err)
	}
	return revoked, nil
}

// resetPassword sets a new password, ends all sessions, revokes all API tokens, and forgets the failed logins and the devices:
// somebody else may know the old password. It returns [apperr.NotFound] if the account is gone.
func resetPassword(ctx context.Context, q *db.Queries, user User, hash string, from activity.Client) (revokedIDs, error) {
	changed, err := q.SetPassword(ctx, db.SetPasswordParams{UserID: user.ID, PasswordHash: hash})
	if err != nil {
		return revokedIDs{}, fmt.Errorf("set the password: %w", err)
	}
	if changed == 0 {
		return revokedIDs{}, apperr.New(apperr.NotFound)
	}
	revoked, err := endAll(ctx, q, user.ID, "password")
	if err != nil {
		return revokedIDs{}, err
	}
	if err := throttle.ForgetAccount(ctx, q, user.ID, usernames.Key(user.Username)); err != nil {
		return revokedIDs{}, err
	}
	return revoked, activity.Record(ctx, q, user.ID, activity.PasswordReset, from, "")
}

// EndSessions ends all sessions of an account, and returns their number.
//
// It returns [apperr.Overloaded] or [apperr.Unavailable].
func (s *Service) EndSessions(ctx context.Context, user User, from activity.Client) (number int, err error) {
	var ids []uuid.UUID
	err = s.DB.Tx(ctx, func(q *db.Queries) (err error) {
		if ids, err = q.EndSessions(ctx, db.EndSessionsParams{UserID: user.ID, Reason: "ended"}); err != nil {
			return fmt.Errorf("end the sessions: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		return activity.Record(ctx, q, user.ID, activity.SessionsEnded, from, "")
	})
	if err == nil {
		s.reportRevoked(revokedIDs{sessions: ids})
	}
	return len(ids), err
}
