package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return packed.String()
}

// sendImport sends a file with additional headers.
func sendImport(t *testing.T, c *apitest.Client, file string, headers ...string) *apitest.Response {
	t.Helper()
	return c.Do(t, http.MethodPost, importPath, file, append([]string{"Authorization: Bearer " + c.Access}, headers...)...)
}

const anExportedRecipe = `{"id":%d,"name":"x","meat_type":"x","longevity":1,"frequency":"rarely","note":%q,"state":"used","ingredient_list":[],"added_date":"2026-03-01T18:30:00.123456Z"}`

// exportWith returns an export with these elements.
func exportWith(recipes, plans string) string {
	return `{"format":"ocipe-export","version":1,"account":{"username":"x","created_at":"2026-03-01T18:30:00.123456Z","password_changed_at":"2026-03-01T18:30:00.123456Z"},` +
		`"recipes":[` + recipes + `],"trash":[],"fridge":[],"checklist":[],"plans":[` + plans + `]}`
}

func TestAnInvalidExportChangesNothing(t *testing.T) {
	t.Parallel()
	// The bomb of the suite is smaller than the limit of the contract, because unpacking is slow with the race detector.
	largest := apitest.Size(t, 12<<20, 128<<20)
	s := apitest.Start(t, func(c *apitest.Config) { c.Contract = apitest.WithBodyLimit(c.Contract, int64(largest)) })
	file := exportingUser(t, s).Call(t, http.MethodGet, exportPath, nil).Text
	other := s.User(t, "other")
	before := everyRow(t, s)
	with := func(old, replacement string) string {
		require.Contains(t, file, old)
		return strings.Replace(file, old, replacement, 1)
	}
	recipe := func(id int) string { return fmt.Sprintf(anExportedRecipe, id, "") }
	for _, test := range []struct {
		name, file string
		status     int
		code       string
		fields     []string
	}{
		{"OfANewerVersion", strings.Replace(with(`"version":1`, `"version":2`), `"recipes":[`, `"recipes":{"a":1},"others":[`, 1), 400, "invalid_input", []string{"version:too_large"}},
		{"OfAnotherFormat", with(`ocipe-export`, `paprika`), 400, "invalid_input", []string{"format:not_allowed"}},
		{"WithoutAList", with(`"fridge":`, `"fridges":`), 400, "invalid_input", []string{"fridge:required"}},
		{"WithInvalidElements", with(`"name":"Zwiebelkuchen"`, `"name":" "`), 400, "invalid_input", []string{"recipes.2.name:blank"}},
		{"WithAnInvalidTime", exportWith(strings.Replace(recipe(1), "2026-03-01T18", "2026-02-30T18", 1), ""), 400, "invalid_input", []string{"recipes.0.added_date:not_a_time"}},
		{"WithARepeatedID", exportWith(recipe(7)+","+recipe(8)+","+recipe(7), ""), 400, "invalid_input", []string{"recipes.2.id:repeated"}},
		{"WithAnIDOfTheTrash", strings.Replace(exportWith(recipe(7), ""), `"trash":[`, `"trash":[`+strings.Replace(recipe(7), `}`, `,"deleted_date":"2026-03-01T18:30:00.123456Z"}`, 1), 1), 400, "invalid_input", []string{"trash.0.id:repeated"}},
		{"WithAnOverrideWithoutItsAmount", with(`"overrides":[`, `"overrides":[{"id":90,"food":"x","state":"have"},{"id":90,"food":"y","state":"amount"},`), 400, "invalid_input", []string{"overrides.1.amount:required", "overrides.1.id:repeated"}},
		{"WithAnOverrideThatOnlyLacksItsAmount", with(`"overrides":[`, `"overrides":[{"id":91,"food":"y","state":"amount"},`), 400, "invalid_input", []string{"overrides.0.amount:required"}},
		{"WithAnItemOfThePlanTwice", with(`"plan_items":[`, `"plan_items":[{"id":900,"food":"x","item":"x"},{"id":900,"food":"y","item":"y"},`), 400, "invalid_input", []string{"plan_items.1.id:repeated"}},
		{"WithAnInvalidItemOfThePlan", with(`"plan_items":[`, `"plan_items":[{"id":0,"food":"","item":" "},`), 400, "invalid_input", []string{"plan_items.0.food:blank", "plan_items.0.id:too_small", "plan_items.0.item:blank"}},
		{"WithInvalidSettingsOfThePlan", with(`"plan_settings":{"units":"metric","ignore":[`, `"plan_settings":{"units":"cups","ignore":["",`), 400, "invalid_input", []string{"plan_settings.ignore.0:blank", "plan_settings.units:not_allowed"}},
		{"WithSettingsThatAreNoObject", exportWith("", `],"plan_settings":[`), 400, "invalid_input", []string{"plan_settings:not_an_object"}},
		{"WithMoreBehindIt", file + "{}", 400, "malformed_body", nil},
		{"WithALargeElement", exportWith(fmt.Sprintf(anExportedRecipe, 1, strings.Repeat("x", 9<<20)), ""), 413, "body_too_large", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := sendImport(t, other, test.file).Is(t, test.status)
			require.Equal(t, test.code, a.Problem(t).Code)
			require.Equal(t, test.fields, a.Problem(t).Fields())
		})
	}
	t.Run("WithManyOverridesWithoutTheirAmounts", func(t *testing.T) {
		many := strings.Repeat(`{"id":90,"food":"y","state":"amount"},`, 1100)
		a := sendImport(t, other, with(`"overrides":[`, `"overrides":[`+many)).Is(t, http.StatusBadRequest)
		require.Len(t, a.Problem(t).Fields(), 1000, "the contract's maximum")
	})
	t.Run("CutOff", func(t *testing.T) {
		for end := 1; end < len(file)-1; end += max(1, len(file)/40) {
			a := sendImport(t, other, file[:end]).Is(t, http.StatusBadRequest)
			require.Equal(t, "malformed_body", a.Problem(t).Code)
			lines := strings.Count(file[:end], "\n") + 1
			require.Contains(t, a.Text, fmt.Sprintf("(line %d, ", lines))
			require.Contains(t, a.Text, fmt.Sprintf("byte offset %d)", end))
		}
	})
	t.Run("WithABrokenCoding", func(t *testing.T) {
		packed := gzipped(t, file)
		for _, broken := range []string{file, packed[:len(packed)/2], packed[:len(packed)-1], packed[:20] + "x" + packed[21:]} {
			require.Equal(t, "malformed_body", sendImport(t, other, broken, "Content-Encoding: gzip").Is(t, http.StatusBadRequest).Problem(t).Code)
		}
		bomb := gzipped(t, strings.Repeat(" ", largest+1))
		require.Equal(t, "body_too_large", sendImport(t, other, bomb, "Content-Encoding: gzip").Is(t, http.StatusRequestEntityTooLarge).Problem(t).Code)
	})
	require.Equal(t, before, everyRow(t, s))
}

