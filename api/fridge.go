package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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

// fridgeInOrder writes the groups in the order in which they come: the generated answer is a Go map, which
// has none, and clients show the groups in the order of the members.
type fridgeInOrder []fridge.Item

// VisitGetFridgeResponse writes the answer.
func (f fridgeInOrder) VisitGetFridgeResponse(w http.ResponseWriter) error {
	var text bytes.Buffer
	enc := jsontext.NewEncoder(&text)
	err := errors.Join(enc.WriteToken(jsontext.BeginObject), enc.WriteToken(jsontext.String("ingredient_list")),
		enc.WriteToken(jsontext.BeginObject))
	for rest := f; len(rest) > 0; {
		name, group := rest[0].Group, []gen.FridgeItem{}
		for len(rest) > 0 && rest[0].Group == name {
			group = append(group, gen.FridgeItem{ID: rest[0].ID, Name: rest[0].Name})
			rest = rest[1:]
		}
		err = errors.Join(err, enc.WriteToken(jsontext.String(name)), json.MarshalEncode(enc, group))
	}
	err = errors.Join(err, enc.WriteToken(jsontext.EndObject), enc.WriteToken(jsontext.EndObject))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = text.WriteTo(w)
	return err
}
