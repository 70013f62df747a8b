package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/foods"
)

// ListFoods handles GET /api/foods/.
func (s *Server) ListFoods(w http.ResponseWriter, r *http.Request, p models.ListFoodsParams) {
	list, err := s.Foods.List(r.Context(), request.UserID(r), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer list.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, list.Version) {
		return
	}
	writeArray(w, r, pagedList[foods.Food]{list.Items, list.Bytes, list.Rest.Next}, appendFood)
}

// AddFood handles POST /api/foods/.
func (s *Server) AddFood(w http.ResponseWriter, r *http.Request) {
	food, err := s.Foods.Add(r.Context(), request.UserID(r), request.Of(r).Key, foodInput(request.Body[models.FoodInput](r)))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, food.Version)
	write(w, http.StatusCreated, oneEncoder(food, appendFood))
}

// GetFood handles GET /api/foods/{id}/.
func (s *Server) GetFood(w http.ResponseWriter, r *http.Request, id models.FoodID, p models.GetFoodParams) {
	food, err := s.Foods.Get(r.Context(), request.UserID(r), id)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if s.notModified(w, r, p.IfNoneMatch, food.Version) {
		return
	}
	write(w, http.StatusOK, oneEncoder(food, appendFood))
}

// ReplaceFood handles PUT /api/foods/{id}/.
func (s *Server) ReplaceFood(w http.ResponseWriter, r *http.Request, id models.FoodID, p models.ReplaceFoodParams) {
	in := foodInput(request.Body[models.FoodInput](r))
	food, err := s.Foods.Replace(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), in)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(food, appendFood))
}

// UpdateFood handles PATCH /api/foods/{id}/.
func (s *Server) UpdateFood(w http.ResponseWriter, r *http.Request, id models.FoodID, p models.UpdateFoodParams) {
	patch := foodPatch(request.Body[models.FoodPatch](r))
	food, err := s.Foods.Update(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), patch)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, food.Version)
	write(w, http.StatusOK, oneEncoder(food, appendFood))
}

// DeleteFood handles DELETE /api/foods/{id}/.
func (s *Server) DeleteFood(w http.ResponseWriter, r *http.Request, id models.FoodID, p models.DeleteFoodParams) {
	if err := s.Foods.Delete(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func foodInput(in models.FoodInput) foods.Input {
	return foods.Input{
		Name: in.Name, Aliases: in.Aliases, Density: valueOf(in.Density), PieceWeight: valueOf(in.PieceWeight), Aisle: valueOf(in.Aisle),
		Staple: valueOf(in.Staple),
	}
}

// foodPatch returns the change that a body asks for. A null has been replaced by an empty text (x-null-means).
func foodPatch(in models.FoodPatch) foods.Patch {
	return foods.Patch{
		Name: in.Name, Aliases: valueOf(in.Aliases), Density: in.Density, PieceWeight: in.PieceWeight, Aisle: in.Aisle, Staple: in.Staple,
	}
}

// appendFood appends the contract's Food.
func appendFood(b []byte, f foods.Food) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), f.ID, 10)
	b = appendString(append(b, `,"name":`...), f.Name)
	b = append(b, `,"aliases":[`...)
	for i, alias := range f.Aliases {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, alias)
	}
	b = append(b, ']')
	b = appendSet(b, `,"density":`, f.Density)
	b = appendSet(b, `,"piece_weight":`, f.PieceWeight)
	b = appendSet(b, `,"aisle":`, f.Aisle)
	return append(strconv.AppendBool(append(b, `,"staple":`...), f.Staple), '}')
}

// appendSet appends a member whose text isn't empty.
func appendSet(b []byte, member, text string) []byte {
	if text == "" {
		return b
	}
	return appendString(append(b, member...), text)
}
