package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// TestAPlanSaysForHowManyAMealIsCooked plans and cooks a recipe for other servings than its own.
func TestAPlanSaysForHowManyAMealIsCooked(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "plan-servings")
	recipe := apitest.Decode[models.Recipe](t, c.Call(t, http.MethodPost, "/api/recipes/", map[string]any{
		"name": "Soup", "meat_type": "vegetarian", "longevity": 3, "frequency": "weekday", "servings": 4,
		"ingredients": []map[string]any{{"name": "leek", "quantity": "300 g"}},
	}).Is(t, http.StatusCreated))
	const want = "Soup needs 300 g of leek for 4 servings. 6 servings need 1½ times as much: 450 g."

	body := map[string]any{"meals": []map[string]any{{"recipe": recipe.ID, "servings": 6}}}
	plan := apitest.Decode[models.MealPlan](t, c.Call(t, http.MethodPost, mealPlanPath, body).Is(t, http.StatusOK))
	assert.Equal(t, want, plan.Lines[0].Why[0].Text)

	cooked := apitest.Decode[models.CookedRecipe](t, c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/cook/", recipe.ID), map[string]any{"servings": 6}).Is(t, http.StatusOK))
	assert.Equal(t, want, cooked.Lines[0].Why[0].Text)
}
