package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/planner"
)

// CookRecipe handles POST /api/recipes/{id}/cook/.
func (s *Server) CookRecipe(w http.ResponseWriter, r *http.Request, id models.RecipeID) {
	in := request.Body[models.CookRequest](r)
	if err := s.takePlan(r.Context(), request.UserID(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	defer s.planBudget.Give(request.UserID(r), 1)
	cooked, err := s.Grocery.Cook(r.Context(), request.UserID(r), request.Of(r).Key, grocery.CookRequest{
		RecipeID: id, Servings: valueOf(in.Servings), Factor: valueOf(in.Factor), Date: s.today(in.Date), Preview: valueOf(in.DryRun),
	})
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(cooked, appendCooked))
}

// RestockFridge handles POST /api/grocery/list/restock/.
func (s *Server) RestockFridge(w http.ResponseWriter, r *http.Request) {
	in := request.Body[models.RestockRequest](r)
	purchase, err := s.Grocery.Restock(r.Context(), request.UserID(r), request.Of(r).Key, grocery.RestockRequest{
		IDs: in.Ids, Group: valueOf(in.Group), Place: valueOf(in.Place), BestBefore: valueOf(in.BestBefore),
	})
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(purchase, appendPurchase))
}

// appendCooked appends the contract's CookedRecipe.
func appendCooked(b []byte, c grocery.Cooked) []byte {
	b = strconv.AppendInt(append(b, `{"recipe":`...), c.RecipeID, 10)
	b = appendString(append(b, `,"name":`...), c.Recipe)
	b = appendDate(append(b, `,"date":`...), c.Date)
	b = appendString(append(b, `,"times":`...), c.Times.RatString())
	b = append(b, `,"taken":`...)
	b = appendAll(b, c.Lots, appendCookedLot)
	b = append(b, `,"missing":`...)
	b = appendAll(b, c.Missing(), appendMissing)
	b = append(b, `,"lines":`...)
	b = appendAll(b, c.Lines, func(b []byte, l planner.ShoppingLine) []byte {
		return appendShoppingLine(b, grocery.PlanLine{ShoppingLine: l})
	})
	return appendEntry(b, c.Entry)
}

// appendEntry appends the member entry, unless it is 0, and closes the object.
func appendEntry(b []byte, entry int64) []byte {
	if entry > 0 {
		b = strconv.AppendInt(append(b, `,"entry":`...), entry, 10)
	}
	return append(b, '}')
}

// appendCookedLot appends the contract's CookedIngredient.
func appendCookedLot(b []byte, l grocery.CookedLot) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), l.LotID, 10)
	b = appendString(append(b, `,"name":`...), l.Name)
	b = append(b, `,"amounts":`...)
	b = appendAll(b, l.Taken, appendPlanAmount)
	if !l.Empty {
		b = appendText(b, "remaining", l.Quantity)
	}
	return append(strconv.AppendBool(append(b, `,"used_up":`...), l.Empty), '}')
}

// appendMissing appends the contract's MissingFood.
func appendMissing(b []byte, l planner.ShoppingLine) []byte {
	b = appendString(append(b, `{"food":`...), l.Food)
	b = append(b, `,"amounts":`...)
	return append(appendAll(b, l.Missing, appendPlanAmount), '}')
}

// appendPurchase appends the contract's RestockedFridge.
func appendPurchase(b []byte, p grocery.Purchase) []byte {
	b = append(b, `{"restocked":`...)
	return appendEntry(appendAll(b, p.Items, appendRestocked), p.Entry)
}

// appendRestocked appends the contract's RestockedItem.
func appendRestocked(b []byte, i grocery.Restocked) []byte {
	b = strconv.AppendInt(append(b, `{"item":`...), i.Item, 10)
	b = strconv.AppendInt(append(b, `,"id":`...), i.ID, 10)
	b = appendString(append(b, `,"name":`...), i.Name)
	b = appendString(append(b, `,"group":`...), i.Group)
	return append(appendText(b, "quantity", i.Quantity), '}')
}
