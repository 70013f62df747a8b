package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/page"
)

// PlanGroceries handles POST /api/grocery/.
func (s *Server) PlanGroceries(w http.ResponseWriter, r *http.Request) {
	// Hold the budget until the response is written: once the plan is stored, the request can't be rejected.
	if err := s.takePlan(r.Context(), request.UserID(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	defer s.planBudget.Give(request.UserID(r), 1)
	plan, err := s.Grocery.Plan(r.Context(), request.UserID(r), request.Of(r).Key, request.Body[models.PlanRequest](r).RecipeIds)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, models.Plan{GroceryList: plannedItems(plan.Buy), Others: plannedItems(plan.Have)})
}

func plannedItems(needs []grocery.Need) []models.PlannedItem {
	items := make([]models.PlannedItem, 0, len(needs))
	for _, n := range needs {
		items = append(items, models.PlannedItem(n))
	}
	return items
}

// ListPlans handles GET /api/grocery/history/.
func (s *Server) ListPlans(w http.ResponseWriter, r *http.Request, p models.ListPlansParams) {
	history, err := s.Grocery.History(r.Context(), request.UserID(r), pageRequest(p.Limit, p.Cursor), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer history.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, history.Version) {
		return
	}
	s.linkNext(w, r, "/api/grocery/history/", history.Next)
	writeArray(w, r, pagedList[grocery.PlanRecord]{history.Plans, history.Bytes, history.Rest.Next}, appendPlan)
}

// ListRecentPlans handles GET /api/grocery/history/recent/.
func (s *Server) ListRecentPlans(w http.ResponseWriter, r *http.Request, p models.ListRecentPlansParams) {
	history, err := s.Grocery.History(r.Context(), request.UserID(r), page.Request{Limit: 1}, s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer history.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, history.Version) {
		return
	}
	writeArray(w, r, pagedList[grocery.PlanRecord]{history.Plans, history.Bytes, history.Rest.Next}, appendPlan)
}

// DeletePlans handles DELETE /api/grocery/history/.
func (s *Server) DeletePlans(w http.ResponseWriter, r *http.Request) {
	if err := s.Grocery.DeleteHistory(r.Context(), request.UserID(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ListGroceryItems handles GET /api/grocery/list/.
func (s *Server) ListGroceryItems(w http.ResponseWriter, r *http.Request, p models.ListGroceryItemsParams) {
	list, err := s.Grocery.List(r.Context(), request.UserID(r), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer list.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, list.Version) {
		return
	}
	writeArray(w, r, pagedList[grocery.Item]{list.Items, list.Bytes, list.Rest.Next}, appendGroceryItem)
}

// AddGroceryItems handles POST /api/grocery/list/.
func (s *Server) AddGroceryItems(w http.ResponseWriter, r *http.Request) {
	ids, err := s.Grocery.Add(r.Context(), request.UserID(r), request.Of(r).Key, request.Body[models.NewGroceryItems](r).Items)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, models.AddedGroceryItems{ID: ids[0], Ids: ids})
}

// DeleteGroceryItems handles DELETE /api/grocery/list/.
func (s *Server) DeleteGroceryItems(w http.ResponseWriter, r *http.Request) {
	if err := s.Grocery.DeleteAll(r.Context(), request.UserID(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// GetGroceryItem handles GET /api/grocery/list/{id}/.
func (s *Server) GetGroceryItem(w http.ResponseWriter, r *http.Request, id models.GroceryItemID, p models.GetGroceryItemParams) {
	item, err := s.Grocery.Get(r.Context(), request.UserID(r), id)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if s.notModified(w, r, p.IfNoneMatch, item.Version) {
		return
	}
	write(w, http.StatusOK, oneEncoder(item, appendGroceryItem))
}

// ReplaceGroceryItem handles PUT /api/grocery/list/{id}/.
func (s *Server) ReplaceGroceryItem(w http.ResponseWriter, r *http.Request, id models.GroceryItemID, p models.ReplaceGroceryItemParams) {
	in := request.Body[models.GroceryItemInput](r)
	checked := valueOf(in.IsChecked)
	item, err := s.Grocery.Update(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), &in.Item, &checked)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(item, appendGroceryItem))
}

// UpdateGroceryItem handles PATCH /api/grocery/list/{id}/.
func (s *Server) UpdateGroceryItem(w http.ResponseWriter, r *http.Request, id models.GroceryItemID, p models.UpdateGroceryItemParams) {
	in := request.Body[models.GroceryItemPatch](r)
	item, err := s.Grocery.Update(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), in.Item, in.IsChecked)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, item.Version)
	write(w, http.StatusOK, oneEncoder(item, appendGroceryItem))
}

// DeleteGroceryItem handles DELETE /api/grocery/list/{id}/.
func (s *Server) DeleteGroceryItem(w http.ResponseWriter, r *http.Request, id models.GroceryItemID, p models.DeleteGroceryItemParams) {
	if err := s.Grocery.Delete(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// appendGroceryItem appends the contract's GroceryItem.
func appendGroceryItem(b []byte, i grocery.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	b = appendString(append(b, `,"item":`...), i.Text)
	b = strconv.AppendBool(append(b, `,"isChecked":`...), i.Checked)
	if i.Food != nil {
		b = appendString(append(b, `,"food":`...), *i.Food)
	}
	return append(b, '}')
}

// appendPlan appends the contract's PlanRecord.
func appendPlan(b []byte, p grocery.PlanRecord) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), p.ID, 10)
	b = append(b, `,"recipes":[`...)
	for i, id := range p.RecipeIDs {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	b = append(b, ']')
	return append(appendTime(append(b, `,"created_at":`...), p.CreatedAt), '}')
}
