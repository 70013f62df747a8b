package grocery

import (
	"context"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// PlanRecord is a plan in the history.
type PlanRecord struct {
	ID        int64
	RecipeIDs []int64 // as chosen, with repetitions
	CreatedAt time.Time
}

// History is a page of the user's plans.
type History struct {
	Plans   []PlanRecord               // the newest first
	Rest    *postgres.Rest[PlanRecord] // without a limit, the plans that follow; it must be closed
	Bytes   int                        // the approximate memory that Plans takes
	Next    string                     // the cursor of the next page; empty on the last one
	Version int64                      // of the list of all plans
}

// History returns a page of the user's plans. If known contains the version of the list, it returns only the version.
//
// It returns [apperr.InvalidInput] for a cursor that doesn't belong to this list, and the errors of [postgres.List.ReadPart].
func (s *Service) History(ctx context.Context, userID int64, request page.Request, known []int64) (h History, err error) {
	const list = "plans"
	after := struct {
		Micros int64 `json:"t"` // created_at, in microseconds since 1970
		ID     int64 `json:"id"`
	}{Micros: page.MaxTime.UnixMicro()}
	if err := page.DecodeCursor(request, list, &after); err != nil {
		return History{}, err
	}
	date, err := page.Time(after.Micros)
	if err != nil {
		return History{}, err
	}
	params := db.ListPlansParams{UserID: userID, AfterDate: date, AfterID: after.ID, AtMost: request.AtMost()}
	part, err := plans(ctx, params).ReadPart(ctx, s.DB, userID, known, request.Limit > 0)
	if err != nil {
		return History{}, err
	}
	h = History{Rest: part.Rest, Bytes: part.Bytes, Version: part.Version}
	var more bool
	if h.Plans, more = page.Cut(request, part.Items); more || part.Cut {
		last := h.Plans[len(h.Plans)-1]
		after.Micros, after.ID = last.CreatedAt.UnixMicro(), last.ID
		h.Next, err = page.Cursor(list, after)
	}
	return h, err
}

// DeleteHistory deletes all plans in the user's history.
func (s *Service) DeleteHistory(ctx context.Context, userID int64) error {
	_, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Plans: true}, (*db.Queries).DeletePlans, userID)
	if err != nil {
		return fmt.Errorf("delete the plans: %w", err)
	}
	return nil
}
