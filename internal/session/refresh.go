package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

// errInvalidToken is returned for every refresh token that isn't accepted. It gives no reason.
var errInvalidToken error = &apperr.Error{Code: apperr.TokenNotValid, Detail: "Token is invalid or expired"}

// errUnknownKey looks the same to a client. The token may be valid on a server with another keys file.
var errUnknownKey error = &apperr.Error{Code: apperr.TokenNotValid, Detail: "Token is invalid or expired", Cause: token.ErrUnknownKey}

// Refresh returns tokens for the first of the presented refresh tokens that is accepted. Of several tokens of one session
// only the newest counts: an old cookie sent beside it is not reuse.
//
// It returns [apperr.TokenNotValid] if it accepts none, with the cause [token.ErrUnknownKey] if it lacks the key of one, and
// [apperr.Unavailable] or [apperr.Overloaded]. If a token was reused, its session is revoked although Refresh fails.
func (s *Service) Refresh(ctx context.Context, presented []string, from activity.Client) (Tokens, error) {
	s.Passwords.Yield()
	valid, rejection := s.newestPerSession(presented)
	for _, t := range valid {
		tokens, err := s.refreshOne(ctx, t, from)
		if !errors.Is(err, errInvalidToken) {
			return tokens, err
		}
	}
	return Tokens{}, rejection
}

// newestPerSession returns the valid tokens in the order given, but only the newest of each session. It also returns the error for
// the case that no token is accepted.
func (s *Service) newestPerSession(presented []string) (valid []token.Refresh, rejection error) {
	rejection = errInvalidToken
	for _, text := range presented {
		t, err := s.Tokens.Issuer().VerifyRefresh(text, s.Clock())
		if errors.Is(err, token.ErrUnknownKey) {
			rejection = errUnknownKey
		}
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
	return valid, rejection
}

// refreshOne refreshes one token: the normal case with one statement, all other cases in a transaction.
func (s *Service) refreshOne(ctx context.Context, t token.Refresh, from activity.Client) (Tokens, error) {
	i, done, err := s.rotate(ctx, t)
	if err == nil && !done {
		i, err = s.decideLocked(ctx, t, from)
	}
	if err != nil {
		return Tokens{}, err
	}
	return s.sign(i)
}

// rotate handles the normal case, which [decide] calls rotated, with one statement. In all other cases it changes nothing and
// ok is false. A test compares the statement with decide.
func (s *Service) rotate(ctx context.Context, t token.Refresh) (i issued, ok bool, err error) {
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		r, err := q.RotateSession(ctx, db.RotateSessionParams{
			SessionID: t.SessionID, UserID: t.UserID, Presented: t.Generation,
			RefreshTtl: s.Settings.RefreshTTL, Grace: s.Settings.Grace,
		})
		if postgres.NoRow(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("rotate the session: %w", err)
		}
		metrics.RefreshRotated.Inc()
		i, ok = issued{r.ID, r.UserID, r.Gen, r.GenAt, r.AbsoluteExpiresAt, r.AuthAt, r.Now}, true
		return nil
	})
	return i, ok, err
}

// decideLocked locks the row, calls [decide] and saves the result, in one transaction.
func (s *Service) decideLocked(ctx context.Context, t token.Refresh, from activity.Client) (i issued, err error) {
	var v verdict
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		v = rejected
		locked, err := q.LockSession(ctx, db.LockSessionParams{SessionID: t.SessionID, UserID: t.UserID})
		if postgres.NoRow(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("lock the session: %w", err)
		}
		now, err := q.Now(ctx)
		if err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		var next row
		next, v = decide(rowOf(locked), t.Generation, now, rules{grace: s.Settings.Grace, refreshTTL: s.Settings.RefreshTTL})
		i = issued{t.SessionID, t.UserID, next.gen, next.genAt, next.absoluteExpiresAt, locked.AuthAt, now}
		return save(ctx, q, t, next, v, from)
	})
	if err != nil {
		return issued{}, err
	}
	s.report(ctx, v, t)
	if !v.grantsTokens() {
		return issued{}, errInvalidToken
	}
	return i, nil
}

// save stores the changes that the verdict made.
func save(ctx context.Context, q *db.Queries, t token.Refresh, r row, v verdict, from activity.Client) error {
	switch v {
	case reused:
		_, err := endSession(ctx, q, t.UserID, t.SessionID, byReuse, from)
		if err != nil {
			return fmt.Errorf("revoke the session: %w", err)
		}
	case rotated, recovered, repeated, resumed:
		arg := db.SaveSessionParams{
			SessionID: t.SessionID, UserID: t.UserID, Gen: r.gen, Ack: r.newestAccepted, GenAt: r.genAt, ServedAt: r.servedAt,
			IdleExpiresAt: r.idleExpiresAt, RingGen: []int64{},
		}
		for _, u := range r.recent {
			arg.RingGen, arg.RingAt = append(arg.RingGen, u.gen), append(arg.RingAt, u.at)
		}
		if err := q.SaveSession(ctx, arg); err != nil {
			return fmt.Errorf("save the session: %w", err)
		}
	case rejected, neverIssued, unchanged:
	}
	return nil
}

// rowOf converts a row of the database. Its columns ring_gen and ring_at become recent.
func rowOf(l db.LockSessionRow) row {
	r := row{
		gen: l.Gen, newestAccepted: l.Ack, genAt: l.GenAt, servedAt: l.ServedAt,
		idleExpiresAt: l.IdleExpiresAt, absoluteExpiresAt: l.AbsoluteExpiresAt, revoked: l.RevokedAt != nil,
		restoredGen: l.RestoredGen,
	}
	for i, gen := range l.RingGen {
		r.recent = append(r.recent, accepted{gen: gen, at: l.RingAt[i]})
	}
	return r
}

// report logs unusual verdicts, once the transaction has committed.
func (s *Service) report(ctx context.Context, v verdict, t token.Refresh) {
	attrs := []any{slog.String("session", t.SessionID.String()), slog.Int64("user", t.UserID), slog.Int64("generation", t.Generation)}
	switch v {
	case reused:
		metrics.RefreshReuse.Inc()
		s.Revoked.Add(t.SessionID)
		s.Log.WarnContext(ctx, "a spent refresh token was used again: session revoked", attrs...)
	case neverIssued:
		metrics.RefreshRefused.Inc()
		s.Log.ErrorContext(ctx, "a refresh token of a generation that was never issued: was the database restored, or a key stolen?", attrs...)
	case recovered:
		metrics.RefreshRecovered.Inc()
		s.Log.InfoContext(ctx, "a client lost a response and refreshed with its previous refresh token", attrs...)
	case resumed:
		metrics.RefreshRecovered.Inc()
		s.Log.InfoContext(ctx, "a client continued a session that was restored from a backup", attrs...)
	case rejected:
		metrics.RefreshRefused.Inc()
	case unchanged, repeated:
		metrics.RefreshRepeated.Inc()
	case rotated:
		metrics.RefreshRotated.Inc()
	}
}
