package recipe_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
)

// soupAndRoast returns two recipes that have all fields, with different values.
func soupAndRoast(t *testing.T) (soup, roast recipe.Input) {
	t.Helper()
	soup = recipe.Input{
		Name: "soup", MeatType: "none", Longevity: 2, Servings: new(int64(4)), Frequency: "weekday", State: "active", Note: "hot",
		Ingredients: []recipe.Ingredient{{Name: "leek", Quantity: "2"}},
	}
	roast = recipe.Input{
		Name: "roast", MeatType: "beef", Longevity: 3, Servings: new(int64(6)), Frequency: "weekend", State: "used", Note: "slow",
		Ingredients: []recipe.Ingredient{{Name: "beef", Quantity: "1 kg"}, {Name: "salt", Quantity: ""}},
	}
	for field, value := range reflect.ValueOf(soup).Fields() {
		name := field.Name
		require.NotZero(t, value.Interface(), "give soup a %s", name)
		require.NotZero(t, reflect.ValueOf(roast).FieldByName(name).Interface(), "give roast a %s", name)
		require.NotEqual(t, fieldsOf(t, soup)[name], fieldsOf(t, roast)[name], "give roast another %s than soup", name)
	}
	return soup, roast
}

// TestEveryFieldIsStored writes, reads and changes each field of [recipe.Input]. If it fails, it names the field that a query or a
// conversion lacks.
func TestEveryFieldIsStored(t *testing.T) {
	t.Parallel()
	soup, roast := soupAndRoast(t)
	for field := range reflect.TypeFor[recipe.Input]().Fields() {
		_, ok := reflect.TypeFor[recipe.Patch]().FieldByName(field.Name)
		require.True(t, ok, "Patch has no %s", field.Name)
	}
	database := pgtest.New(t)
	user, recipes := database.User(t, "a"), &recipe.Service{DB: database.Open(t)}

	created, err := recipes.Create(t.Context(), user, nil, soup)
	require.NoError(t, err)
	id, added := created[0].ID, created[0].AddedDate
	requireStored := func(want map[string]any, written recipe.Recipe, err error) {
		t.Helper()
		require.NoError(t, err)
		got, err := recipes.Get(t.Context(), user, id)
		require.NoError(t, err)
		list, err := recipes.List(t.Context(), user, recipe.Query{}, nil)
		require.NoError(t, err)
		require.Len(t, list.Recipes, 1)
		require.Equal(t, written.Version, got.Version)
		require.Equal(t, written.Version, list.Version)
		for source, r := range map[string]recipe.Recipe{"the write": written, "Get": got, "List": list.Recipes[0]} {
			requireFields(t, want, r, source)
			require.Equal(t, id, r.ID)
			require.True(t, added.Equal(r.AddedDate))
		}
	}
	requireStored(fieldsOf(t, soup), created[0], nil)

	replaced, err := recipes.Replace(t.Context(), user, id, nil, roast)
	requireStored(fieldsOf(t, roast), replaced, err)

	withoutOptional := roast
	for _, field := range reflect.ValueOf(&withoutOptional).Elem().Fields() {
		if field.Kind() == reflect.Pointer {
			field.SetZero()
		}
	}
	replaced, err = recipes.Replace(t.Context(), user, id, nil, withoutOptional)
	requireStored(fieldsOf(t, roast), replaced, err) // a client that doesn't know the field must not remove it

	want, values := fieldsOf(t, roast), reflect.ValueOf(soup)
	for i := range values.NumField() { // change it back to the soup, field by field
		name := values.Type().Field(i).Name
		var patch recipe.Patch
		field, value := reflect.ValueOf(&patch).Elem().FieldByName(name), values.Field(i)
		if field.Type() != value.Type() {
			pointer := reflect.New(value.Type())
			pointer.Elem().Set(value)
			value = pointer
		}
		field.Set(value)
		maps.Copy(want, map[string]any{name: fieldsOf(t, soup)[name]})
		updated, err := recipes.Update(t.Context(), user, id, nil, patch)
		requireStored(want, updated, err)
	}
}

