package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/gen"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/page"
)

// PlanGroceries answers POST /api/grocery/.
func (s *Server) PlanGroceries(ctx context.Context, req gen.PlanGroceriesRequestObject) (gen.PlanGroceriesResponseObject, error) {
	plan, err := s.grocery.Plan(ctx, exchangeOf(ctx).userID, req.Body.RecipeIds)
	if err != nil {
		return nil, err
	}
	return gen.PlanGroceries200JSONResponse{GroceryList: plannedItems(plan.Buy), Others: plannedItems(plan.Have)}, nil
}

func plannedItems(needs []grocery.Need) []gen.PlannedItem {
	items := make([]gen.PlannedItem, 0, len(needs))
	for _, n := range needs {
		items = append(items, gen.PlannedItem(n))
	}
	return items
}

// ListPlans answers GET /api/grocery/history/.
func (s *Server) ListPlans(ctx context.Context, req gen.ListPlansRequestObject) (gen.ListPlansResponseObject, error) {
	x := exchangeOf(ctx)
	plans, next, err := s.grocery.History(ctx, x.userID, pageOf(req.Params.Limit, req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return plansAnswer{plans, nextLink("/api/grocery/history/", x.query, next)}, nil
}

// ListRecentPlans answers GET /api/grocery/history/recent/.
func (s *Server) ListRecentPlans(ctx context.Context, _ gen.ListRecentPlansRequestObject) (gen.ListRecentPlansResponseObject, error) {
	plans, _, err := s.grocery.History(ctx, exchangeOf(ctx).userID, page.Request{Limit: 1})
	if err != nil {
		return nil, err
	}
	return plansAnswer{plans: plans}, nil
}

// DeletePlans answers DELETE /api/grocery/history/.
func (s *Server) DeletePlans(ctx context.Context, _ gen.DeletePlansRequestObject) (gen.DeletePlansResponseObject, error) {
	return gen.DeletePlans204Response{}, s.grocery.DeleteHistory(ctx, exchangeOf(ctx).userID)
}

// ListGroceryItems answers GET /api/grocery/list/.
func (s *Server) ListGroceryItems(ctx context.Context, _ gen.ListGroceryItemsRequestObject) (gen.ListGroceryItemsResponseObject, error) {
	items, err := s.grocery.List(ctx, exchangeOf(ctx).userID)
	if err != nil {
		return nil, err
	}
	return checklist(items), nil
}

// checklist answers the items.
type checklist []grocery.Item

// VisitListGroceryItemsResponse writes the answer.
func (c checklist) VisitListGroceryItemsResponse(w http.ResponseWriter) error {
	return writeJSON(w, http.StatusOK, func(b []byte) []byte { return appendAll(b, c, appendGroceryItem) })
}

// appendGroceryItem appends the contract's GroceryItem.
func appendGroceryItem(b []byte, i grocery.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	b = appendText(append(b, `,"item":`...), i.Text)
	return append(strconv.AppendBool(append(b, `,"isChecked":`...), i.Checked), '}')
}

// AddGroceryItems answers POST /api/grocery/list/.
func (s *Server) AddGroceryItems(ctx context.Context, req gen.AddGroceryItemsRequestObject) (gen.AddGroceryItemsResponseObject, error) {
	ids, err := s.grocery.Add(ctx, exchangeOf(ctx).userID, req.Body.Items)
	if err != nil {
		return nil, err
	}
	return gen.AddGroceryItems201JSONResponse{ID: ids[0], Ids: ids}, nil
}

// DeleteGroceryItems answers DELETE /api/grocery/list/.
func (s *Server) DeleteGroceryItems(ctx context.Context, _ gen.DeleteGroceryItemsRequestObject) (gen.DeleteGroceryItemsResponseObject, error) {
	return gen.DeleteGroceryItems204Response{}, s.grocery.DeleteAll(ctx, exchangeOf(ctx).userID)
}

// GetGroceryItem answers GET /api/grocery/list/{id}/.
func (s *Server) GetGroceryItem(ctx context.Context, req gen.GetGroceryItemRequestObject) (gen.GetGroceryItemResponseObject, error) {
	item, err := s.grocery.Get(ctx, exchangeOf(ctx).userID, req.ID)
	if err != nil {
		return nil, err
	}
	return gen.GetGroceryItem200JSONResponse(groceryItem(item)), nil
}

// ReplaceGroceryItem answers PUT /api/grocery/list/{id}/.
func (s *Server) ReplaceGroceryItem(ctx context.Context, req gen.ReplaceGroceryItemRequestObject) (gen.ReplaceGroceryItemResponseObject, error) {
	item, err := s.grocery.Update(ctx, exchangeOf(ctx).userID, req.ID, &req.Body.Item, new(value(req.Body.IsChecked)))
	if err != nil {
		return nil, err
	}
	return gen.ReplaceGroceryItem200JSONResponse(groceryItem(item)), nil
}

// UpdateGroceryItem answers PATCH /api/grocery/list/{id}/.
func (s *Server) UpdateGroceryItem(ctx context.Context, req gen.UpdateGroceryItemRequestObject) (gen.UpdateGroceryItemResponseObject, error) {
	item, err := s.grocery.Update(ctx, exchangeOf(ctx).userID, req.ID, req.Body.Item, req.Body.IsChecked)
	if err != nil {
		return nil, err
	}
	return gen.UpdateGroceryItem200JSONResponse(groceryItem(item)), nil
}

// DeleteGroceryItem answers DELETE /api/grocery/list/{id}/.
func (s *Server) DeleteGroceryItem(ctx context.Context, req gen.DeleteGroceryItemRequestObject) (gen.DeleteGroceryItemResponseObject, error) {
	return gen.DeleteGroceryItem204Response{}, s.grocery.Delete(ctx, exchangeOf(ctx).userID, req.ID)
}

func groceryItem(i grocery.Item) gen.GroceryItem {
	return gen.GroceryItem{ID: i.ID, Item: i.Text, IsChecked: i.Checked}
}

// plansAnswer answers plans of the history.
type plansAnswer struct {
	plans []grocery.Record
	next  string // the header Link, if any
}

func (a plansAnswer) write(w http.ResponseWriter) error {
	setLink(w, a.next)
	return writeJSON(w, http.StatusOK, func(b []byte) []byte { return appendAll(b, a.plans, appendPlan) })
}

// VisitListPlansResponse writes the answer.
func (a plansAnswer) VisitListPlansResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListRecentPlansResponse writes the answer.
func (a plansAnswer) VisitListRecentPlansResponse(w http.ResponseWriter) error { return a.write(w) }

// appendPlan appends the contract's PlanRecord.
func appendPlan(b []byte, p grocery.Record) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), p.ID, 10)
	b = appendAll(append(b, `,"recipes":`...), p.RecipeIDs, func(b []byte, id int64) []byte { return strconv.AppendInt(b, id, 10) })
	return append(appendTime(append(b, `,"created_at":`...), p.CreatedAt), '}')
}
