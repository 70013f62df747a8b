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
	"github.com/ocipe/ocipe/internal/foods"
)

const foodsPath = "/api/foods/"

func foodPath(id int64) string { return fmt.Sprintf("%s%d/", foodsPath, id) }

// addFood adds a food.
func addFood(t *testing.T, c *apitest.Client, body string) models.Food {
	t.Helper()
	return apitest.Decode[models.Food](t, c.Call(t, http.MethodPost, foodsPath, body).Is(t, http.StatusCreated))
}

func TestAFoodHasWhatWasSet(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "cook")
	flour := addFood(t, c, `{"name": " Bread  flour ", "density": "125 g per cup", "piece_weight": null, "aliases": ["Mehl 550"], "aisle": ""}`)

	require.Empty(t, flour.PieceWeight)
	require.JSONEq(t, fmt.Sprintf(`{"id": %d, "name": "Bread  flour", "aliases": ["Mehl 550"], "density": "125 g per cup", "staple": false}`, flour.ID),
		c.Call(t, http.MethodGet, foodPath(flour.ID), nil).Text)

	t.Run("APatchChangesWhatIsGiven", func(t *testing.T) {
		a := c.Call(t, http.MethodPatch, foodPath(flour.ID), `{"piece_weight": "1 kg", "staple": true}`).Is(t, http.StatusOK)
		require.JSONEq(t, fmt.Sprintf(`{"id": %d, "name": "Bread  flour", "aliases": ["Mehl 550"], "density": "125 g per cup", "piece_weight": "1 kg", "staple": true}`, flour.ID), a.Text)
		same := c.Call(t, http.MethodPatch, foodPath(flour.ID), `{}`).Is(t, http.StatusOK)
		require.Equal(t, a.Text, same.Text)
	})
	t.Run("NullAndAnEmptyTextRemove", func(t *testing.T) {
		a := c.Call(t, http.MethodPatch, foodPath(flour.ID), `{"piece_weight": null, "density": "", "aliases": []}`).Is(t, http.StatusOK)
		require.JSONEq(t, fmt.Sprintf(`{"id": %d, "name": "Bread  flour", "aliases": [], "staple": true}`, flour.ID), a.Text)
	})
	t.Run("APutReplacesEverything", func(t *testing.T) {
		a := c.Call(t, http.MethodPut, foodPath(flour.ID), `{"name": "Rye flour", "aisle": "Baking"}`).Is(t, http.StatusOK)
		require.JSONEq(t, fmt.Sprintf(`{"id": %d, "name": "Rye flour", "aliases": [], "aisle": "Baking", "staple": false}`, flour.ID), a.Text)
	})
}

func TestAFoodWithInvalidMembersIsRefused(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "cook")
	id := addFood(t, c, `{"name": "leek"}`).ID
	for body, fields := range map[string][]string{
		`{}`: {"name:required"},
		`{"name": "x", "density": "heavy", "piece_weight": "2 cups"}`:                                    {"density:not_a_density", "piece_weight:not_a_weight"},
		`{"name": "x", "density": "0 g/ml", "piece_weight": "1-2 g"}`:                                    {"density:not_a_density", "piece_weight:not_a_weight"},
		`{"name": "x", "density": "40 g/ml", "piece_weight": "2 t"}`:                                     {"density:not_a_density", "piece_weight:not_a_weight"},
		`{"name": "x", "density": 1, "aliases": [" ", "y\u0007"], "staple": 1}`:                          {"density:not_a_string", "aliases.0:blank", "aliases.1:invalid_characters", "staple:not_a_boolean"},
		`{"name": "x", "aliases": [` + strings.Repeat(`"a", `, 50) + `"a"]}`:                             {"aliases:too_many"},
		`{"name": "x", "aliases": ["` + strings.Repeat(`a`, 201) + `"]}`:                                 {"aliases.0:too_long"},
		`{"name": "x", "density": "0.7 g/ml` + strings.Repeat(` `, 50) + strings.Repeat(`x`, 100) + `"}`: {"density:too_long"},
	} {
		for method, path := range map[string]string{http.MethodPost: foodsPath, http.MethodPut: foodPath(id)} {
			a := c.Call(t, method, path, body).Is(t, http.StatusBadRequest)
			require.ElementsMatch(t, fields, a.Problem(t).Fields(), body)
		}
	}
	require.Equal(t, "invalid_input", c.Call(t, http.MethodPatch, foodPath(id), `{"aliases": null}`).Is(t, http.StatusBadRequest).Problem(t).Code)
}

