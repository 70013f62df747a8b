package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/page"
)

// PlanGroceries answers POST /api/grocery/.
func (s *Server) PlanGroceries(ctx context.Context, req server.PlanGroceriesRequestObject) (server.PlanGroceriesResponseObject, error) {
	plan, err := s.grocery.Plan(ctx, exchangeOf(ctx).userID, req.Body.RecipeIds)
	if err != nil {
		return nil, err
	}
	return server.PlanGroceries200JSONResponse{GroceryList: plannedItems(plan.Buy), Others: plannedItems(plan.Have)}, nil
}

func plannedItems(needs []grocery.Need) []models.PlannedItem {
	items := make([]models.PlannedItem, 0, len(needs))
	for _, n := range needs {
		items = append(items, models.PlannedItem(n))
	}
	return items
}

// ListPlans answers GET /api/grocery/history/.
func (s *Server) ListPlans(ctx context.Context, req server.ListPlansRequestObject) (server.ListPlansResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	history, err := s.grocery.History(ctx, kept.userID, pageOf(req.Params.Limit, req.Params.Cursor), kept.known())
	if err = kept.item(history.Version, err); err != nil {
		return kept.answer(history.Version, err)
	}
	a := kept.current(history.Version, plansBody(history.Plans))
	a.link = nextLink("/api/grocery/history/", exchangeOf(ctx).query, history.Next)
	return a, nil
}

// ListRecentPlans answers GET /api/grocery/history/recent/.
func (s *Server) ListRecentPlans(ctx context.Context, req server.ListRecentPlansRequestObject) (server.ListRecentPlansResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	history, err := s.grocery.History(ctx, kept.userID, page.Request{Limit: 1}, kept.known())
	if err = kept.item(history.Version, err); err != nil {
		return kept.answer(history.Version, err)
	}
	return kept.current(history.Version, plansBody(history.Plans)), nil
}

// DeletePlans answers DELETE /api/grocery/history/.
func (s *Server) DeletePlans(ctx context.Context, _ server.DeletePlansRequestObject) (server.DeletePlansResponseObject, error) {
	return server.DeletePlans204Response{}, s.grocery.DeleteHistory(ctx, exchangeOf(ctx).userID)
}

// ListGroceryItems answers GET /api/grocery/list/.
func (s *Server) ListGroceryItems(ctx context.Context, req server.ListGroceryItemsRequestObject) (server.ListGroceryItemsResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	items, version, err := s.grocery.List(ctx, kept.userID, kept.known())
	if err = kept.item(version, err); err != nil {
		return kept.answer(version, err)
	}
	return kept.current(version, itemsBody(items)), nil
}

func itemBody(i grocery.Item) body {
	return func(b []byte, _ func([]byte) []byte) []byte { return appendGroceryItem(b, i) }
}

func itemsBody(items []grocery.Item) body {
	return func(b []byte, handOver func([]byte) []byte) []byte {
		return appendAll(b, items, func(b []byte, i grocery.Item) []byte { return handOver(appendGroceryItem(b, i)) })
	}
}

// appendGroceryItem appends the contract's GroceryItem.
func appendGroceryItem(b []byte, i grocery.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	b = appendText(append(b, `,"item":`...), i.Text)
	return append(strconv.AppendBool(append(b, `,"isChecked":`...), i.Checked), '}')
}

// AddGroceryItems answers POST /api/grocery/list/.
func (s *Server) AddGroceryItems(ctx context.Context, req server.AddGroceryItemsRequestObject) (server.AddGroceryItemsResponseObject, error) {
	ids, err := s.grocery.Add(ctx, exchangeOf(ctx).userID, req.Body.Items)
	if err != nil {
		return nil, err
	}
	return server.AddGroceryItems201JSONResponse{ID: ids[0], Ids: ids}, nil
}

// DeleteGroceryItems answers DELETE /api/grocery/list/.
func (s *Server) DeleteGroceryItems(ctx context.Context, _ server.DeleteGroceryItemsRequestObject) (server.DeleteGroceryItemsResponseObject, error) {
	return server.DeleteGroceryItems204Response{}, s.grocery.DeleteAll(ctx, exchangeOf(ctx).userID)
}

// GetGroceryItem answers GET /api/grocery/list/{id}/.
func (s *Server) GetGroceryItem(ctx context.Context, req server.GetGroceryItemRequestObject) (server.GetGroceryItemResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	item, err := s.grocery.Get(ctx, kept.userID, req.ID)
	if err = kept.item(item.Version, err); err != nil {
		return kept.answer(item.Version, err)
	}
	return kept.current(item.Version, itemBody(item)), nil
}

// ReplaceGroceryItem answers PUT /api/grocery/list/{id}/.
func (s *Server) ReplaceGroceryItem(ctx context.Context, req server.ReplaceGroceryItemRequestObject) (server.ReplaceGroceryItemResponseObject, error) {
	userID, match := exchangeOf(ctx).userID, req.Params.IfMatch
	item, err := s.grocery.Update(ctx, userID, req.ID, s.versions.demanded(match, userID), &req.Body.Item, new(value(req.Body.IsChecked)))
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusOK, body: itemBody(item)}, nil
}

// UpdateGroceryItem answers PATCH /api/grocery/list/{id}/.
func (s *Server) UpdateGroceryItem(ctx context.Context, req server.UpdateGroceryItemRequestObject) (server.UpdateGroceryItemResponseObject, error) {
	userID := exchangeOf(ctx).userID
	item, err := s.grocery.Update(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID), req.Body.Item, req.Body.IsChecked)
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusOK, tag: s.versions.tag(userID, item.Version), body: itemBody(item)}, nil
}

// DeleteGroceryItem answers DELETE /api/grocery/list/{id}/.
func (s *Server) DeleteGroceryItem(ctx context.Context, req server.DeleteGroceryItemRequestObject) (server.DeleteGroceryItemResponseObject, error) {
	userID := exchangeOf(ctx).userID
	return server.DeleteGroceryItem204Response{}, s.grocery.Delete(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID))
}

func plansBody(plans []grocery.Record) body {
	return func(b []byte, handOver func([]byte) []byte) []byte {
		return appendAll(b, plans, func(b []byte, p grocery.Record) []byte { return handOver(appendPlan(b, p)) })
	}
}

// appendPlan appends the contract's PlanRecord.
func appendPlan(b []byte, p grocery.Record) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), p.ID, 10)
	b = appendAll(append(b, `,"recipes":`...), p.RecipeIDs, func(b []byte, id int64) []byte { return strconv.AppendInt(b, id, 10) })
	return append(appendTime(append(b, `,"created_at":`...), p.CreatedAt), '}')
}
