package session

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Session is a session as the user sees it.
type Session struct {
	ID         uuid.UUID
	CreatedAt  time.Time
	LastUsedAt time.Time // the last refresh or reauthentication: other requests aren't recorded
	ExpiresAt  time.Time // unless it is refreshed before
	Address    string    // of the login
	Client     string    // the program that logged in, in words
}

// List returns at most 1,000 live sessions of the user, the most recently used first.
//
// It returns [apperr.Overloaded] or [apperr.Unavailable], as do the use cases below.
func (s *Service) List(ctx context.Context, userID int64) (sessions []Session, err error) {
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.ListSessions(ctx, userID)
		if err != nil {
			return fmt.Errorf("list the sessions: %w", err)
		}
		sessions = make([]Session, 0, len(rows))
		for _, r := range rows {
			sessions = append(sessions, Session{
				ID: r.ID, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt, ExpiresAt: r.ExpiresAt,
				Address: r.Address, Client: activity.Client{UserAgent: r.UserAgent}.Describe(),
			})
		}
		return nil
	})
	return sessions, err
}

// End revokes a session of the user. Ending it again isn't an error.
//
// It returns [apperr.NotFound] if the user has no session with this id, live or ended in the last 30 days.
func (s *Service) End(ctx context.Context, userID int64, id uuid.UUID, from activity.Client) error {
	exists, err := postgres.QueryOne(ctx, s.DB, "end the session", func(q *db.Queries) (bool, error) {
		n, err := endSession(ctx, q, userID, id, byUser, from)
		if err != nil || n > 0 {
			return true, err
		}
		return q.HasSession(ctx, db.HasSessionParams{SessionID: id, UserID: userID})
	})
	if err != nil {
		return err
	}
	if !exists {
		return apperr.New(apperr.NotFound)
	}
	s.Revoked.Add(id)
	return nil
}

// EndOthers revokes all sessions of the user except keep.
func (s *Service) EndOthers(ctx context.Context, userID int64, keep uuid.UUID, from activity.Client) error {
	var revoked []uuid.UUID
	err := s.DB.Tx(ctx, func(q *db.Queries) (err error) {
		if revoked, err = q.EndSessions(ctx, db.EndSessionsParams{UserID: userID, Keep: keep, Reason: "ended"}); err != nil {
			return fmt.Errorf("end the other sessions: %w", err)
		}
		return activity.Record(ctx, q, userID, activity.SessionsEnded, from, "")
	})
	if err == nil {
		s.Revoked.AddAll(revoked)
	}
	return err
}
