package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// recipeNeeding is a recipe with these ingredients, each written "name" or "name=quantity".
func recipeNeeding(name string, ingredients ...string) models.RecipeInput {
	in := models.RecipeInput{Name: name, MeatType: "soup", Longevity: 2, Frequency: models.FrequencyWeekday, Ingredients: []models.IngredientInput{}}
	for _, i := range ingredients {
		name, quantity, _ := strings.Cut(i, "=")
		in.Ingredients = append(in.Ingredients, models.IngredientInput{Name: name, Quantity: &quantity})
	}
	return in
}

// addRecipe adds a recipe as the generated client does.
func addRecipe(t *testing.T, c *apitest.Client, in models.RecipeInput) models.Recipe {
	t.Helper()
	res, err := c.CreateRecipeWithResponse(t.Context(), in)
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, string(res.Body))
	return *res.JSON201
}

func TestCreateRecipe(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("AnswersItAsItIsKeptWithTextsTrimmed", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "create-trimmed")
		start := time.Now().Add(-time.Minute)

		a := c.Call(t, http.MethodPost, "/api/recipes/", `{"name": "  Leek \"soup\" <hot>\n", "meat_type": "\tvegetarian\u00a0", "longevity": 3,
			"frequency": " weekday ", "note": "\u2003Better on\nthe second day. ", "state": "used\n",
			"ingredients": [{"name": " Crème FRAÎCHE ", "quantity": " 200 g "}, {"name": "salt", "quantity": "\u3000"}]}`).Is(t, http.StatusCreated)

		require.Regexp(t, `^{"id":[0-9]+,"name":"Leek \\"soup\\" <hot>","meat_type":"vegetarian","longevity":3,"frequency":"weekday",`+
			`"note":"Better on\\nthe second day\.","state":"used","ingredient_list":\[{"name":"crème fraîche","quantity":"200 g"},{"name":"salt","quantity":""}\],`+
			`"added_date":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z"}\s*$`, a.Text)
		r := apitest.Decode[models.Recipe](t, a)
		require.WithinRange(t, r.AddedDate, start, time.Now().Add(time.Minute))
		require.Equal(t, a.Text, c.Call(t, http.MethodGet, fmt.Sprintf("/api/recipes/%d/", r.ID), nil).Is(t, http.StatusOK).Text)
		require.Equal(t, []string{strings.TrimSpace(a.Text)}, pageRows(t, c.Call(t, http.MethodGet, "/api/recipes/", nil)))
	})

	c := s.User(t, "create")

	t.Run("FillsInDefaultsAndNeverNull", func(t *testing.T) {
		t.Parallel()
		a := c.Call(t, http.MethodPost, "/api/recipes/",
			`{"name": "soup", "meat_type": "x", "longevity": 0, "frequency": "rarely", "ingredients": [{"name": "leek"}]}`).Is(t, http.StatusCreated)

		require.Contains(t, a.Text, `"longevity":0,"frequency":"rarely","note":"","state":"active","ingredient_list":[{"name":"leek","quantity":""}]`)
		require.NotContains(t, a.Text, "null")
		require.NotContains(t, a.Text, "accuracy")
	})

	t.Run("KeepsIngredientsInOrderAndTwiceWhatIsNamedTwice", func(t *testing.T) {
		t.Parallel()
		want := []models.Ingredient{{Name: "zucchini", Quantity: "1"}, {Name: "salt"}, {Name: "apple", Quantity: "2"}, {Name: "salt", Quantity: "more"}, {Name: "zucchini"}}

		r := addRecipe(t, c, recipeNeeding("order", "Zucchini=1", "SALT", "apple=2", "Salt=more", "zucchini"))

		require.Equal(t, want, r.IngredientList)
		res, err := c.GetRecipeWithResponse(t.Context(), r.ID, nil)
		require.NoError(t, err)
		require.Equal(t, want, res.JSON200.IngredientList)
	})

	t.Run("TakesARecipeWithoutIngredients", func(t *testing.T) {
		t.Parallel()
		a := c.Call(t, http.MethodPost, "/api/recipes/", recipeNeeding("water")).Is(t, http.StatusCreated)
		require.Contains(t, a.Text, `"ingredient_list":[]`)
	})

	t.Run("GivesBackEveryCharacter", func(t *testing.T) {
		t.Parallel()
		in := recipeNeeding("’{},\"\\'%_\u2028\U0010FFFF", `a\b`+"="+`"`, "{}", `","`, "null", "'", "🍋=x\u2028y")
		note := "<script>&amp;\r\n\t\\u0041 \uFEFFx"
		in.Note = &note

		r := addRecipe(t, c, in)

		require.Equal(t, in.Name, r.Name)
		require.Equal(t, note, r.Note)
		for i, want := range in.Ingredients {
			require.Equal(t, models.Ingredient{Name: want.Name, Quantity: *want.Quantity}, r.IngredientList[i])
		}
	})
}

func TestImportRecipes(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "import")
	list := make([]models.RecipeInput, 0, 1000)
	for i := range cap(list) {
		list = append(list, recipeNeeding(fmt.Sprintf("recipe %d", i), fmt.Sprintf("Ingredient %d=%d", i, i)))
	}

	res, err := c.ImportRecipesWithResponse(t.Context(), nil, models.RecipeImport{List: list})

	require.NoError(t, err)
	require.NotNil(t, res.JSON201, string(res.Body))
	require.NotContains(t, string(res.Body), "accuracy")
	all, err := c.ListRecipesWithResponse(t.Context(), nil)
	require.NoError(t, err)
	added, kept := *res.JSON201, *all.JSON200
	require.Len(t, added, len(list))
	for i, r := range added {
		require.Equal(t, list[i].Name, r.Name, "in the order of the list")
		require.Equal(t, []models.Ingredient{{Name: fmt.Sprintf("ingredient %d", i), Quantity: fmt.Sprint(i)}}, r.IngredientList)
		require.Equal(t, r, kept[len(kept)-1-i], "the last is the newest")
	}
}

func TestUpdateRecipe(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "update")
	t.Run("IsFoundAsWhatItIsNow", func(t *testing.T) {
		t.Parallel()
		r := addRecipe(t, c, recipeNeeding("first name", "first ingredient"))
		path := fmt.Sprintf("/api/recipes/%d/", r.ID)
		for member, patch := range map[string]string{
			"name": `{"name": "New STRASSE"}`, "type": `{"meat_type": "New Types"}`, "note": `{"note": "New Letters"}`,
			"ingredients": `{"ingredients": [{"name": "New Thing"}]}`,
		} {
			c.Call(t, http.MethodPatch, path, patch).Is(t, http.StatusOK)
			found := map[string]string{"name": "search=new+stra%C3%9Fe", "type": "search=new+types", "note": "search=new+letters", "ingredients": "ingredients=new+thing&search=NEW+THING"}[member]
			require.Len(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?"+found, nil)), 1, member)
		}
		require.Empty(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?search=first", nil)))
		require.Empty(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?ingredients=first+ingredient", nil)))
	})
}
