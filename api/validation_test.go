package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// Every faulty value holds one of these: neither an answer nor the log may.
const marker, markerNumber = "kohlrabi", "77117711"

// member is what the contract says of one member of a body.
type member struct {
	path     string // in bodies that are valid
	kind     string // as in the code of a wrong type
	max      int    // characters of a string, elements of an array, or the largest integer
	blank    bool   // a string may be blank
	optional bool
	enum     bool
	min      int    // elements of an array
	element  string // of an array
}

var recipeMembers = []member{
	{path: "name", kind: "a_string", max: 100}, {path: "meat_type", kind: "a_string", max: 30}, {path: "longevity", kind: "an_integer", max: 36500},
	{path: "frequency", kind: "a_string", enum: true}, {path: "note", kind: "a_string", max: 100_000, blank: true, optional: true},
	{path: "state", kind: "a_string", enum: true, optional: true}, {path: "ingredients", kind: "an_array", max: 200, element: `{"name": "leek"}`},
	{path: "ingredients.1.name", kind: "a_string", max: 50}, {path: "ingredients.1.quantity", kind: "a_string", max: 50, blank: true, optional: true},
}

var fridgeMembers = []member{{path: "name", kind: "a_string", max: 50}, {path: "group", kind: "a_string", max: 30}}

const (
	recipeBody = `{"name": "soup", "meat_type": "x", "longevity": 1, "frequency": "weekday", "ingredients": [{"name": "leek"}, {"name": "salt", "quantity": "1"}]}`
	fridgeBody = `{"name": "Leek", "group": "Greens"}`
)

// checkedBody is an operation with a valid body.
type checkedBody struct {
	name, method, path, body string
	members                  []member
	patch                    bool // the members of its body may be left out, if not those of what they hold
}

// checkedBodies are all operations on recipes, fridge and grocery that take a body, for a user who is given a row of each
// kind.
func checkedBodies(t *testing.T, c *apitest.Client) []checkedBody {
	t.Helper()
	r := addRecipe(t, c, recipeNeeding("soup", "leek")).ID
	recipe, item, line := fmt.Sprintf("/api/recipes/%d/", r), fmt.Sprintf("/api/fridge/ingredient/%d/", stock(t, c, "Leek", "Greens").ID), fmt.Sprintf("/api/grocery/list/%d/", jot(t, c, "milk").ID)
	imported := []member{{path: "list", kind: "an_array", min: 1, max: 1000, element: recipeBody}, {path: "list.0.name", kind: "a_string", max: 100}}
	for _, m := range recipeMembers {
		m.path = "list.1." + m.path
		imported = append(imported, m)
	}
	listMembers := []member{{path: "item", kind: "a_string", max: 200}, {path: "isChecked", kind: "a_boolean", optional: true}}
	return []checkedBody{
		{"CreateRecipe", http.MethodPost, "/api/recipes/", recipeBody, recipeMembers, false},
		{"ReplaceRecipe", http.MethodPut, recipe, recipeBody, recipeMembers, false},
		{"UpdateRecipe", http.MethodPatch, recipe, recipeBody, recipeMembers, true},
		{"ImportRecipes", http.MethodPost, "/api/recipes/bulk/", `{"list": [` + recipeBody + "," + recipeBody + `]}`, imported, false},
		{"AddFridgeIngredient", http.MethodPost, "/api/fridge/ingredient/", fridgeBody, fridgeMembers, false},
		{"ReplaceFridgeIngredient", http.MethodPut, item, fridgeBody, fridgeMembers, false},
		{"UpdateFridgeIngredient", http.MethodPatch, item, fridgeBody, fridgeMembers, true},
		{"RenameFridgeGroup", http.MethodPut, "/api/fridge/ingredient/group/Greens", `{"new_group": "Greens"}`, []member{{path: "new_group", kind: "a_string", max: 30}}, false},
		{"PlanGroceries", http.MethodPost, "/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d, %[1]d]}`, r),
			[]member{{path: "recipe_ids", kind: "an_array", min: 1, max: 500, element: fmt.Sprint(r)}, {path: "recipe_ids.1", kind: "an_integer"}}, false},
		{"AddGroceryItems", http.MethodPost, "/api/grocery/list/", `{"items": "milk"}`, []member{{path: "items", kind: "a_string", max: 200}}, false},
		{"ReplaceGroceryItem", http.MethodPut, line, `{"item": "milk", "isChecked": true}`, listMembers, false},
		{"UpdateGroceryItem", http.MethodPatch, line, `{"item": "milk", "isChecked": true}`, listMembers, true},
	}
}

// bodyWith is a body with another value of one member; without it if the value is empty.
func bodyWith(t *testing.T, body, path, value string) string {
	t.Helper()
	var root any
	require.NoError(t, json.Unmarshal([]byte(body), &root))
	at, names := root, strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		if list, ok := at.([]any); ok {
			at = list[int(name[0]-'0')]
		} else {
			at = at.(map[string]any)[name]
		}
	}
	switch name := names[len(names)-1]; holder := at.(type) {
	case map[string]any:
		holder[name] = json.RawMessage(value)
		if value == "" {
			delete(holder, name)
		}
	case []any:
		holder[int(name[0]-'0')] = json.RawMessage(value)
	}
	text, err := json.Marshal(root)
	require.NoError(t, err)
	return string(text)
}

func arrayOf(element string, count int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", count), ",") + "]"
}

