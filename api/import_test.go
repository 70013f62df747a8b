package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

const validRecipe = `{"name": %q, "meat_type": "m", "longevity": 1, "frequency": "weekday", "ingredients": []}`

// importOf returns the body of an import.
func importOf(recipes ...string) string { return `{"list": [` + strings.Join(recipes, ",") + `]}` }

func TestAnImportWithErrors(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	bad := []string{
		fmt.Sprintf(validRecipe, "one"),
		`{"name": "two", "meat_type": "m", "longevity": -1, "frequency": "never", "ingredients": [{"name": ""}]}`,
		fmt.Sprintf(validRecipe, "three"),
		`{"meat_type": "m", "longevity": 1, "frequency": "weekday", "ingredients": []}`,
		`7`,
		fmt.Sprintf(validRecipe, " a\nlong "+strings.Repeat("name ", 300)),
	}

	t.Run("AddsNothingAndNamesTheRecipes", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "import-fail")
		for _, query := range []string{"", "?on_error=fail"} {
			p := c.Call(t, http.MethodPost, "/api/recipes/bulk/"+query, importOf(bad...)).Is(t, http.StatusBadRequest).Problem(t)
			require.Equal(t, `Invalid: "two" (list.1), no name (list.3), no name (list.4), and 1 more; see errors.`, p.Detail)
			require.Equal(t, []string{
				"list.1.frequency:not_allowed", "list.1.ingredients.0.name:blank", "list.1.longevity:too_small", "list.3.name:required", "list.4:not_an_object",
				"list.5.name:too_long",
			}, p.Fields())
			require.Equal(t, `In "two": This number must be at least 0.`, p.Errors[2].Detail)
			require.Equal(t, "This member is required.", p.Errors[3].Detail)
			require.Regexp(t, `^In "a long name .*…": `, p.Errors[5].Detail)
		}
		require.Empty(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/", nil)))
	})

	t.Run("AddsTheGoodOnesIfTheBadOnesAreSkipped", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "import-skip")
		got := apitest.Decode[models.ImportResult](t, c.Call(t, http.MethodPost, "/api/recipes/bulk/?on_error=skip", importOf(bad...)).Is(t, http.StatusOK))
		require.Equal(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?ordering=added_date", nil)), got.Added)
		require.Len(t, got.Added, 2)
		require.Equal(t, []string{"one", "three"}, []string{got.Added[0].Name, got.Added[1].Name})
		var refused []string
		for _, r := range got.Refused {
			name := "-"
			if r.Name != nil {
				name = *r.Name
			}
			refused = append(refused, fmt.Sprintf("%d %.10s %s:%s %d", r.Index, name, r.Errors[0].Field, r.Errors[0].Code, len(r.Errors)))
		}
		require.Equal(t, []string{
			"1 two list.1.frequency:not_allowed 3", "3 - list.3.name:required 1", "4 - list.4:not_an_object 1", "5 a long nam list.5.name:too_long 1",
		}, refused)
	})

	t.Run("ReturnsTheSkippedRecipesEvenIfNoneIsAdded", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "import-none")
		for body, want := range map[string]string{
			importOf(`[]`):                        `{"added": [], "refused": [{"index": 0, "errors": [{"field": "list.0", "code": "not_an_object", "detail": "This must be an object."}]}]}`,
			importOf(`{"name": "\u0000x\u0000"}`): `"name":"x"`,
		} {
			a := c.Call(t, http.MethodPost, "/api/recipes/bulk/?on_error=skip", body).Is(t, http.StatusOK)
			if json.Valid([]byte(want)) {
				require.JSONEq(t, want, a.Text)
			} else {
				require.Contains(t, a.Text, want)
			}
		}
		a := c.Call(t, http.MethodPost, "/api/recipes/bulk/?on_error=+skip+", importOf(fmt.Sprintf(validRecipe, "one"))).Is(t, http.StatusOK)
		require.Contains(t, a.Text, `"refused":[]`)
	})

	t.Run("OfTheListItselfStillFails", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "import-list")
		for body, fields := range map[string][]string{
			`{}`: {"list:required"}, `{"list": 1}`: {"list:not_an_array"}, `{"list": []}`: {"list:too_few"},
			importOf(strings.Split(strings.Repeat("1 ", 1000)+"1", " ")...): nil,
		} {
			p := c.Call(t, http.MethodPost, "/api/recipes/bulk/?on_error=skip", body).Is(t, http.StatusBadRequest).Problem(t)
			if fields != nil {
				require.Equal(t, fields, p.Fields())
			}
			require.Regexp(t, "^list:", p.Fields()[0])
		}
		c.Call(t, http.MethodPost, "/api/recipes/bulk/?on_error=skip", `{"list": [1]`).Is(t, http.StatusBadRequest)
		for _, query := range []string{"on_error=Skipped", "on_error=skip&on_error=skip", "on_error="} {
			p := c.Call(t, http.MethodPost, "/api/recipes/bulk/?"+query, importOf(bad...)).Is(t, http.StatusBadRequest).Problem(t)
			require.Regexp(t, "^on_error:", p.Fields()[0])
			require.Greater(t, len(p.Fields()), len(bad))
			c.Call(t, http.MethodPost, "/api/recipes/bulk/?"+query, importOf(fmt.Sprintf(validRecipe, "one"))).Is(t, http.StatusBadRequest)
		}
		misspelled := c.Call(t, http.MethodPost, "/api/recipes/bulk/?onerror=skip", importOf(bad...)).Is(t, http.StatusBadRequest)
		require.Contains(t, misspelled.Header.Get("Ignored-Members"), "onerror")
		require.Empty(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/", nil)))
	})

	t.Run("FindsEveryBadRecipe", func(t *testing.T) { // in a list of a thousand, with the budget of `make fuzz`
		t.Parallel()
		c := s.User(t, "import-thousand")
		recipes := make([]string, apitest.Size(t, 200, 1000))
		for i := range recipes {
			recipes[i] = `{"ingredients": [` + strings.Repeat(`{"name":""},`, 150) + `{}]}` // 155 errors each
			if i%100 == 99 {
				recipes[i] = fmt.Sprintf(validRecipe, fmt.Sprint(i))
			}
		}
		got := apitest.Decode[models.ImportResult](t, c.Call(t, http.MethodPost, "/api/recipes/bulk/?on_error=skip", importOf(recipes...)).Is(t, http.StatusOK))
		require.Len(t, got.Added, len(recipes)/100)
		require.Len(t, got.Refused, len(recipes)-len(got.Added))
		for _, r := range got.Refused {
			require.Len(t, r.Errors, 100)
		}
	})
}