func TestAnImportMayBeCompressedAndInAnyOrder(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := exportingUser(t, s)
	file := c.Call(t, http.MethodGet, exportPath, nil).Text
	var members map[string]any // encoding/json sorts the names of members: checklist, …, plans, recipes
	require.NoError(t, jsonNumbers(file, &members))
	for i, body := range []string{gzipped(t, file), gzipped(t, encodeJSON(t, members))} {
		other := s.User(t, fmt.Sprint("other", i))
		sendImport(t, other, body, "Content-Encoding: gzip").Is(t, http.StatusCreated)
		require.Equal(t, everyList(t, c), everyList(t, other))
	}
}

func TestAnImportThatFailsOnTheWayChangesNothing(t *testing.T) {
	t.Parallel()
	k := newFaultyDatabaseUser(t)
	k.fill(t)
	file := k.Call(t, http.MethodGet, exportPath, nil).Text
	k.Exec(t, `delete from foods`) // foods that exist already wouldn't be imported
	before := everyRow(t, k.Server)
	for _, moment := range []string{
		"before insert on recipes", "before insert on recipe_trash", "before insert on deleted_ids", "before insert on fridge_items",
		"before insert on grocery_items", "before insert on plan_lines", "before insert on plans", "before insert on foods",
	} {
		t.Run(moment, func(t *testing.T) {
			k.Exec(t, `alter sequence atomic_rows restart`)
			k.Exec(t, `create trigger atomic `+moment+` for each row execute function atomic_fail(1)`)
			sendImport(t, k.Client, file).Is(t, http.StatusServiceUnavailable)
			k.Exec(t, `drop trigger atomic on `+moment[len("before insert on "):])
			require.Equal(t, before, everyRow(t, k.Server))
		})
	}
	sendImport(t, k.Client, file).Is(t, http.StatusCreated)
}

// TestAnExportNeedsARecentLogin checks that a stolen token isn't enough to get the whole content of an account.
func TestAnExportNeedsARecentLogin(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "late")
	strict := s.Replica(t, func(c *apitest.Config) { c.ReauthAge = time.Nanosecond }).Client(t)
	strict.Access = c.Access
	a := strict.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusUnauthorized)
	require.Equal(t, "reauthentication_required", a.Problem(t).Code)
	c.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK)
}

// TestALargeAccountIsTaken imports and exports three batches of recipes, or 10,000 recipes with the budget of `make fuzz`.
func TestALargeAccountIsTaken(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "large")
	var recipes []string
	count := apitest.Size(t, 1_500, 10_000)
	for i := range count {
		recipes = append(recipes, fmt.Sprintf(anExportedRecipe, 3*i+1, strings.Repeat("Stir. ", 200)))
	}
	sendImport(t, c, exportWith(strings.Join(recipes, ","), fmt.Sprintf(`{"id":1,"recipes":[1,%d],"created_at":"2026-03-01T18:30:00.123456Z"}`, 3*count-2))).Is(t, http.StatusCreated)
	file := c.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK).Text
	require.Len(t, apitest.Decode[models.Export](t, &apitest.Response{Text: file}).Recipes, count)
}

func jsonNumbers(text string, value any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(value)
}

func encodeJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
