package grocery

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/postgres"
)

// PlanSettings are the settings of the current plan.
type PlanSettings struct {
	Units  planner.System
	Ignore []string // names of foods
}

// PlanItem is a checklist item that the current plan has written.
type PlanItem struct {
	ID   int64 // of the item, which a person may have changed or deleted since
	Food string
	Text string // as the plan wrote it
}

// GetPlanSettings returns the settings of the current plan in a snapshot: the default if no plan was committed.
func GetPlanSettings(ctx context.Context, s postgres.Snapshot, userID int64) (PlanSettings, error) {
	row, err := s.Queries().GetPlanSettings(ctx, userID)
	if postgres.NoRow(err) {
		return PlanSettings{Units: planner.AsWritten}, nil
	}
	if err != nil {
		return PlanSettings{}, fmt.Errorf("get the settings of the plan: %w", err)
	}
	return PlanSettings{planner.System(row.Units), row.Ignored}, nil
}

// EachPlanItem calls visit with every item that the current plan has written in a snapshot, the lowest id first. It returns the errors of
// [postgres.List.Each].
func EachPlanItem(ctx context.Context, s postgres.Snapshot, userID int64, visit func(PlanItem) error) error {
	list := postgres.List[PlanItem]{
		Name:  "list the items of the plan",
		Query: func(q *db.Queries) error { _, err := q.ListPlanItems(ctx, userID); return err },
		Columns: func(i *PlanItem) postgres.Columns {
			return postgres.Columns{"item_id": &i.ID, "food": &i.Food, "item": &i.Text}
		},
		Version: func(v db.UserVersion) int64 { return v.Plans },
	}
	return list.Each(s, visit)
}

// AddPlanItem adds an item of the current plan to the batch. It is stored when the batch is full, or by Flush.
func (r *Receiver) AddPlanItem(ctx context.Context, i PlanItem) error {
	r.planItems.ItemIds = append(r.planItems.ItemIds, i.ID)
	r.planItems.Foods = append(r.planItems.Foods, i.Food)
	r.planItems.Items = append(r.planItems.Items, i.Text)
	if len(r.planItems.ItemIds) == batchItems {
		return r.Flush(ctx)
	}
	return nil
}

// AddPlanSettings stores the settings of the current plan, unless the account has settings already. The default isn't stored, so that
// a later import can still change it.
func (r *Receiver) AddPlanSettings(ctx context.Context, s PlanSettings) error {
	if s.Units == planner.AsWritten && len(s.Ignore) == 0 {
		return nil
	}
	params := db.ImportPlanSettingsParams{UserID: r.UserID, Units: string(s.Units), Ignored: s.Ignore}
	if err := r.Queries.ImportPlanSettings(ctx, params); err != nil {
		return fmt.Errorf("import the settings of the plan: %w", err)
	}
	return nil
}