// faultyValues are values of a member with the code of their fault.
func (m member) faultyValues(patch bool) map[string]string {
	deep := strings.Repeat(`[{"x":`, 2000) + `"` + marker + `"` + strings.Repeat(`}]`, 2000)
	faulty := map[string]string{}
	for _, value := range []string{"null", "true", "false", markerNumber, markerNumber + ".5", `"` + marker + `"`, "[" + markerNumber + "]", arrayOf(`"`+marker+`"`, 3), `{"name": "` + marker + `"}`, "{}", "1e400", deep} {
		faulty[value] = "not_" + m.kind
	}
	if !m.optional && (!patch || strings.Contains(m.path, ".")) && !strings.HasSuffix(m.path, ".1") {
		faulty[""] = "required"
	}
	switch m.kind {
	case "a_string":
		delete(faulty, `"`+marker+`"`)
		faulty[`"`+marker+`\u0000"`] = "invalid_characters"
		if !m.blank {
			faulty[`""`], faulty[`" \t\u00a0\r\n"`] = "blank", "blank"
		}
		if m.enum {
			for _, value := range []string{marker, "Weekday", "ACTIVE", "weekday active", "weekda"} {
				faulty[`"`+value+`"`] = "not_allowed"
			}
		} else {
			faulty[`"`+strings.Repeat("x", m.max+1)+`"`], faulty[`" `+marker+strings.Repeat("🍋", m.max-7)+` "`] = "too_long", "too_long"
			faulty[`"`+marker+`\u0000`+strings.Repeat("x", m.max)+`"`] = "invalid_characters"
		}
	case "an_integer":
		delete(faulty, markerNumber)
		delete(faulty, "1e400")
		for _, value := range []string{"0.5", "1e-400", "-1.5", "9007199254740992.5", "36500.000000000000000000001", `"1"`, "10e-2", "1e-9223372036854775808", "1E-99999999999999999999"} {
			faulty[value] = "not_an_integer"
		}
		if m.max > 0 {
			for _, value := range []string{"1e400", "1e30", "1" + strings.Repeat("0", 30), "9223372036854775807", "9223372036854775808", strconv.Itoa(m.max + 1), "1e9223372036854775807", markerNumber, markerNumber + "e99999999999999999999"} {
				faulty[value] = "too_large"
				faulty["-"+value] = "too_small"
			}
			faulty["-1"] = "too_small"
		}
	case "a_boolean":
		delete(faulty, "true")
		delete(faulty, "false")
	case "an_array":
		for value := range faulty {
			if strings.HasPrefix(value, "[") {
				delete(faulty, value)
			}
		}
		faulty[arrayOf(m.element, m.max+1)] = "too_many"
		if m.min > 0 {
			faulty["[]"] = "too_few"
		}
	}
	return faulty
}

// goodValues are values of a member at its limits.
func (m member) goodValues(patch bool) []string {
	var good []string
	if m.optional || patch && !strings.Contains(m.path, ".") {
		good = append(good, "")
	}
	switch {
	case m.kind == "a_boolean":
		good = append(good, "true", "false")
	case m.kind == "an_array":
		good = append(good, arrayOf(m.element, m.max), arrayOf(m.element, max(m.min, 0)))
	case m.max > 0 && m.kind == "an_integer":
		good = append(good, "0", "-0", "0e99999999999999999999", "-0.0e-9", strconv.Itoa(m.max), strconv.Itoa(m.max)+".000", "3.65e4", "3650000e-2")
	case m.kind == "a_string" && !m.enum:
		good = append(good, `"x"`, `"\u2003`+strings.Repeat("🍋", m.max)+`\n"`, `"`+strings.Repeat(`\ud83c\udf4b`, m.max)+`"`)
		if m.blank {
			good = append(good, `""`, `" \t"`)
		}
	}
	return slices.Compact(good)
}

// everything stands for all that users have written down: if it is the same, nothing was stored.
func everything(t *testing.T, s *apitest.Server) (sum string) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select md5(concat_ws('|', (select string_agg(r::text, '|' order by id) from recipes r),
		(select string_agg(f::text, '|' order by id) from fridge_items f), (select string_agg(g::text, '|' order by id) from grocery_items g),
		(select string_agg(p::text, '|' order by id) from plans p)))`).Scan(&sum))
	return sum
}

func TestValidation(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "validation")
	for _, op := range checkedBodies(t, c) {
		t.Run("Of"+op.name, func(t *testing.T) {
			before := everything(t, s)
			for _, m := range op.members {
				for value, code := range m.faultyValues(op.patch) {
					a := c.Call(t, op.method, op.path, bodyWith(t, op.body, m.path, value))
					require.Equal(t, http.StatusBadRequest, a.StatusCode, "%s: %.80s: %s", m.path, value, a.Text)
					require.Equal(t, []string{m.path + ":" + code}, a.Problem(t).Fields(), "%.80s", value)
					require.NotContains(t, a.Text, marker)
					require.NotContains(t, a.Text, markerNumber)
				}
			}
			require.Equal(t, before, everything(t, s), "nothing is stored")
			for _, m := range op.members {
				for _, value := range m.goodValues(op.patch) {
					a := c.Call(t, op.method, op.path, bodyWith(t, op.body, m.path, value))
					require.Less(t, a.StatusCode, 300, "%s: %.80s: %s", m.path, value, a.Text)
				}
			}
		})
	}
	require.Contains(t, s.Logs.String(), "request")
	require.NotContains(t, s.Logs.String(), marker)
	require.NotContains(t, s.Logs.String(), markerNumber)
}