// TestEveryFieldSurvivesTheTrash deletes and restores a recipe. If it fails, it names the field that a query lacks.
func TestEveryFieldSurvivesTheTrash(t *testing.T) {
	t.Parallel()
	soup, _ := soupAndRoast(t)
	database := pgtest.New(t)
	user, recipes := database.User(t, "a"), &recipe.Service{DB: database.Open(t)}
	created, err := recipes.Create(t.Context(), user, nil, soup)
	require.NoError(t, err)
	id, want := created[0].ID, fieldsOf(t, soup)

	for name, remove := range map[string]func() error{
		"Delete":    func() error { return recipes.Delete(t.Context(), user, id, nil) },
		"DeleteAll": func() error { return recipes.DeleteAll(t.Context(), user) },
	} {
		require.NoError(t, remove())
		trash, err := recipes.Trash(t.Context(), user, page.Request{}, nil)
		require.NoError(t, err)
		require.Len(t, trash.Recipes, 1)
		requireFields(t, want, trash.Recipes[0].Recipe, "Trash after "+name)
		restored, err := recipes.Restore(t.Context(), user, id)
		require.NoError(t, err)
		requireFields(t, want, restored, "Restore after "+name)
	}
}

// TestEveryFieldIsImported imports a recipe and a deleted one. If it fails, it names the field that a query or a conversion lacks.
func TestEveryFieldIsImported(t *testing.T) {
	t.Parallel()
	soup, roast := soupAndRoast(t)
	database := pgtest.New(t)
	user, recipes := database.User(t, "a"), &recipe.Service{DB: database.Open(t)}
	added := time.Date(2026, 3, 1, 18, 30, 0, 0, time.UTC)
	require.NoError(t, recipes.DB.Tx(t.Context(), func(q *db.Queries) error {
		if err := postgres.BumpVersions(t.Context(), q, user, postgres.Lists{Recipes: true}); err != nil {
			return err
		}
		r := recipe.Receiver{Queries: q, UserID: user}
		return errors.Join(
			r.Add(t.Context(), recipe.Transferred{Input: soup, ID: 1, AddedDate: added}),
			r.Add(t.Context(), recipe.Transferred{Input: roast, ID: 2, AddedDate: added, DeletedAt: added}),
			r.Flush(t.Context()),
		)
	}))

	imported, deleted := 0, 0
	require.NoError(t, recipes.DB.Snapshot(t.Context(), user, func(s postgres.Snapshot) error {
		return errors.Join(
			recipe.Each(t.Context(), s, user, func(r recipe.Recipe) error {
				imported++
				requireFields(t, fieldsOf(t, soup), r, "Each")
				return nil
			}),
			recipe.EachDeleted(t.Context(), s, user, func(d recipe.Deleted) error {
				deleted++
				requireFields(t, fieldsOf(t, roast), d.Recipe, "EachDeleted")
				return nil
			}),
		)
	}))
	require.Equal(t, []int{1, 1}, []int{imported, deleted})
}

// requireFields requires these values of fields, by name. The source says which function returned the recipe.
func requireFields(t *testing.T, want map[string]any, r recipe.Recipe, source string) {
	t.Helper()
	fields := fieldsOf(t, r)
	for name, value := range want {
		require.Equal(t, value, fields[name], "%s, returned by %s", name, source)
	}
}

// fieldsOf returns the exported fields of a struct by name, without pointers and with decoded ingredients.
func fieldsOf(t *testing.T, of any) map[string]any {
	t.Helper()
	fields, v := map[string]any{}, reflect.ValueOf(of)
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		field := v.Field(i)
		if field.Kind() == reflect.Pointer && !field.IsNil() {
			field = field.Elem()
		}
		fields[v.Type().Field(i).Name] = field.Interface()
	}
	if text, ok := fields["Ingredients"].([]byte); ok {
		var ingredients []recipe.Ingredient
		require.NoError(t, json.Unmarshal(text, &ingredients))
		fields["Ingredients"] = ingredients
	}
	return fields
}

func TestList(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	user := database.User(t, "a")
	recipes := &recipe.Service{DB: database.Open(t)}

	// The checksum of a cursor isn't secret: anyone can forge a key.
	t.Run("RejectsKeysThatNoRowHas", func(t *testing.T) {
		t.Parallel()
		for _, order := range []recipe.Order{recipe.NewestFirst, recipe.OldestFirst, recipe.ByName, recipe.ByNameReversed} {
			for _, key := range []map[string]any{{"t": int64(-300000000000000000)}, {"t": int64(1) << 62}, {"t": -(int64(1) << 62)}, {"n": "%"}} {
				cursor, err := page.Cursor("recipes\x00"+string(order)+"\x00\x00", key)
				require.NoError(t, err)
				_, err = recipes.List(t.Context(), user, recipe.Query{Order: order, Page: page.Request{Limit: 1, Cursor: cursor}}, nil)
				requireFieldError(t, err, "cursor", "invalid_cursor")
			}
		}
	})
}

func requireFieldError(t *testing.T, err error, path, code string) {
	t.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.InvalidInput, e.Code)
	require.Equal(t, path, e.Fields[0].Path)
	require.Equal(t, code, e.Fields[0].Code)
}

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
