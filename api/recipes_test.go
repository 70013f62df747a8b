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

// recipeNeeding returns a recipe with these ingredients, each in the form "name" or "name=quantity".
func recipeNeeding(name string, ingredients ...string) models.RecipeInput {
	in := models.RecipeInput{Name: name, MeatType: "soup", Longevity: 2, Frequency: models.FrequencyWeekday, Ingredients: []models.IngredientInput{}}
	for _, i := range ingredients {
		name, quantity, _ := strings.Cut(i, "=")
		in.Ingredients = append(in.Ingredients, models.IngredientInput{Name: name, Quantity: &quantity})
	}
	return in
}

// addRecipe adds a recipe.
func addRecipe(t *testing.T, c *apitest.Client, in models.RecipeInput) models.Recipe {
	t.Helper()
	res, err := c.CreateRecipeWithResponse(t.Context(), in)
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, string(res.Body))
	return *res.JSON201
}

func TestImportRecipes(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "import")
	start := time.Now().Add(-time.Minute)
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
		require.WithinRange(t, r.AddedDate, start, time.Now().Add(time.Minute))
	}
}

func TestAChangedRecipeIsFoundByItsNewTextsAlone(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "update")
	path := fmt.Sprintf("/api/recipes/%d/", addRecipe(t, c, recipeNeeding("first name", "first ingredient")).ID)
	for patch, query := range map[string]string{
		`{"name": "New STRASSE"}`: "search=new+stra%C3%9Fe", `{"meat_type": "New Types"}`: "search=new+types", `{"note": "New Letters"}`: "search=new+letters",
		`{"ingredients": [{"name": "New Thing"}]}`: "ingredients=new+thing&search=NEW+THING",
	} {
		c.Call(t, http.MethodPatch, path, patch).Is(t, http.StatusOK)
		require.Len(t, foundNames(t, c, query), 1, query)
	}
	require.Empty(t, foundNames(t, c, "search=first"))
	require.Empty(t, foundNames(t, c, "ingredients=first+ingredient"))
}

// foundNames lists recipes with a raw query. It returns their names, with the accuracy if they have one.
func foundNames(t *testing.T, c *apitest.Client, query string) []string {
	t.Helper()
	names := []string{}
	for _, r := range apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?"+query, nil).Is(t, http.StatusOK)) {
		name := r.Name
		if r.Accuracy != nil {
			name = fmt.Sprintf("%s %d%%", name, *r.Accuracy)
		}
		names = append(names, name)
	}
	return names
}

// TestQueryParameters sends valid queries, and queries with several errors. internal/contractfuzz tests all kinds of errors of every
// parameter.
func TestQueryParameters(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "query")
	addRecipe(t, c, recipeNeeding("soup", "leek"))
	for query, errors := range map[string][]string{
		"limit=+5": nil, "limit=%205%20": nil, "limit=007": nil, "search=" + strings.Repeat("%F0%9F%8D%8B", 500): nil, "ingredients=" + strings.Repeat("%F0%9F%8D%8B", 2000): nil,
		"ingredients=" + strings.Repeat("a,b", 2666): nil, "ingredients=" + differentNames(500) + ",A1,%20a2%20,,": nil,
		"cursor=x": {"limit:required"}, "cursor=x&cursor=x&limit=0": {"cursor:repeated", "limit:too_small"},
		"search=%00&ingredients=%FF&ordering=x&limit=x&cursor=": {
			"cursor:blank", "ingredients:invalid_characters", "limit:not_an_integer", "ordering:not_allowed", "search:invalid_characters"},
		// Unknown parameters
		"page=2": nil, "Limit=x": nil, "LIMIT=0": nil, "id=%00": nil, "%FF=%FF": nil, "limit%20=0": nil, "x&x&x": nil, "=": nil, ";limit=0": nil, "a=%": nil,
	} {
		queryFails(t, c, "/api/recipes/?"+query, errors)
	}
}

func differentNames(count int) string {
	names := make([]string, count)
	for n := range names {
		names[n] = fmt.Sprintf("a%d", n)
	}
	return strings.Join(names, ",")
}

// queryFails requires that a query is rejected with exactly these errors, or accepted if there are none. The response must not repeat
// values of the query.
func queryFails(t *testing.T, c *apitest.Client, path string, errors []string) {
	t.Helper()
	a := c.Call(t, http.MethodGet, path, nil)
	if errors == nil {
		require.Equal(t, http.StatusOK, a.StatusCode, "%.200s: %s", path, a.Text)
		return
	}
	require.Equal(t, http.StatusBadRequest, a.StatusCode, "%.200s: %s", path, a.Text)
	p := a.Problem(t)
	require.Equal(t, "invalid_input", p.Code)
	require.Equal(t, errors, p.Fields(), "%.200s", path)
	require.NotContains(t, a.Text, `"error"`)
	for _, e := range p.Errors {
		require.NotContains(t, e.Detail, "xxx")
	}
}

