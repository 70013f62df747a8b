package grocery

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

// lineRules tells [writeLines] how to treat items that the plan wrote before.
type lineRules struct {
	forgetEdited   bool // items that a person has changed, ticked or deleted no longer belong to the plan
	restoreDeleted bool // an item that a person has deleted comes back if the amount to buy has changed
}

// writtenItems has the checklist items that the plan wrote, by the key of their food.
type writtenItems struct {
	unchanged  map[string][]db.ListPlanLinesRow // nobody has changed or ticked them
	deleted    map[string][]db.ListPlanLinesRow // a person has deleted them
	boughtLots []planner.Lot                    // of items that a person has changed or ticked; they count as bought
	boughtKeys map[string]bool                  // of the foods of lots
}

// writeLines writes the foods to buy to the checklist, in a transaction that has bumped its version. It only changes and deletes items
// that the plan wrote and that nobody has changed or ticked.
func writeLines(ctx context.Context, q *db.Queries, userID int64, d *draft, plan MealPlan, rules lineRules) error {
	rows, err := q.ListPlanLines(ctx, userID)
	if err != nil {
		return fmt.Errorf("list the lines of the plan: %w", err)
	}
	change := db.WritePlanLinesParams{UserID: userID}
	w := sortLines(rows, d, rules, &change)
	if len(w.deleted) > 0 {
		w.forgetSettled(d.withoutNewMeals().plan().Lines, &change)
	}
	lines := plan.Lines
	if len(w.boughtLots) > 0 {
		lines = d.withBought(w).plan().Lines
	}
	w.addChanges(lines, rules, &change)
	if len(change.Deleted)+len(change.Forgotten)+len(change.Changed)+len(change.AddedItems) == 0 {
		return nil
	}
	if err := q.WritePlanLines(ctx, change); err != nil {
		return fmt.Errorf("write the lines of the plan: %w", err)
	}
	return nil
}

func sortLines(rows []db.ListPlanLinesRow, d *draft, rules lineRules, change *db.WritePlanLinesParams) writtenItems {
	w := writtenItems{map[string][]db.ListPlanLinesRow{}, map[string][]db.ListPlanLinesRow{}, nil, map[string]bool{}}
	for _, row := range rows {
		key := d.key(row.Food)
		switch {
		case !row.Gone && row.Item == row.Written && !row.IsChecked:
			w.unchanged[key] = append(w.unchanged[key], row)
		case rules.forgetEdited:
			change.Forgotten = append(change.Forgotten, row.ItemID)
		case row.Gone:
			w.deleted[key] = append(w.deleted[key], row)
		default:
			w.boughtLots, w.boughtKeys[key] = append(w.boughtLots, boughtLots(row)...), true
		}
	}
	return w
}

// addChanges compares the items with the lines of the plan and adds the differences to change. If a food has several items, it keeps one.
func (w writtenItems) addChanges(lines []PlanLine, rules lineRules, change *db.WritePlanLinesParams) {
	needed := map[string]bool{}
	for _, line := range lines {
		if len(line.ToBuy) == 0 || w.boughtKeys[line.Key] && !hasAmount(line) { // what was bought is enough for "to taste"
			continue
		}
		text, food := itemText(line), clip(line.Food)
		needed[line.Key] = true
		unchanged, deleted := w.unchanged[line.Key], w.deleted[line.Key]
		switch {
		case len(unchanged) > 0:
			if unchanged[0].Item != text || unchanged[0].Food != food {
				change.Changed = append(change.Changed, unchanged[0].ItemID)
				change.ChangedItems, change.ChangedFoods = append(change.ChangedItems, text), append(change.ChangedFoods, food)
			}
			deleteItems(change, unchanged[1:])
		case len(deleted) == 0, rules.restoreDeleted && deleted[len(deleted)-1].Written != text:
			change.AddedItems, change.AddedFoods = append(change.AddedItems, text), append(change.AddedFoods, food)
		}
	}
	for key, unchanged := range w.unchanged {
		if !needed[key] {
			deleteItems(change, unchanged)
		}
	}
	slices.Sort(change.Deleted)
}

// forgetSettled forgets that a person has deleted items of foods that aren't to be bought for the earlier meals, whose lines these are:
// the meals were removed or are in the past, or the fridge has enough. New meals that need such a food need it anew.
func (w writtenItems) forgetSettled(lines []PlanLine, change *db.WritePlanLinesParams) {
	toBuy := map[string]bool{}
	for _, line := range lines {
		toBuy[line.Key] = len(line.ToBuy) > 0
	}
	for key, deleted := range w.deleted {
		if !toBuy[key] {
			change.Forgotten = append(change.Forgotten, itemIDs(deleted)...)
			delete(w.deleted, key)
		}
	}
}

// deleteItems deletes items of the plan.
func deleteItems(change *db.WritePlanLinesParams, items []db.ListPlanLinesRow) {
	ids := itemIDs(items)
	change.Deleted, change.Forgotten = append(change.Deleted, ids...), append(change.Forgotten, ids...)
}

func itemIDs(items []db.ListPlanLinesRow) (ids []int64) {
	for _, item := range items {
		ids = append(ids, item.ItemID)
	}
	return ids
}

// withBought returns a copy of the draft in which the lots of w count as bought. For their foods, [planner.StillNeed] only ignores the
// fridge, not these lots, and [planner.BuyAmount] becomes [planner.HaveEnough]. Otherwise the food would be on the checklist again.
func (d *draft) withBought(w writtenItems) *draft {
	rest := *d
	rest.input.Overrides = slices.DeleteFunc(slices.Clone(d.input.Overrides), func(o planner.Override) bool {
		return o.State == planner.StillNeed && w.boughtKeys[d.key(o.Food)]
	})
	needed := map[string]bool{}
	for _, o := range d.input.Overrides {
		if key := d.key(o.Food); w.boughtKeys[key] && o.State != planner.HaveEnough {
			needed[key] = o.State == planner.StillNeed
		}
	}
	rest.input.Lots = slices.DeleteFunc(slices.Clone(d.input.Lots), func(l planner.Lot) bool { return needed[d.key(l.Name)] })
	rest.input.Lots = append(rest.input.Lots, w.boughtLots...)
	for i, o := range rest.input.Overrides {
		if o.State == planner.BuyAmount && w.boughtKeys[d.key(o.Food)] {
			rest.input.Overrides[i] = planner.Override{Food: o.Food, State: planner.HaveEnough}
		}
	}
	return &rest
}

// key returns the key of a food.
func (d *draft) key(food string) string { return d.input.Catalog.Find(food, "").Key }

// boughtLots returns lots with the amounts in the text of an item. A lot whose amount isn't understood covers everything that is needed.
func boughtLots(row db.ListPlanLinesRow) []planner.Lot {
	text := quantity.ParseLine(row.Item, "").Quantity.Text
	if amounts, ok := strings.CutSuffix(row.Item, row.Food); ok {
		text = strings.TrimSpace(amounts)
	}
	var lots []planner.Lot
	for part := range strings.SplitSeq(text, amountSeparator) {
		if !quantity.Parse(part, "").Understood() {
			part = "" // unknown, so it counts as enough
		}
		lots = append(lots, planner.Lot{ID: row.ItemID, Name: row.Food, Quantity: part})
	}
	return lots
}
