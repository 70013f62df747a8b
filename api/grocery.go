package api

import (
	"context"

	"github.com/ocipe/ocipe/gen"
)

// ListGroceryItems answers GET /api/grocery/list/.
func (s *Server) ListGroceryItems(ctx context.Context, _ gen.ListGroceryItemsRequestObject) (gen.ListGroceryItemsResponseObject, error) {
	items, err := s.grocery.List(ctx, exchangeOf(ctx).userID)
	if err != nil {
		return nil, err
	}
	answer := make(gen.ListGroceryItems200JSONResponse, 0, len(items))
	for _, i := range items {
		answer = append(answer, gen.GroceryItem{ID: i.ID, Item: i.Text, IsChecked: i.Checked})
	}
	return answer, nil
}
