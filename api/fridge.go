package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/fridge"
)

// GetFridge handles GET /api/fridge/.
func (s *Server) GetFridge(w http.ResponseWriter, r *http.Request, p models.GetFridgeParams) {
	list, err := s.Fridge.List(r.Context(), request.UserID(r), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer list.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, list.Version) {
		return
	}
	writeFridge(w, r, pagedList[fridge.Item]{list.Items, list.Bytes, list.Rest.Next})
}

// AddFridgeIngredient handles POST /api/fridge/ingredient/.
func (s *Server) AddFridgeIngredient(w http.ResponseWriter, r *http.Request) {
	in := request.Body[models.FridgeIngredientInput](r)
	item, err := s.Fridge.Add(r.Context(), request.UserID(r), request.Of(r).Key, fridgeInput(in))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, item.Version)
	write(w, http.StatusCreated, oneEncoder(item, appendFridgeIngredient))
}

// GetFridgeIngredient handles GET /api/fridge/ingredient/{id}/.
func (s *Server) GetFridgeIngredient(w http.ResponseWriter, r *http.Request, id models.FridgeIngredientID, p models.GetFridgeIngredientParams) {
	item, err := s.Fridge.Get(r.Context(), request.UserID(r), id)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if s.notModified(w, r, p.IfNoneMatch, item.Version) {
		return
	}
	write(w, http.StatusOK, oneEncoder(item, appendFridgeIngredient))
}

// ReplaceFridgeIngredient handles PUT /api/fridge/ingredient/{id}/.
func (s *Server) ReplaceFridgeIngredient(w http.ResponseWriter, r *http.Request, id models.FridgeIngredientID, p models.ReplaceFridgeIngredientParams) {
	in := request.Body[models.FridgeIngredientInput](r)
	item, err := s.Fridge.Update(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), fridgeReplacement(in))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(item, appendFridgeIngredient))
}

// UpdateFridgeIngredient handles PATCH /api/fridge/ingredient/{id}/.
func (s *Server) UpdateFridgeIngredient(w http.ResponseWriter, r *http.Request, id models.FridgeIngredientID, p models.UpdateFridgeIngredientParams) {
	in := request.Body[models.FridgeIngredientPatch](r)
	item, err := s.Fridge.Update(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), fridgePatch(in))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, item.Version)
	write(w, http.StatusOK, oneEncoder(item, appendFridgeIngredient))
}

// DeleteFridgeIngredient handles DELETE /api/fridge/ingredient/{id}/.
func (s *Server) DeleteFridgeIngredient(w http.ResponseWriter, r *http.Request, id models.FridgeIngredientID, p models.DeleteFridgeIngredientParams) {
	if err := s.Fridge.Delete(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// RenameFridgeGroup handles PUT /api/fridge/ingredient/group/{group_name}.
func (s *Server) RenameFridgeGroup(w http.ResponseWriter, r *http.Request, group models.GroupName) {
	newName := request.Body[models.GroupRename](r).NewGroup
	if err := s.Fridge.RenameGroup(r.Context(), request.UserID(r), group, newName); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// DeleteFridgeGroup handles DELETE /api/fridge/ingredient/group/{group_name}.
func (s *Server) DeleteFridgeGroup(w http.ResponseWriter, r *http.Request, group models.GroupName) {
	if err := s.Fridge.DeleteGroup(r.Context(), request.UserID(r), group); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// writeFridge responds with the contract's Fridge. Clients show the groups in the order of the object's members. A Go map would lose
// that order.
func writeFridge(w http.ResponseWriter, r *http.Request, list pagedList[fridge.Item]) {
	var g groupEncoder
	writeList(w, r, list, g.before, appendFridgeItem, g.after)
}

// groupEncoder appends the JSON around the items of a fridge. The items of a group must be consecutive.
type groupEncoder struct {
	group string
	begun bool
}

// before appends the JSON before an item.
func (g *groupEncoder) before(b []byte, i fridge.Item) []byte {
	if g.begun && i.Group == g.group {
		return append(b, ',')
	}
	opening := `],`
	if !g.begun {
		opening = `{"ingredient_list":{`
	}
	g.begun, g.group = true, i.Group
	return append(appendString(append(b, opening...), g.group), `:[`...)
}

// after appends the JSON after the last item.
func (g *groupEncoder) after(b []byte) []byte {
	if !g.begun {
		return append(b, `{"ingredient_list":{}}`...)
	}
	return append(b, `]}}`...)
}

func fridgeInput(in models.FridgeIngredientInput) fridge.Input {
	return fridge.Input{Name: in.Name, Group: in.Group, Details: fridge.Details{
		Quantity: in.Quantity, BestBefore: in.BestBefore, Opened: in.Opened, Place: in.Place, Staple: in.Staple,
	}}
}

// fridgeReplacement returns a change that keeps the members that aren't in the body.
func fridgeReplacement(in models.FridgeIngredientInput) fridge.Patch {
	return fridge.Patch{Name: &in.Name, Group: &in.Group, Details: fridgeInput(in).Details}
}

func fridgePatch(in models.FridgeIngredientPatch) fridge.Patch {
	return fridge.Patch{Name: in.Name, Group: in.Group, Details: fridge.Details{
		Quantity: in.Quantity, BestBefore: in.BestBefore, Opened: in.Opened, Place: in.Place, Staple: in.Staple,
	}}
}

// appendFridgeItem appends the contract's FridgeItem.
func appendFridgeItem(b []byte, i fridge.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	return appendDetails(appendString(append(b, `,"name":`...), i.Name), i.Details)
}

// appendDetails appends the details of an item, which are stored as a JSON object of the contract, and closes the object of the item.
func appendDetails(b []byte, details string) []byte {
	if details == "" {
		return append(b, '}')
	}
	return append(append(b, ','), details[len("{"):]...)
}

// appendFridgeIngredient appends the contract's FridgeIngredient.
func appendFridgeIngredient(b []byte, i fridge.Item) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	b = appendString(append(b, `,"name":`...), i.Name)
	return appendDetails(appendString(append(b, `,"group":`...), i.Group), i.Details)
}
