package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// stockedKitchen returns a user with four recipes and a fridge.
func stockedKitchen(t *testing.T, username string) *apitest.Client {
	t.Helper()
	c := apitest.Shared(t)[0].User(t, username)
	for _, r := range []models.RecipeInput{
		recipeNeeding("pancakes", "flour=250 g", "milk=½ l", "eggs=3"),
		recipeNeeding("omelette", "Egg=2", "butter, melted=10 g", "salt"),
		recipeNeeding("scallion cake", "flour=500 g", "scallions=4", "salt"),
		recipeNeeding("stew", "beef=500 g", "carrots=3", "potatoes=1 kg"),
	} {
		addRecipe(t, c, r)
	}
	for _, item := range []string{
		`{"name": "Flour", "group": "Pantry", "quantity": "300 g"}`, `{"name": "milk", "group": "Dairy", "quantity": "1 l", "best_before": "2026-03-02"}`,
		`{"name": "Eggs", "group": "Dairy", "quantity": "6", "best_before": "2026-03-20"}`, `{"name": "Butter", "group": "Dairy", "quantity": "some"}`,
		`{"name": "salt", "group": "Pantry", "staple": true}`, `{"name": "spring onions", "group": "Vegetables", "quantity": "4", "best_before": "2026-03-04"}`,
		`{"name": "carrot", "group": "Vegetables", "quantity": "9", "best_before": "2026-02-28"}`,
	} {
		c.Call(t, http.MethodPost, "/api/fridge/ingredient/", item).Is(t, http.StatusCreated)
	}
	return c
}

// stockTexts lists recipes, each as "name: have / missing".
func stockTexts(t *testing.T, c *apitest.Client, query string) []string {
	t.Helper()
	texts := []string{}
	for _, r := range apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?today=2026-03-01&"+query, nil).Is(t, http.StatusOK)) {
		texts = append(texts, fmt.Sprintf("%s: %s / %s", r.Name, ingredientTexts(r.Have), ingredientTexts(r.Missing)))
	}
	return texts
}

func ingredientTexts(list []models.StockedIngredient) string {
	var texts []string
	for _, i := range list {
		text := strings.TrimSpace(i.Quantity + " " + i.Name)
		if i.BestBefore != nil {
			text += " until " + *i.BestBefore
		}
		if i.ToBuy != nil {
			text += " buy " + *i.ToBuy
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

func TestRecipesThatTheFridgeSufficesFor(t *testing.T) {
	t.Parallel()
	c := stockedKitchen(t, "makeable")
	const (
		pancakes = "pancakes: 250 g flour, ½ l milk until 2026-03-02, 3 eggs / "
		omelette = "omelette: 2 egg, 10 g butter, melted, salt / "
		cake     = "scallion cake: 4 scallions until 2026-03-04, salt / 500 g flour buy 200 g"
		stew     = "stew:  / 500 g beef, 3 carrots, 1 kg potatoes"
	)
	for query, want := range map[string][]string{
		"makeable=true":                                         {omelette, pancakes},
		"makeable=true&missing_max=1":                           {omelette, pancakes, cake},
		"makeable=true&missing_max=200":                         {omelette, pancakes, cake, stew},
		"makeable=true&missing_max=1&ordering=-name":            {cake, pancakes, omelette},
		"makeable=true&missing_max=1&search=cake":               {pancakes, cake},
		"makeable=true&missing_max=1&ingredients=flour":         {pancakes, cake},
		"use_soon=true":                                         {pancakes, cake},
		"use_soon=true&makeable=true":                           {pancakes},
		"use_soon=true&ordering=name":                           {pancakes, cake},
		"use_soon=true&makeable=true&search=stew":               {},
		"makeable=true&missing_max=1&limit=2":                   {omelette, pancakes},
		"makeable=true&missing_max=1&search=a&ingredient=salt":  {omelette, cake},
		"makeable=true&missing_max=1&search=a&ingredient=water": {},
	} {
		require.Equal(t, want, stockTexts(t, c, query), query)
	}
	plain := c.Call(t, http.MethodGet, "/api/recipes/?makeable=false&use_soon=false&missing_max=1", nil).Is(t, http.StatusOK)
	require.Equal(t, c.Call(t, http.MethodGet, "/api/recipes/", nil).Text, plain.Text)
	require.NotContains(t, plain.Text, `"missing"`)
}

func TestPagesOfMakeableRecipesFollowEachOther(t *testing.T) {
	t.Parallel()
	c := stockedKitchen(t, "makeablepages")
	var names []string
	for path := "/api/recipes/?makeable=true&missing_max=9&today=2026-03-01&limit=1"; path != ""; {
		a := c.Call(t, http.MethodGet, path, nil).Is(t, http.StatusOK)
		for _, r := range apitest.Decode[models.Recipes](t, a) {
			names = append(names, r.Name)
		}
		path = pageLink(t, a)
	}
	require.Equal(t, []string{"omelette", "pancakes", "scallion cake", "stew"}, names)
}

func TestTheTagOfMakeableRecipesChangesWithTheFridgeAndTheDay(t *testing.T) {
	t.Parallel()
	c := stockedKitchen(t, "makeabletag")
	const path = "/api/recipes/?makeable=true&today=2026-03-01"
	tag := c.Call(t, http.MethodGet, path, nil).Is(t, http.StatusOK).Header.Get("ETag")
	require.NotEmpty(t, tag)
	send := func(path string) int {
		return c.Do(t, http.MethodGet, path, "", "Authorization: Bearer "+c.Access, "If-None-Match: "+tag).StatusCode
	}
	require.Equal(t, http.StatusNotModified, send(path))
	require.Equal(t, http.StatusOK, send("/api/recipes/?makeable=true&today=2026-03-02"))
	require.Equal(t, http.StatusOK, send("/api/recipes/"))
	c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "beef", "group": "Meat"}`).Is(t, http.StatusCreated)
	require.Equal(t, http.StatusOK, send(path))
}
