package api

import (
	"net/http"
	"time"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/planner"
)

// PlanMeals handles POST /api/grocery/plan/.
func (s *Server) PlanMeals(w http.ResponseWriter, r *http.Request) {
	state, in := request.Of(r), request.Body[models.MealPlanRequest](r)
	if err := s.takePlan(r.Context(), state.UserID); err != nil {
		request.Fail(w, r, err)
		return
	}
	defer s.planBudget.Give(state.UserID, 1)
	var plan grocery.MealPlan
	var err error
	if valueOf(in.Commit) {
		plan, err = s.Grocery.CommitMeals(r.Context(), state.UserID, state.Key, s.mealRequest(in))
	} else {
		plan, err = s.Grocery.PreviewMeals(r.Context(), state.UserID, s.mealRequest(in))
	}
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(plan, appendMealPlan))
}

// GetMealPlan handles GET /api/grocery/plan/.
func (s *Server) GetMealPlan(w http.ResponseWriter, r *http.Request, p models.GetMealPlanParams) {
	userID := request.UserID(r)
	if err := s.takePlan(r.Context(), userID); err != nil {
		request.Fail(w, r, err)
		return
	}
	defer s.planBudget.Give(userID, 1)
	plan, err := s.Grocery.CurrentMeals(r.Context(), userID, s.today(p.Today))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.writeWithHashETag(w, r, p.IfNoneMatch, oneEncoder(plan, appendMealPlan))
}

// DeletePlannedMeal handles DELETE /api/grocery/plan/meals/{id}/.
func (s *Server) DeletePlannedMeal(w http.ResponseWriter, r *http.Request, id models.MealID, p models.DeletePlannedMealParams) {
	userID := request.UserID(r)
	if err := s.takePlan(r.Context(), userID); err != nil {
		request.Fail(w, r, err)
		return
	}
	defer s.planBudget.Give(userID, 1)
	if err := s.Grocery.RemoveMeal(r.Context(), userID, id, s.today(p.Today)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ListPlanOverrides handles GET /api/grocery/plan/overrides/.
func (s *Server) ListPlanOverrides(w http.ResponseWriter, r *http.Request, p models.ListPlanOverridesParams) {
	list, err := s.Grocery.Overrides(r.Context(), request.UserID(r), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer list.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, list.Version) {
		return
	}
	writeArray(w, r, pagedList[grocery.Override]{list.Items, list.Bytes, list.Rest.Next}, appendPlanOverride)
}

// SetPlanOverride handles POST /api/grocery/plan/overrides/.
func (s *Server) SetPlanOverride(w http.ResponseWriter, r *http.Request) {
	state, in := request.Of(r), request.Body[models.PlanOverrideInput](r)
	stored, err := s.Grocery.SetOverride(r.Context(), state.UserID, state.Key, overrideChange(in))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(stored, appendPlanOverride))
}

// DeletePlanOverride handles DELETE /api/grocery/plan/overrides/{id}/.
func (s *Server) DeletePlanOverride(w http.ResponseWriter, r *http.Request, id models.OverrideID) {
	if err := s.Grocery.DeleteOverride(r.Context(), request.UserID(r), id); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) mealRequest(in models.MealPlanRequest) grocery.MealRequest {
	m := grocery.MealRequest{Ignore: in.Ignore, Today: s.today(in.Today), Replace: valueOf(in.Replace), Units: planner.System(valueOf(in.Units))}
	for _, meal := range in.Meals {
		m.Meals = append(m.Meals, grocery.Meal{
			RecipeID: meal.Recipe, Servings: valueOf(meal.Servings), Factor: valueOf(meal.Factor), Date: dateOf(meal.Date),
		})
	}
	for _, o := range in.Overrides {
		m.Overrides = append(m.Overrides, overrideChange(o))
	}
	return m
}

func overrideChange(in models.PlanOverrideInput) grocery.OverrideChange {
	return grocery.OverrideChange{Food: in.Food, State: planner.OverrideState(in.State), Amount: valueOf(in.Amount)}
}

// dateOf parses a date that was checked before. It returns the zero time for nil.
func dateOf(text *string) time.Time {
	date, _ := time.Parse(time.DateOnly, valueOf(text))
	return date
}
