package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/gen"
	"github.com/ocipe/ocipe/internal/fridge"
)

// GetFridge answers GET /api/fridge/.
func (s *Server) GetFridge(ctx context.Context, _ gen.GetFridgeRequestObject) (gen.GetFridgeResponseObject, error) {
	items, err := s.fridge.List(ctx, exchangeOf(ctx).userID)
	if err != nil {
		return nil, err
	}
	return fridgeInOrder(items), nil
}

// AddFridgeIngredient answers POST /api/fridge/ingredient/.
func (s *Server) AddFridgeIngredient(ctx context.Context, req gen.AddFridgeIngredientRequestObject) (gen.AddFridgeIngredientResponseObject, error) {
	item, err := s.fridge.Add(ctx, exchangeOf(ctx).userID, req.Body.Name, req.Body.Group)
	if err != nil {
		return nil, err
	}
	return gen.AddFridgeIngredient201JSONResponse(fridgeIngredient(item)), nil
}

// GetFridgeIngredient answers GET /api/fridge/ingredient/{id}/.
func (s *Server) GetFridgeIngredient(ctx context.Context, req gen.GetFridgeIngredientRequestObject) (gen.GetFridgeIngredientResponseObject, error) {
	item, err := s.fridge.Get(ctx, exchangeOf(ctx).userID, req.ID)
	if err != nil {
		return nil, err
	}
	return gen.GetFridgeIngredient200JSONResponse(fridgeIngredient(item)), nil
}

// ReplaceFridgeIngredient answers PUT /api/fridge/ingredient/{id}/.
func (s *Server) ReplaceFridgeIngredient(ctx context.Context, req gen.ReplaceFridgeIngredientRequestObject) (gen.ReplaceFridgeIngredientResponseObject, error) {
	item, err := s.fridge.Update(ctx, exchangeOf(ctx).userID, req.ID, &req.Body.Name, &req.Body.Group)
	if err != nil {
		return nil, err
	}
	return gen.ReplaceFridgeIngredient200JSONResponse(fridgeIngredient(item)), nil
}

// UpdateFridgeIngredient answers PATCH /api/fridge/ingredient/{id}/.
func (s *Server) UpdateFridgeIngredient(ctx context.Context, req gen.UpdateFridgeIngredientRequestObject) (gen.UpdateFridgeIngredientResponseObject, error) {
	item, err := s.fridge.Update(ctx, exchangeOf(ctx).userID, req.ID, req.Body.Name, req.Body.Group)
	if err != nil {
		return nil, err
	}
	return gen.UpdateFridgeIngredient200JSONResponse(fridgeIngredient(item)), nil
}

// DeleteFridgeIngredient answers DELETE /api/fridge/ingredient/{id}/.
func (s *Server) DeleteFridgeIngredient(ctx context.Context, req gen.DeleteFridgeIngredientRequestObject) (gen.DeleteFridgeIngredientResponseObject, error) {
	return gen.DeleteFridgeIngredient204Response{}, s.fridge.Delete(ctx, exchangeOf(ctx).userID, req.ID)
}

// RenameFridgeGroup answers PUT /api/fridge/ingredient/group/{group_name}.
func (s *Server) RenameFridgeGroup(ctx context.Context, req gen.RenameFridgeGroupRequestObject) (gen.RenameFridgeGroupResponseObject, error) {
	return gen.RenameFridgeGroup200Response{}, s.fridge.RenameGroup(ctx, exchangeOf(ctx).userID, req.GroupName, req.Body.NewGroup)
}

// DeleteFridgeGroup answers DELETE /api/fridge/ingredient/group/{group_name}.
func (s *Server) DeleteFridgeGroup(ctx context.Context, req gen.DeleteFridgeGroupRequestObject) (gen.DeleteFridgeGroupResponseObject, error) {
	return gen.DeleteFridgeGroup200Response{}, s.fridge.DeleteGroup(ctx, exchangeOf(ctx).userID, req.GroupName)
}

// fridgeInOrder writes the groups in the order in which they come: the generated answer is a Go map, which
// has none, and clients show the groups in the order of the members.
type fridgeInOrder []fridge.Item

// VisitGetFridgeResponse writes the answer.
func (f fridgeInOrder) VisitGetFridgeResponse(w http.ResponseWriter) error {
	return writeJSON(w, http.StatusOK, f.append)
}

func (f fridgeInOrder) append(b []byte) []byte {
	b = append(b, `{"ingredient_list":{`...)
	for rest := f; len(rest) > 0; {
		if len(rest) < len(f) {
			b = append(b, ',')
		}
		size, name := 1, rest[0].Group
		for size < len(rest) && rest[size].Group == name {
			size++
		}
		b = appendAll(append(appendText(b, name), ':'), rest[:size], appendFridgeItem)
		rest = rest[size:]
	}
	return append(b, `}}`...)
}

// appendFridgeItem appends the contract's FridgeItem.
func appendFridgeItem(b []byte, i fridge.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	return append(appendText(append(b, `,"name":`...), i.Name), '}')
}

func fridgeIngredient(i fridge.Item) gen.FridgeIngredient {
	return gen.FridgeIngredient{ID: i.ID, Name: i.Name, Group: i.Group}
}
