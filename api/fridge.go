package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/fridge"
)

// GetFridge answers GET /api/fridge/.
func (s *Server) GetFridge(ctx context.Context, req server.GetFridgeRequestObject) (server.GetFridgeResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	items, version, err := s.fridge.List(ctx, kept.userID, kept.known())
	if err = kept.item(version, err); err != nil {
		return kept.answer(version, err)
	}
	return kept.current(version, fridgeInOrder(items).append), nil
}

// AddFridgeIngredient answers POST /api/fridge/ingredient/.
func (s *Server) AddFridgeIngredient(ctx context.Context, req server.AddFridgeIngredientRequestObject) (server.AddFridgeIngredientResponseObject, error) {
	userID := exchangeOf(ctx).userID
	item, err := s.fridge.Add(ctx, userID, req.Body.Name, req.Body.Group)
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusCreated, tag: s.versions.tag(userID, item.Version), body: ingredientBody(item)}, nil
}

// GetFridgeIngredient answers GET /api/fridge/ingredient/{id}/.
func (s *Server) GetFridgeIngredient(ctx context.Context, req server.GetFridgeIngredientRequestObject) (server.GetFridgeIngredientResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	item, err := s.fridge.Get(ctx, kept.userID, req.ID)
	if err = kept.item(item.Version, err); err != nil {
		return kept.answer(item.Version, err)
	}
	return kept.current(item.Version, ingredientBody(item)), nil
}

// ReplaceFridgeIngredient answers PUT /api/fridge/ingredient/{id}/.
func (s *Server) ReplaceFridgeIngredient(ctx context.Context, req server.ReplaceFridgeIngredientRequestObject) (server.ReplaceFridgeIngredientResponseObject, error) {
	userID := exchangeOf(ctx).userID
	item, err := s.fridge.Update(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID), &req.Body.Name, &req.Body.Group)
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusOK, body: ingredientBody(item)}, nil
}

// UpdateFridgeIngredient answers PATCH /api/fridge/ingredient/{id}/.
func (s *Server) UpdateFridgeIngredient(ctx context.Context, req server.UpdateFridgeIngredientRequestObject) (server.UpdateFridgeIngredientResponseObject, error) {
	userID := exchangeOf(ctx).userID
	item, err := s.fridge.Update(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID), req.Body.Name, req.Body.Group)
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusOK, tag: s.versions.tag(userID, item.Version), body: ingredientBody(item)}, nil
}

// DeleteFridgeIngredient answers DELETE /api/fridge/ingredient/{id}/.
func (s *Server) DeleteFridgeIngredient(ctx context.Context, req server.DeleteFridgeIngredientRequestObject) (server.DeleteFridgeIngredientResponseObject, error) {
	userID := exchangeOf(ctx).userID
	return server.DeleteFridgeIngredient204Response{}, s.fridge.Delete(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID))
}

// RenameFridgeGroup answers PUT /api/fridge/ingredient/group/{group_name}.
func (s *Server) RenameFridgeGroup(ctx context.Context, req server.RenameFridgeGroupRequestObject) (server.RenameFridgeGroupResponseObject, error) {
	return server.RenameFridgeGroup200Response{}, s.fridge.RenameGroup(ctx, exchangeOf(ctx).userID, req.GroupName, req.Body.NewGroup)
}

// DeleteFridgeGroup answers DELETE /api/fridge/ingredient/group/{group_name}.
func (s *Server) DeleteFridgeGroup(ctx context.Context, req server.DeleteFridgeGroupRequestObject) (server.DeleteFridgeGroupResponseObject, error) {
	return server.DeleteFridgeGroup200Response{}, s.fridge.DeleteGroup(ctx, exchangeOf(ctx).userID, req.GroupName)
}

// fridgeInOrder writes the groups in the order in which they come: the generated answer is a Go map, which
// has none, and clients show the groups in the order of the members.
type fridgeInOrder []fridge.Item

func (f fridgeInOrder) append(b []byte, handOver func([]byte) []byte) []byte {
	b = append(b, `{"ingredient_list":{`...)
	for rest := f; len(rest) > 0; {
		if len(rest) < len(f) {
			b = append(b, ',')
		}
		size, name := 1, rest[0].Group
		for size < len(rest) && rest[size].Group == name {
			size++
		}
		b = appendAll(append(appendText(b, name), ':'), rest[:size], func(b []byte, i fridge.Item) []byte {
			return handOver(appendFridgeItem(b, i))
		})
		rest = rest[size:]
	}
	return append(b, `}}`...)
}

// appendFridgeItem appends the contract's FridgeItem.
func appendFridgeItem(b []byte, i fridge.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	return append(appendText(append(b, `,"name":`...), i.Name), '}')
}

// ingredientBody is the contract's FridgeIngredient.
func ingredientBody(i fridge.Item) body {
	return func(b []byte, _ func([]byte) []byte) []byte {
		b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
		b = appendText(append(b, `,"name":`...), i.Name)
		return append(appendText(append(b, `,"group":`...), i.Group), '}')
	}
}