func TestANameStandsForOneFood(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "cook")
	onion := addFood(t, c, `{"name": "Spring onion", "aliases": ["Lauchzwiebelchen"]}`).ID
	shallot := addFood(t, c, `{"name": "Shallot", "aliases": ["Schalottchen", "scallion"]}`).ID // the user's foods have precedence
	for _, test := range []struct {
		name, body string
		fields     []string
	}{
		{"InAnotherCaseAndNumber", `{"name": "SPRING ONIONS"}`, []string{"name:taken"}},
		{"WithWordsOfPreparation", `{"name": "spring onion, chopped"}`, []string{"name:taken"}},
		{"AsASynonym", `{"name": "green onion"}`, []string{"name:taken"}},
		{"AsAnAliasOfAnother", `{"name": "schalottchen"}`, []string{"name:taken"}},
		{"AsASynonymThatIsAnAlias", `{"name": "scallions"}`, []string{"name:taken"}},
		{"WithAnAliasThatIsAName", `{"name": "x", "aliases": ["y", "shallots", "lauchzwiebelchen"]}`, []string{"aliases.1:taken", "aliases.2:taken"}},
		{"WithBoth", `{"name": "spring onion", "aliases": ["Scallion"]}`, []string{"name:taken", "aliases.0:taken"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := c.Call(t, http.MethodPost, foodsPath, test.body).Is(t, http.StatusBadRequest)
			require.Equal(t, test.fields, a.Problem(t).Fields())
			require.Regexp(t, fmt.Sprintf(`This name belongs to another food of yours, the one with the id (%d|%d)\.`, onion, shallot), a.Text)
		})
	}
	t.Run("ItsOwnNamesAreFree", func(t *testing.T) {
		c.Call(t, http.MethodPut, foodPath(onion), `{"name": "spring onions", "aliases": ["Lauchzwiebelchen", "SPRING ONION"]}`).Is(t, http.StatusOK)
		c.Call(t, http.MethodPatch, foodPath(shallot), `{"aliases": ["scallion", "Schalottchen"]}`).Is(t, http.StatusOK)
	})
	t.Run("AChangeIsRefusedToo", func(t *testing.T) {
		a := c.Call(t, http.MethodPatch, foodPath(shallot), `{"aliases": ["scallion", "Spring onions"]}`).Is(t, http.StatusBadRequest)
		require.Equal(t, []string{"aliases.1:taken"}, a.Problem(t).Fields())
	})
	t.Run("AnotherUserHasOtherFoods", func(t *testing.T) {
		addFood(t, s.User(t, "neighbour"), `{"name": "Spring onion", "aliases": ["scallion"]}`)
	})
	t.Run("ADeletedFoodFreesItsNames", func(t *testing.T) {
		c.Call(t, http.MethodDelete, foodPath(shallot), nil).Is(t, http.StatusNoContent)
		addFood(t, c, `{"name": "Schalottchen"}`)
	})
}

// TestTwoFoodsAddedAtOnceDontShareAName sends the same new name to two servers.
func TestTwoFoodsAddedAtOnceDontShareAName(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "cook")
	other := s.Replica(t).Client(t)
	other.Access = c.Access
	var added []func(testing.TB)
	for i := range 8 {
		added = append(added, func(t testing.TB) {
			client := []*apitest.Client{c, other}[i%2]
			client.Call(t, http.MethodPost, foodsPath, fmt.Sprintf(`{"name": "x%d", "aliases": ["kohlrabi"]}`, i))
		})
	}
	apitest.AtOnce(t, added...)
	require.EqualValues(t, 1, s.Int(t, `select count(*) from foods`))
}

