package api

import (
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/export"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/planner"
)

// ImportAccount handles POST /api/user/import/.
func (s *Server) ImportAccount(w http.ResponseWriter, r *http.Request) {
	added, err := s.Exports.Import(r.Context(), request.UserID(r), request.Of(r).Key, clientOf(r), importSource(request.Of(r).Elements))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, models.ImportedCounts{
		Recipes: added.Recipes, Trash: added.Trash, Fridge: added.Fridge, Checklist: added.Checklist, Plans: added.Plans,
		Meals: added.Meals, Overrides: added.Overrides, Foods: added.Foods,
	})
}

// importSource returns the elements of an Export.
func importSource(elements request.Elements) export.Source {
	return func(to export.Receiver) error {
		return elements(func(member string, element []byte) error {
			switch member {
			case "recipes":
				return decodeTo(element, to.Recipe, transferredRecipe)
			case "trash":
				return decodeTo(element, to.DeletedRecipe, transferredDeleted)
			case "fridge":
				return decodeTo(element, to.FridgeItem, transferredIngredient)
			case "account", "fridge_journal": // not imported; the import adds entries of the journal itself
				return nil
			case "checklist":
				return decodeTo(element, to.ChecklistItem, func(in models.GroceryItem) grocery.Item {
					return grocery.Item{ID: in.ID, Text: in.Item, Checked: in.IsChecked, Food: in.Food}
				})
			case "plan_settings":
				return decodeTo(element, to.PlanSettings, func(in models.ExportedPlanSettings) grocery.PlanSettings {
					return grocery.PlanSettings{Units: planner.System(in.Units), Ignore: in.Ignore}
				})
			case "plan_items":
				return decodeTo(element, to.PlanItem, func(in models.ExportedPlanItem) grocery.PlanItem {
					return grocery.PlanItem{ID: in.ID, Food: in.Food, Text: in.Item}
				})
			case "plans":
				return decodeTo(element, to.Plan, func(in models.PlanRecord) grocery.PlanRecord {
					return grocery.PlanRecord{ID: in.ID, RecipeIDs: in.Recipes, CreatedAt: in.CreatedAt}
				})
			case "meals":
				return decodeTo(element, to.Meal, transferredMeal)
			case "overrides":
				return decodeTo(element, to.Override, transferredOverride)
			case "foods":
				return decodeTo(element, to.Food, transferredFood)
			}
			panic("the contract's Export has another member: " + member)
		})
	}
}

// decodeTo decodes an element that was checked against the contract, and passes it to to.
func decodeTo[Sent, Element any](element []byte, to func(Element) error, convert func(Sent) Element) error {
	var sent Sent
	if err := json.Unmarshal(element, &sent); err != nil {
		panic(fmt.Errorf("the contract and %T differ: %w", sent, err))
	}
	return to(convert(sent))
}

func transferredIngredient(in models.FridgeIngredient) fridge.Transferred {
	return fridge.Transferred{ID: in.ID, Input: fridge.Input{Name: in.Name, Group: in.Group, Details: fridge.Details{
		Quantity: in.Quantity, BestBefore: in.BestBefore, Opened: in.Opened, Place: in.Place, Staple: in.Staple,
	}}}
}

func transferredMeal(in models.ExportedMeal) grocery.StoredMeal {
	m := grocery.StoredMeal{ID: in.ID, RecipeID: in.Recipe, Servings: valueOf(in.Servings), Factor: valueOf(in.Factor), Date: valueOf(in.Date)}
	if m.Factor != "" { // a meal has either a factor or servings
		m.Servings = 0
	}
	return m
}

func transferredOverride(in models.PlanOverride) grocery.Override {
	return grocery.Override{ID: in.ID, Food: in.Food, State: planner.OverrideState(in.State), Amount: valueOf(in.Amount)}
}

func transferredFood(in models.Food) foods.Food {
	return foods.Food{ID: in.ID, Input: foods.Input{
		Name: in.Name, Aliases: in.Aliases, Density: valueOf(in.Density), PieceWeight: valueOf(in.PieceWeight), Aisle: valueOf(in.Aisle),
		Staple: in.Staple,
	}}
}
