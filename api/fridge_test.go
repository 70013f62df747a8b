package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// addFridgeIngredient adds an ingredient to the fridge.
func addFridgeIngredient(t *testing.T, c *apitest.Client, name, group string) models.FridgeIngredient {
	t.Helper()
	res, err := c.AddFridgeIngredientWithResponse(t.Context(), models.FridgeIngredientInput{Name: name, Group: group})
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, string(res.Body))
	return *res.JSON201
}

// fridgeNames returns the names in the fridge, by group.
func fridgeNames(t *testing.T, c *apitest.Client) map[string][]string {
	t.Helper()
	res, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
	names := map[string][]string{}
	for group, items := range res.JSON200.IngredientList {
		for _, i := range items {
			names[group] = append(names[group], i.Name)
		}
	}
	return names
}

// groupsToEscape are group names that must reach the server unchanged in a path.
var groupsToEscape = []string{
	"a/b", "/", "a//b/", "what?", "1+1", "50% off", "%41", "%2F", "x;y=1", "c&d", "#1", "=", "a b", "..x", "it's", `"quoted"`, `\`, "<b>",
	"{group_name}", "*", "ingredient", "group", "果物", "Σαλάτα", "фрукты", "فواكه", "🍋🧂", "e\u0301", "É2", "c\u200bd", "e\u2028f", "null", "[0]", ",", ":", "@",
}

func TestFridgeGroups(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("ComeInReverseByteOrderAndTheirItemsById", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "groups-order")
		var want strings.Builder
		groups := slices.Clone(groupsToEscape)
		for _, g := range groups {
			addFridgeIngredient(t, c, "first", g)
		}
		slices.Sort(groups) // by bytes
		for _, g := range slices.Backward(groups) {
			second := addFridgeIngredient(t, c, "second", g)
			if want.Len() > 0 {
				want.WriteString(",")
			}
			fmt.Fprintf(&want, `%s:\[{"id":[0-9]+,"name":"first"},{"id":%d,"name":"second"}\]`, regexp.QuoteMeta(fridgeText(t, g)), second.ID)
		}
		require.Regexp(t, `^{"ingredient_list":{`+want.String()+`}}\s*$`, c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
	})

	t.Run("OfAnyNameAreRenamedByTheGeneratedClientAndDeletedInAnySpelling", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "groups-strange")
		addFridgeIngredient(t, c, "bystander", "other")
		for _, group := range groupsToEscape {
			item := addFridgeIngredient(t, c, "Leek", group)
			addFridgeIngredient(t, c, "Salt", group)

			renamed, err := c.RenameFridgeGroupWithResponse(t.Context(), group, models.GroupRename{NewGroup: group + "'"})
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, renamed.StatusCode())
			require.Equal(t, map[string][]string{group + "'": {"Leek", "Salt"}, "other": {"bystander"}}, fridgeNames(t, c), group)
			res, err := c.GetFridgeIngredientWithResponse(t.Context(), item.ID, nil)
			require.NoError(t, err)
			require.Equal(t, group+"'", res.JSON200.Group)

			require.Empty(t, c.Call(t, http.MethodDelete, "/api/fridge/ingredient/group/"+percentEncoded(group+"'"), nil).Is(t, http.StatusOK).Text)
			require.Equal(t, map[string][]string{"other": {"bystander"}}, fridgeNames(t, c), group)
		}
	})

	t.Run("AreOneInAnySpelling", func(t *testing.T) {
		t.Parallel()
		forms := []string{"Crème fraîche", "cre\u0300me frai\u0302che", "CRÈME  FRAÎCHE", "Crème\u00a0fraîche", "Crème \u200bfraîche", "ＣＲÈＭＥ fraîche"}
		for i, form := range forms {
			c := s.User(t, fmt.Sprintf("groups-spelling-%d", i))
			addFridgeIngredient(t, c, "bystander", "Creme fraiche")
			for _, other := range forms {
				item := apitest.Decode[models.FridgeIngredient](t, c.Call(t, http.MethodPost, "/api/fridge/ingredient/", models.FridgeIngredientInput{Name: "x", Group: other}).Is(t, http.StatusCreated))
				require.Equal(t, forms[0], item.Group, "it joins the group under the group's name")
			}
			moved := addFridgeIngredient(t, c, "y", "elsewhere")
			path := fmt.Sprintf("/api/fridge/ingredient/%d/", moved.ID)
			require.Contains(t, c.Call(t, http.MethodPatch, path, map[string]string{"group": form}).Is(t, http.StatusOK).Text, forms[0])
			c.Call(t, http.MethodPut, path, map[string]string{"name": "y", "group": "elsewhere"}).Is(t, http.StatusOK)
			all := []string{"x", "x", "x", "x", "x", "x"}
			require.Equal(t, map[string][]string{forms[0]: all, "elsewhere": {"y"}, "Creme fraiche": {"bystander"}}, fridgeNames(t, c))

			group := "/api/fridge/ingredient/group/"
			c.Call(t, http.MethodPut, group+"ELSEWHERE", models.GroupRename{NewGroup: form}).Is(t, http.StatusOK)
			require.Equal(t, map[string][]string{forms[0]: append(all, "y"), "Creme fraiche": {"bystander"}}, fridgeNames(t, c), "merged")
			c.Call(t, http.MethodPut, group+url.PathEscape(form), models.GroupRename{NewGroup: forms[5-i]}).Is(t, http.StatusOK)
			require.Equal(t, map[string][]string{forms[5-i]: append(all, "y"), "Creme fraiche": {"bystander"}}, fridgeNames(t, c), "another spelling")
			c.Call(t, http.MethodDelete, group+url.PathEscape(form), nil).Is(t, http.StatusOK)
			require.Equal(t, map[string][]string{"Creme fraiche": {"bystander"}}, fridgeNames(t, c))
		}
	})

	t.Run("HaveOneSpellingAlsoIfTwoAreAddedAtOnce", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "groups-at-once")
		var calls sync.WaitGroup
		for i := range 8 {
			calls.Go(func() {
				res, err := c.AddFridgeIngredientWithResponse(t.Context(), models.FridgeIngredientInput{Name: "x", Group: []string{"Veg", "veg", "VEG", "\u200bVeg"}[i%4]})
				assert.NoError(t, err)
				assert.Equal(t, http.StatusCreated, res.StatusCode())
			})
		}
		calls.Wait()
		require.Len(t, fridgeNames(t, c), 1)
	})

	t.Run("ThatAreUnknownChangeNothing", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "groups-unknown"), s.User(t, "groups-neighbour")
		want := map[string][]string{"Gréens": {"Leek"}}
		addFridgeIngredient(t, c, "Leek", "Gréens")
		addFridgeIngredient(t, other, "Leek", "theirs")
		for _, unknown := range []string{"Greens", "Gréens2", "Gré ens", "theirs", "%", "_réens", strings.Repeat("x", 31), strings.Repeat("🍋", 2000)} {
			path := "/api/fridge/ingredient/group/" + url.PathEscape(unknown)
			c.Call(t, http.MethodPut, path, `{"new_group": "new"}`).Is(t, http.StatusOK)
			c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusOK)
			require.Equal(t, want, fridgeNames(t, c))
		}
		for _, invalid := range []string{"%00", "%FF", "%20"} {
			c.Call(t, http.MethodPut, "/api/fridge/ingredient/group/"+invalid, `{"new_group": "new"}`).Is(t, http.StatusNotFound)
			c.Call(t, http.MethodDelete, "/api/fridge/ingredient/group/"+invalid, nil).Is(t, http.StatusNotFound)
		}
		require.Equal(t, map[string][]string{"theirs": {"Leek"}}, fridgeNames(t, other))
	})

	t.Run("AreTheRestOfThePath", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "groups-rest")
		for _, f := range []struct{ path, group string }{
			{"Veg/", "Veg/"}, {"Veg%2F", "Veg/"}, {"Meat/Fish", "Meat/Fish"}, {"Meat%2FFish/", "Meat/Fish/"}, {"a//b", "a//b"}, {"/", "/"}, {"//", "//"},
			{"%20Greens%E2%80%83", "Greens"}, {"/a/b/%3F/c%20d/", "/a/b/?/c d/"}, {"12/", "12/"}, {"%D0%A5%D0%BB%D0%B5%D0%B1/%2F", "Хлеб//"},
		} {
			shorter := strings.TrimSuffix(f.group, "/")
			want := map[string][]string{"other": {"Kale"}}
			addFridgeIngredient(t, c, "Kale", "other")
			if shorter != f.group && shorter != "" {
				want[shorter] = []string{"Chard"}
				addFridgeIngredient(t, c, "Chard", shorter)
			}
			addFridgeIngredient(t, c, "Leek", f.group)
			c.Call(t, http.MethodPut, "/api/fridge/ingredient/group/"+f.path, `{"new_group": "new"}`).Is(t, http.StatusOK)
			require.Equal(t, []string{"Leek"}, fridgeNames(t, c)["new"], f.path)
			c.Call(t, http.MethodDelete, "/api/fridge/ingredient/group/new", nil).Is(t, http.StatusOK)
			addFridgeIngredient(t, c, "Leek", f.group)
			c.Call(t, http.MethodDelete, "/api/fridge/ingredient/group/"+f.path, nil).Is(t, http.StatusOK)
			require.Equal(t, want, fridgeNames(t, c), f.path)
			for group := range want {
				c.Call(t, http.MethodDelete, "/api/fridge/ingredient/group/"+url.PathEscape(group), nil).Is(t, http.StatusOK)
			}
		}
	})
}

// fridgeText returns a JSON string as the server writes it.
func fridgeText(t *testing.T, text string) string {
	t.Helper()
	quoted, err := jsontext.AppendQuote(nil, text)
	require.NoError(t, err)
	return string(quoted)
}

// percentEncoded escapes every byte. Clients don't do that, but it is allowed.
func percentEncoded(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02x", text[i])
	}
	return b.String()
}
