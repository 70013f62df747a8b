package api

import (
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitoken"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/makeable"
	"github.com/ocipe/ocipe/internal/recipe"
)

// TestEveryFieldIsMapped converts values in which every field is set. It fails with the name of the field if a conversion or an encoder
// omits it.
func TestEveryFieldIsMapped(t *testing.T) {
	t.Parallel()
	requireAllSet(t, recipeInput(filled[models.RecipeInput]()))
	requireAllSet(t, recipePatch(filled[models.RecipePatch]()))
	requireAllSet(t, foodInput(filled[models.FoodInput]()))
	requireAllSet(t, foodPatch(filled[models.FoodPatch]()))
	requireAllSet(t, encoded[models.Food](t, oneEncoder(filled[foods.Food](), appendFood)))
	requireAllSet(t, transferredFood(filled[models.Food]()).Input)

	sample := filled[recipe.Recipe]()
	sample.Ingredients = []byte(`[{"name": "leek", "quantity": "2"}]`)
	empty := makeable.New(nil, time.Time{}, 0, nil)
	requireAllSet(t, encoded[models.Recipe](t, oneEncoder(sample, recipeEncoder(empty))))
	requireAllSet(t, encoded[models.DeletedRecipe](t, oneEncoder(recipe.Deleted{Recipe: sample, DeletedAt: sample.AddedDate}, appendDeletedRecipe)))
	sample.Accuracy = -1 // only a list has it
	requireAllSet(t, encoded[models.RecipeView](t, oneEncoder(sample, func(b []byte, r recipe.Recipe) []byte {
		return appendRecipeView(b, r, recipe.Scaling{Factor: big.NewRat(1, 2)})
	})))
	requireAllSet(t, transferredRecipe(filled[models.Recipe]()).Input)
	requireAllSet(t, transferredDeleted(filled[models.DeletedRecipe]()))
	requireAllSet(t, transferredDeleted(filled[models.DeletedRecipe]()).Input)
	requireAllSet(t, encoded[models.PlanRecord](t, oneEncoder(filled[grocery.PlanRecord](), appendPlan)))
	requireAllSet(t, encoded[models.GroceryItem](t, oneEncoder(filled[grocery.Item](), appendGroceryItem)))
	item := filled[fridge.Item]()
	item.Details = `{"quantity":"1","best_before":"2026-12-01","opened":"2026-11-01","place":"door","staple":true}`
	requireAllSet(t, encoded[models.FridgeItem](t, oneEncoder(item, appendFridgeItem)))
	requireAllSet(t, encoded[models.ExpiringIngredient](t, oneEncoder(fridge.Expiring{Item: item, Overdue: true}, appendExpiring)))
	entry := filled[fridge.Entry]()
	entry.Before, entry.After = `{"name":"Leek","group":"Freezer","quantity":"3"}`, `{"name":"Leek","group":"Freezer","quantity":"5"}`
	more := encoded[models.JournalEntry](t, oneEncoder(entry, appendJournalEntry))
	entry.Before, entry.After = entry.After, entry.Before
	more.Taken = encoded[models.JournalEntry](t, oneEncoder(entry, appendJournalEntry)).Taken
	requireAllSet(t, more)
	requireAllSet(t, fridgeInput(filled[models.FridgeIngredientInput]()))
	requireAllSet(t, fridgeReplacement(filled[models.FridgeIngredientInput]()))
	requireAllSet(t, fridgePatch(filled[models.FridgeIngredientPatch]()))
	requireAllSet(t, transferredIngredient(filled[models.FridgeIngredient]()))
	apiToken := filled[apitoken.Token]()
	requireAllSet(t, encoded[models.APIToken](t, oneEncoder(apiToken, appendAPIToken)))
	apiToken.LastUsedAt = nil
	requireAllSet(t, encoded[models.NewAPIToken](t, oneEncoder(newAPIToken{apiToken, "secret"}, appendNewAPIToken)))
	requireAllSet(t, encoded[models.FridgeIngredient](t, oneEncoder(item, appendFridgeIngredient)))
}

// encoded decodes the output of an encoder. It fails the test if T doesn't have one of the members.
func encoded[T any](t *testing.T, encode encoder) (value T) {
	t.Helper()
	text := encode(nil, func(b []byte) []byte { return b })
	require.NoError(t, json.Unmarshal(text, &value, json.RejectUnknownMembers(true)))
	return value
}

// filled returns a value in which every field is set.
func filled[T any]() (value T) {
	fill(reflect.ValueOf(&value).Elem())
	return value
}

func fill(v reflect.Value) {
	if when, ok := v.Addr().Interface().(*time.Time); ok {
		*when = time.Date(2026, 3, 1, 18, 30, 0, 0, time.UTC)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				fill(field)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint('7')
	default:
		v.SetInt(7)
	}
}

func requireAllSet(t *testing.T, value any) {
	t.Helper()
	v := reflect.ValueOf(value)
	for field, content := range v.Fields() {
		require.False(t, content.IsZero(), "%s.%s is not mapped", v.Type(), field.Name)
	}
}
