package session

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

// refreshOne answers one presented token: the normal case in one statement, everything else the slow way.
func (s *Service) refreshOne(ctx context.Context, t token.Refresh) (Tokens, error) {
	m, done, err := s.rotate(ctx, t)
	if err == nil && !done {
		m, err = s.refreshSlowly(ctx, t)
	}
	if err != nil {
		return Tokens{}, err
	}
	return s.mint(m)
}

// rotate is the normal case: what [decide] calls rotated, in one statement. It reports false, and has changed
// nothing, if this is another one. A test holds the two against each other.
func (s *Service) rotate(ctx context.Context, t token.Refresh) (m minted, ok bool, err error) {
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
		m, ok = minted{r.ID, r.UserID, r.Gen, r.GenAt, r.AbsoluteExpiresAt, r.Now}, true
		return nil
	})
	return m, ok, err
}

// refreshSlowly locks the row and lets [decide] say what becomes of it, in one transaction.
func (s *Service) refreshSlowly(ctx context.Context, t token.Refresh) (m minted, err error) {
	var v verdict
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		v = refused
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
		m = minted{t.SessionID, t.UserID, next.gen, next.genAt, next.absoluteExpiresAt, now}
		return save(ctx, q, t, next, v)
	})
	if err != nil {
		return minted{}, err
	}
	s.report(ctx, v, t)
	if !v.answers() {
		return minted{}, errRefused
	}
	return m, nil
}

// save stores what the verdict changed.
func save(ctx context.Context, q *db.Queries, t token.Refresh, r row, v verdict) error {
	switch v {
	case reused:
		_, err := q.EndSession(ctx, db.EndSessionParams{SessionID: t.SessionID, UserID: t.UserID, Reason: "reuse"})
		if err != nil {
			return fmt.Errorf("revoke the session: %w", err)
		}
	case rotated, recovered, repeated:
		arg := db.SaveSessionParams{
			SessionID: t.SessionID, UserID: t.UserID, Gen: r.gen, Ack: r.ack, GenAt: r.genAt, ServedAt: r.servedAt,
			IdleExpiresAt: r.idleExpiresAt, RingGen: []int64{},
		}
		for _, u := range r.ring {
			arg.RingGen, arg.RingAt = append(arg.RingGen, u.gen), append(arg.RingAt, u.at)
		}
		if err := q.SaveSession(ctx, arg); err != nil {
			return fmt.Errorf("save the session: %w", err)
		}
	case refused, ahead, unchanged:
	}
	return nil
}

func rowOf(l db.LockSessionRow) row {
	r := row{
		gen: l.Gen, ack: l.Ack, genAt: l.GenAt, servedAt: l.ServedAt,
		idleExpiresAt: l.IdleExpiresAt, absoluteExpiresAt: l.AbsoluteExpiresAt, revoked: l.RevokedAt != nil,
	}
	for i, gen := range l.RingGen {
		r.ring = append(r.ring, use{gen: gen, at: l.RingAt[i]})
	}
	return r
}

// report tells the operator, after the transaction, what is out of the ordinary.
func (s *Service) report(ctx context.Context, v verdict, t token.Refresh) {
	who := []any{slog.String("session", t.SessionID.String()), slog.Int64("user", t.UserID), slog.Int64("generation", t.Generation)}
	switch v {
	case reused:
		s.Ended.Add(t.SessionID)
		s.Log.WarnContext(ctx, "a spent refresh token was used again: session revoked", who...)
	case ahead:
		s.Log.ErrorContext(ctx, "a refresh token of a generation that was never minted: was the database restored, or a key stolen?", who...)
	case recovered:
		s.Log.InfoContext(ctx, "a client lost an answer and got in with its previous refresh token", who...)
	case refused, unchanged, repeated, rotated:
	}
}
