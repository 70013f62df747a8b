package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// sameFoods are names of one ingredient each.
var sameFoods = [][]string{
	{"jalapeño", "jalapen\u0303o", "JALAPEÑO"}, {"incir", "İncir", "İNCİR", "i\u0307ncir"}, {"σοφος", "ΣΟΦΟΣ", "Σοφοσ"}, {"weißbrot", "WEISSBROT", "Weissbrot"},
	{"olive oil", "Olive\u00a0Oil", "olive\u200b oil", "olive  oil", "olive\u3000oil\ufeff"}, {"ｓａｌｔ", "salt", "Ｓalt"}, {"½ and ½", "1\u20442 and ½"},
	{"ﬁsh", "FISH", "fi\u00adsh"}, {"борщ", "БОРЩ"}, {"が", "か\u3099"},
}

func TestNamesAreComparedAsACookReadsThem(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	for n, forms := range sameFoods {
		t.Run(forms[0], func(t *testing.T) {
			t.Parallel()
			for i, held := range forms {
				c := s.User(t, fmt.Sprintf("same-foods-%d-%d", n, i))
				needs := make([]string, len(forms))
				for j, form := range forms {
					needs[j] = form + "=1"
				}
				r := addRecipe(t, c, recipeNeeding("all", append(needs, "water=2")...))
				first := r.IngredientList[0].Name
				require.Equal(t, strings.ToLower(forms[0]), first, "as typed, in lower case")
				sum := strings.TrimSuffix(strings.Repeat("1 + ", len(forms)), " + ")

				body := map[string]any{"recipe_ids": []int64{r.ID}}
				plan := apitest.Decode[models.Plan](t, c.Call(t, http.MethodPost, "/api/grocery/", body).Is(t, http.StatusOK))
				require.Equal(t, []models.PlannedItem{{Name: first, Quantity: sum}, {Name: "water", Quantity: "2"}}, plan.GroceryList)

				stock(t, c, held, "any")
				plan = apitest.Decode[models.Plan](t, c.Call(t, http.MethodPost, "/api/grocery/", body).Is(t, http.StatusOK))
				require.Equal(t, []models.PlannedItem{{Name: "water", Quantity: "2"}}, plan.GroceryList)
				require.Equal(t, []models.PlannedItem{{Name: first, Quantity: sum}}, plan.Others)

				for _, parameter := range []string{"ingredients", "ingredient", "search"} {
					found := foundNames(t, c, parameter+"="+url.QueryEscape(held))
					want := []string{"all 50%"}
					if parameter == "search" {
						want = []string{"all"}
					}
					require.Equal(t, want, found, "%s=%q", parameter, held)
				}
			}
		})
	}
}

func TestIngredientsWithCommas(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "commas")
	addRecipe(t, c, recipeNeeding("sauce", "butter, melted", "flour"))
	addRecipe(t, c, recipeNeeding("bread", "butter", "flour", "salt"))
	for query, want := range map[string][]string{
		"ingredient=butter,+Melted": {"sauce 50%"}, "ingredient=butter%2C%20melted": {"sauce 50%"}, "ingredients=butter,melted": {"bread 33%"},
		"ingredient=flour&ingredient=butter,%20melted": {"sauce 100%", "bread 33%"}, "ingredient=salt&ingredients=flour,butter": {"bread 100%", "sauce 50%"},
		"ingredient=flour&ingredient=FLOUR&ingredient=+": {"sauce 50%", "bread 33%"}, "ingredient=": {"bread", "sauce"}, "ingredient": {"bread", "sauce"},
		"ingredient=&ingredients=,": {"bread", "sauce"}, "ingredient=melted": {}, "ingredient=\u200b": {"bread", "sauce"},
	} {
		require.Equal(t, want, foundNames(t, c, query), query)
	}
	page := c.Call(t, http.MethodGet, "/api/recipes/?limit=1&ingredient=butter,%20melted&ingredient=flour", nil).Is(t, http.StatusOK)
	next, _, _ := strings.Cut(strings.TrimPrefix(page.Header.Get("Link"), "<"), ">")
	require.Equal(t, []string{"bread 33%"}, foundNames(t, c, strings.TrimPrefix(next, "/api/recipes/?")), "the next page has the same filters")

	for query, faults := range map[string][]string{
		"ingredient=a%00&ingredient=b&ingredient=%FF":                           {"ingredient.0:invalid_characters", "ingredient.2:invalid_characters"},
		"ingredient=" + strings.Repeat("x", 1001):                               {"ingredient.0:too_long"},
		strings.Repeat("ingredient=x&", 500):                                    nil,
		strings.Repeat("ingredient=x&", 501):                                    {"ingredient:too_many"},
		"ingredients=" + differentNames(500) + "&ingredient=A1&ingredient=x,y":  {"ingredients:too_many"},
		"ingredients=" + differentNames(499) + "&ingredient=A1&ingredient=x,y":  nil,
		"ingredient=" + strings.Repeat("%F0%9F%8D%8B", 1000) + "&ordering=name": nil,
	} {
		queryFails(t, c, "/api/recipes/?"+query, faults)
	}
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
		found := []string{}
		next := query + "&limit=1"
		for next != "" {
			found = append(found, foundNames(t, c, next)...)
			link, _, _ := strings.Cut(strings.TrimPrefix(c.Call(t, http.MethodGet, "/api/recipes/?"+next, nil).Header.Get("Link"), "<"), ">")
			next = strings.TrimPrefix(link, "/api/recipes/?")
		}
		require.Equal(t, want, found, "%s by pages", query)
	}
}

func TestNamesAreInTheirNaturalOrder(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "natural")
	for _, name := range []string{"Zucchini", "Äpfel", "10 minute soup", "apple", "2 minute noodles", "Apfel", "Crème", "creme", "Crepe", "Øst", "ost"} {
		addRecipe(t, c, recipeNeeding(name))
	}
	want := []string{"2 minute noodles", "10 minute soup", "Apfel", "Äpfel", "apple", "creme", "Crème", "Crepe", "ost", "Øst", "Zucchini"}
	require.Equal(t, want, foundNames(t, c, "ordering=name"))
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