func TestIngredientsWithCommas(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "commas") // its ingredients must not be preparations, as "butter, melted" is
	addRecipe(t, c, recipeNeeding("sauce", "sugar, spice mix", "flour"))
	addRecipe(t, c, recipeNeeding("bread", "sugar", "flour", "salt"))
	for query, want := range map[string][]string{
		"ingredient=sugar,+Spice+mix": {"sauce 50%"}, "ingredient=sugar%2C%20spice%20mix": {"sauce 50%"}, "ingredients=sugar,spice%20mix": {"bread 33%"},
		"ingredient=flour&ingredient=sugar,%20spice%20mix": {"sauce 100%", "bread 33%"}, "ingredient=salt&ingredients=flour,sugar": {"bread 100%", "sauce 50%"},
		"ingredient=flour&ingredient=FLOUR&ingredient=+": {"sauce 50%", "bread 33%"}, "ingredient=": {"bread", "sauce"}, "ingredient": {"bread", "sauce"},
		"ingredient=&ingredients=,": {"bread", "sauce"}, "ingredient=spice%20mix": {}, "ingredient=\u200b": {"bread", "sauce"},
	} {
		require.Equal(t, want, foundNames(t, c, query), query)
	}
	page := c.Call(t, http.MethodGet, "/api/recipes/?limit=1&ingredient=sugar,%20spice%20mix&ingredient=flour", nil).Is(t, http.StatusOK)
	next, _, _ := strings.Cut(strings.TrimPrefix(page.Header.Get("Link"), "<"), ">")
	require.Equal(t, []string{"bread 33%"}, foundNames(t, c, strings.TrimPrefix(next, "/api/recipes/?")), "the next page has the same filters")

	for query, errors := range map[string][]string{
		"ingredient=a%00&ingredient=b&ingredient=%FF":                           {"ingredient.0:invalid_characters", "ingredient.2:invalid_characters"},
		"ingredient=" + strings.Repeat("x", 1001):                               {"ingredient.0:too_long"},
		strings.Repeat("ingredient=x&", 500):                                    nil,
		strings.Repeat("ingredient=x&", 501):                                    {"ingredient:too_many"},
		"ingredients=" + differentNames(500) + "&ingredient=A1&ingredient=x,y":  {"ingredients:too_many"},
		"ingredients=" + differentNames(499) + "&ingredient=A1&ingredient=x,y":  nil,
		"ingredient=" + strings.Repeat("%F0%9F%8D%8B", 1000) + "&ordering=name": nil,
	} {
		queryFails(t, c, "/api/recipes/?"+query, errors)
	}
}

func TestSearchFindsWhatWasTypedFirst(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "search-typed")
	for _, name := range []string{"Creme tart", "Tart with creme", "Crème tart", "Tart, crème"} {
		addRecipe(t, c, recipeNeeding(name, "egg"))
	}
	require.Equal(t, []string{"Creme tart", "Tart with creme", "Tart, crème", "Crème tart"}, foundNames(t, c, "search=creme+tart"))
}

func TestSearchRanksWhatWasTypedFirst(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "ranks")
	for _, name := range []string{"Creme brulee", "Crème brûlée", "Chicken soup", "Brulee of creme", "Chicken noodle soup", "Phở bò", "Käsespätzle"} {
		addRecipe(t, c, recipeNeeding(name))
	}
	for query, want := range map[string][]string{
		"search=creme+brulee":                           {"Creme brulee", "Brulee of creme", "Crème brûlée"},
		"search=cr%C3%A8me+br%C3%BBl%C3%A9e":            {"Crème brûlée"},
		"search=chicken+soup":                           {"Chicken soup", "Chicken noodle soup"},
		"search=soup+chicken":                           {"Chicken noodle soup", "Chicken soup"},
		"search=pho+bo":                                 {"Phở bò"},
		"search=kasespatzle":                            {"Käsespätzle"},
		"search=chicken+soup&ordering=-added_date":      {"Chicken noodle soup", "Chicken soup"},
		"search=creme+brulee&ordering=name":             {"Brulee of creme", "Creme brulee", "Crème brûlée"},
		"search=noodle+stew":                            {},
		"search=one+two+three+4+5+6+7+8+9+ten+chicken+": {},
	} {
		require.Equal(t, want, foundNames(t, c, query), query)
	}
}

func TestAPasswordIsTheSameOnEveryKeyboard(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	forms := []string{"crème brûlée", "cre\u0300me bru\u0302le\u0301e", "crème\u00a0brûlée", "crème\u3000brûle\u0301e"}
	for i, registered := range forms {
		name := "keyboard" + string(rune('a'+i))
		s.Client(t).Call(t, http.MethodPost, "/api/user/register/", map[string]string{"username": name, "password": registered}).Is(t, http.StatusCreated)
		for _, typed := range forms {
			s.Client(t).Call(t, http.MethodPost, "/api/user/token/", map[string]string{"username": name, "password": typed}).Is(t, http.StatusOK)
		}
		for _, other := range []string{"creme brulee", "crème brûlée ", "crèmebrûlée", "CRÈME BRÛLÉE"} {
			s.Client(t).Call(t, http.MethodPost, "/api/user/token/", map[string]string{"username": name, "password": other}).Is(t, http.StatusUnauthorized)
		}
	}
	short := s.Client(t).Call(t, http.MethodPost, "/api/user/register/", map[string]string{"username": "keyboard", "password": "e\u0301e\u0301e\u0301e\u0301e\u0301"})
	require.Equal(t, []string{"password:too_short"}, short.Problem(t).Fields(), "five letters, however they are composed")
}