func TestAnAccountHasAMaximumOfFoods(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "cook")
	fillFoods(t, s)
	c.Call(t, http.MethodDelete, foodPath(1), nil).Is(t, http.StatusNoContent)
	addFood(t, c, `{"name": "the last one"}`)
	require.Equal(t, "too_many_foods", c.Call(t, http.MethodPost, foodsPath, `{"name": "one more"}`).Is(t, http.StatusConflict).Problem(t).Code)
	require.Len(t, apitest.Decode[[]models.Food](t, c.Call(t, http.MethodGet, foodsPath, nil).Is(t, http.StatusOK)), foods.MaxFoods)
	a := sendImport(t, c, exportWithFoods(`{"id": 1, "name": "kohlrabi", "aliases": [], "staple": false}`)).Is(t, http.StatusConflict)
	require.Equal(t, "too_many_foods", a.Problem(t).Code)
	require.Contains(t, a.Text, "would have more after this import")
	sendImport(t, c, exportWithFoods(`{"id": 1, "name": "Food number 2", "aliases": [], "staple": false}`)).Is(t, http.StatusCreated)
}

// TestAnImportKeepsTheFoodsOfTheAccount imports foods whose names are partly taken.
func TestAnImportKeepsTheFoodsOfTheAccount(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "cook")
	addFood(t, c, `{"name": "Spring onion", "density": "0.5 g/ml"}`)
	var file []string
	for i, food := range []string{
		`"name": "scallions", "aliases": ["x"], "density": "0.9 g/ml"`, `"name": "Kohlrabi", "aliases": ["Spring onions", "a,b\"\\", "Rübe"], "density": "0.6 g/ml", "piece_weight": "½ kg", "aisle": "Ecke"`,
		`"name": "kohlrabis", "aliases": []`, `"name": "x", "aliases": ["rübe", "y"]`,
	} {
		file = append(file, fmt.Sprintf(`{"id": %d, "staple": true, %s}`, 9-i, food))
	}
	a := sendImport(t, c, exportWithFoods(file...)).Is(t, http.StatusCreated)

	require.EqualValues(t, 2, apitest.Decode[models.ImportedCounts](t, a).Foods)
	var found []models.Food
	require.NoError(t, json.Unmarshal([]byte(c.Call(t, http.MethodGet, foodsPath, nil).Text), &found))
	texts := []string{}
	for _, f := range found {
		texts = append(texts, fmt.Sprintf("%s %q %s %s %s", f.Name, f.Aliases, textOf(f.Density), textOf(f.PieceWeight), textOf(f.Aisle)))
	}
	require.ElementsMatch(t, []string{
		`Spring onion [] 0.5 g/ml  `, `Kohlrabi ["a,b\"\\" "Rübe"] 0.6 g/ml ½ kg Ecke`, `x ["y"]   `,
	}, texts)

	for field, element := range map[string]string{
		"foods.1.density:not_a_density": `"name": "y", "aliases": [], "density": "x"`, "foods.1.aliases.0:blank": `"name": "y", "aliases": [""]`,
		"foods.1.id:repeated": `"name": "y", "aliases": []`,
	} {
		id := 2
		if strings.HasSuffix(field, "repeated") {
			id = 1
		}
		refused := sendImport(t, c, exportWithFoods(`{"id": 1, "name": "z", "aliases": [], "staple": false}`, fmt.Sprintf(`{"id": %d, "staple": false, %s}`, id, element)))
		require.Equal(t, []string{field}, refused.Is(t, http.StatusBadRequest).Problem(t).Fields())
	}
}

// fillFoods gives every user the maximum number of foods.
func fillFoods(t *testing.T, s *apitest.Server) {
	t.Helper()
	s.Exec(t, `insert into foods (user_id, version, name, aliases, density, piece_weight, density_g_per_ml, piece_weight_g, aisle, staple)
		select u.id, 1, 'food number ' || n, '{}', '', '', '', '', '', false from users u, generate_series(1, $1) n`, foods.MaxFoods)
}

// exportWithFoods returns an export with these foods.
func exportWithFoods(foods ...string) string {
	return strings.TrimSuffix(exportWith("", ""), "}") + `,"foods":[` + strings.Join(foods, ",") + `]}`
}

func textOf[T ~string](text *T) string {
	if text == nil {
		return ""
	}
	return string(*text)
}
