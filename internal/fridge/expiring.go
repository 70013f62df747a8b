package fridge

import (
	"context"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Expiring is an ingredient that expires soon or has expired.
type Expiring struct {
	Item
	Overdue bool // its last good day is before today
}

// Expiring returns the user's ingredients that are good for at most this number of days after today, including overdue ones. The ones
// that expire first come first. It returns the errors of [postgres.List.Read].
func (s *Service) Expiring(ctx context.Context, userID int64, today time.Time, days int) ([]Expiring, error) {
	params := db.ListExpiringItemsParams{
		UserID: userID, Today: today.Format(time.DateOnly), Until: lastDay(today.AddDate(0, 0, days)).Format(time.DateOnly),
	}
	items, _, err := postgres.List[Expiring]{
		Name:  "list what expires",
		Query: func(q *db.Queries) error { _, err := q.ListExpiringItems(ctx, params); return err },
		Columns: func(e *Expiring) postgres.Columns {
			return postgres.Columns{"id": &e.ID, "name": &e.Name, "group_name": &e.Group, "details": &e.Details, "overdue": &e.Overdue}
		},
		Version: fridgeVersion,
	}.Read(ctx, s.DB, userID, nil)
	return items, err
}

// lastDay returns the day, but at most 9999-12-31, the last day of a year with four digits.
func lastDay(day time.Time) time.Time {
	if last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC); day.After(last) {
		return last
	}
	return day
}
