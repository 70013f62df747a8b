package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// addDish adds a recipe with these ingredients.
func addDish(t *testing.T, c *apitest.Client, name string, ingredients ...string) {
	t.Helper()
	var list []map[string]string
	for _, i := range ingredients {
		list = append(list, map[string]string{"name": i})
	}
	c.Call(t, http.MethodPost, "/api/recipes/", map[string]any{
		"name": name, "meat_type": "none", "longevity": 1, "frequency": "rarely", "ingredients": list,
	}).Is(t, http.StatusCreated)
}

// foundWith searches for ingredients, and returns the names and accuracies of the found recipes.
func foundWith(t *testing.T, c *apitest.Client, ingredients ...string) string {
	t.Helper()
	a := c.Call(t, http.MethodGet, "/api/recipes/?ingredients="+url.QueryEscape(strings.Join(ingredients, ",")), nil).Is(t, http.StatusOK)
	var found []string
	for _, r := range apitest.Decode[[]modelRecipe](t, a) {
		found = append(found, fmt.Sprintf("%s %d%%", r.Name, *r.Accuracy))
	}
	return strings.Join(found, ", ")
}

func TestIngredientSearchFindsAFoodUnderAnyOfItsNames(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "cook")
	addDish(t, c, "salad", "scallions, sliced", "tomatoes", "salt")
	addDish(t, c, "soup", "Frühlingszwiebel", "Tomate")
	addDish(t, c, "curry", "coconut milk", "spring onion")
	addDish(t, c, "porridge", "milk", "xyzzy flakes", "Spring Onion", "scallion")

	for names, want := range map[string]string{
		"spring onion":       "porridge 50%, curry 50%, soup 50%, salad 33%", // two of the four ingredients
		"SCALLION":           "porridge 50%, curry 50%, soup 50%, salad 33%",
		"Frühlingszwiebeln":  "porridge 50%, curry 50%, soup 50%, salad 33%",
		"milk":               "porridge 25%",
		"xyzzy flake":        "porridge 25%",
		"tomato,green onion": "soup 100%, salad 66%, porridge 50%, curry 50%",
		"onion":              "",
	} {
		require.Equal(t, want, foundWith(t, c, names), names)
	}

	a := c.Call(t, http.MethodGet, "/api/recipes/?ingredient=tomato,+chopped", nil).Is(t, http.StatusOK)
	require.Len(t, apitest.Decode[[]modelRecipe](t, a), 2)

	t.Run("AndUnderTheUsersAliases", func(t *testing.T) {
		flakes := addFood(t, c, `{"name": "Xyzzy flakes", "aliases": ["Flocken", "plugh"]}`)
		onion := addFood(t, c, `{"name": "Zwiebelchen", "aliases": ["spring onion", "plupp"]}`)
		require.Equal(t, "porridge 25%", foundWith(t, c, "plughs"))
		require.Equal(t, "porridge 50%, curry 50%, soup 50%, salad 33%", foundWith(t, c, "Zwiebelchen"), "the alias brings its synonyms")
		require.Equal(t, "porridge 50%, curry 50%, soup 50%, salad 33%", foundWith(t, c, "scallion"))
		require.Empty(t, foundWith(t, s.User(t, "neighbour"), "plugh"))

		c.Call(t, http.MethodPatch, foodPath(flakes.ID), `{"aliases": ["Flocken"]}`).Is(t, http.StatusOK)
		require.Empty(t, foundWith(t, c, "plugh"))
		c.Call(t, http.MethodDelete, foodPath(onion.ID), nil).Is(t, http.StatusNoContent)
		require.Empty(t, foundWith(t, c, "Zwiebelchen"))
		require.Equal(t, "porridge 25%", foundWith(t, c, "flocken"))
	})
	t.Run("AndUnderAnAliasThatTheDictionaryHasForAnotherFood", func(t *testing.T) {
		food := addFood(t, c, `{"name": "Xyzzy sprouts", "aliases": ["scallion"]}`)
		require.Equal(t, foundWith(t, c, "scallion"), foundWith(t, c, "Xyzzy sprout"))
		c.Call(t, http.MethodDelete, foodPath(food.ID), nil).Is(t, http.StatusNoContent)
	})
}

// TestASearchHasTheTagOfItsFoods changes a food between two searches.
func TestASearchHasTheTagOfItsFoods(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "cook")
	addDish(t, c, "porridge", "xyzzy flakes")
	const search = "/api/recipes/?ingredients=plugh"
	before := c.Call(t, http.MethodGet, search, nil).Is(t, http.StatusOK)
	require.Equal(t, "[]\n", before.Text)
	addFood(t, c, `{"name": "Xyzzy flakes", "aliases": ["plugh"]}`)

	after := c.Do(t, http.MethodGet, search, "", "Authorization: Bearer "+c.Access, "If-None-Match: "+before.Header.Get("Etag")).Is(t, http.StatusOK)

	require.Contains(t, after.Text, "porridge")
	c.Do(t, http.MethodGet, search, "", "Authorization: Bearer "+c.Access, "If-None-Match: "+after.Header.Get("Etag")).Is(t, http.StatusNotModified)
}
