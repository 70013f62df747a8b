package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyJSON is a JSON value of whatever kind. Both sides read it the same way: no NUL, and no number that a float64 can't
// hold exactly.
func anyJSON(t *rapid.T, depth int) any {
	switch kind := rapid.IntRange(0, 7).Draw(t, "kind"); {
	case kind == 0:
		return nil
	case kind == 1:
		return rapid.Bool().Draw(t, "boolean")
	case kind == 2:
		return rapid.SampledFrom([]float64{0, 1, -1, 0.5, 36500, 36501, 1 << 52, -7.25}).Draw(t, "number")
	case kind == 3 && depth > 0:
		return []any{anyJSON(t, depth-1), anyJSON(t, depth-1)}[rapid.IntRange(0, 2).Draw(t, "from"):]
	case kind == 4 && depth > 0:
		return map[string]any{"name": anyJSON(t, depth-1), rapid.SampledFrom([]string{"x", "Name", "quantity", ""}).Draw(t, "member"): anyJSON(t, depth-1)}
	}
	return rapid.SampledFrom([]string{"", " ", "x", "\u00a0x\n", "weekday", " used ", "null", "1"}).Draw(t, "text")
}

// likely is a value that the schema may well take.
func likely(t *rapid.T, schema *openapi3.Schema) any {
	chance := rapid.IntRange(0, 19)
	if chance.Draw(t, "other") == 0 {
		return anyJSON(t, 3)
	}
	switch {
	case schema.Type.Is("object"):
		return likelyObject(t, schema)
	case schema.Type.Is("array"):
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			list = append(list, likely(t, schema.Items.Value))
		}
		if chance.Draw(t, "long") == 0 && schema.Items.Value.Type.Is("integer") {
			list = slices.Repeat([]any{1.0}, int(*schema.MaxItems)+rapid.IntRange(0, 1).Draw(t, "over"))
		}
		return list
	case schema.Type.Is("integer"):
		return float64(rapid.Int64Range(-1, 36501).Draw(t, "integer"))
	case schema.Type.Is("boolean"):
		return rapid.Bool().Draw(t, "boolean")
	case len(schema.Enum) > 0:
		return rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "space") + fmt.Sprint(rapid.SampledFrom(schema.Enum).Draw(t, "word"))
	}
	most := 30
	if schema.MaxLength != nil {
		most = int(min(*schema.MaxLength, 250))
	}
	space := rapid.StringOfN(rapid.SampledFrom([]rune(" \t\n\u00a0\u2003\u3000")), 0, 3, -1)
	body := rapid.StringOfN(rapid.SampledFrom([]rune("aé🍋 e\u0301\ufeff\x01")), 0, most+1, -1)
	return space.Draw(t, "before") + body.Draw(t, "text") + space.Draw(t, "behind")
}

// likelyObject has most of the members that the schema knows, and some that it doesn't.
func likelyObject(t *rapid.T, schema *openapi3.Schema) map[string]any {
	object, chance := map[string]any{}, rapid.IntRange(0, 19)
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if chance.Draw(t, "missing") > 0 {
			object[name] = likely(t, schema.Properties[name].Value)
		}
		if chance.Draw(t, "unknown") == 0 {
			object[strings.ToUpper(name)] = anyJSON(t, 3)
		}
	}
	return object
}

// trimmed is a decoded value with all its strings trimmed.
func trimmed(value any) any {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value)
	case []any:
		for i := range value {
			value[i] = trimmed(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = trimmed(value[name])
		}
	}
	return value
}

// knownOf leaves of a valid value what the schema knows.
func knownOf(schema *openapi3.Schema, value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = knownOf(schema.Items.Value, value[i])
		}
	case map[string]any:
		for name := range value {
			if property := schema.Properties[name]; property != nil {
				value[name] = knownOf(property.Value, value[name])
			} else {
				delete(value, name)
			}
		}
	}
	return value
}

func TestBodiesAreCheckedAsTheContractSays(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"RecipeInput", "RecipePatch", "RecipeImport", "FridgeIngredientInput", "FridgeIngredientPatch", "GroupRename", "PlanRequest", "NewGroceryItems", "GroceryItemInput", "GroceryItemPatch",
	} {
		t.Run("Of"+name, func(t *testing.T) {
			t.Parallel()
			schema, faulty, clean := contractSchema(t, name), 0, 0
			rapid.Check(t, func(t *rapid.T) {
				for range 10 {
					text, err := json.Marshal(likelyObject(t, schema))
					require.NoError(t, err)
					var plain any
					require.NoError(t, json.Unmarshal(text, &plain))
					plain = trimmed(plain)
					want := map[string]bool{}
					for _, e := range schemaErrors(schema.VisitJSON(plain, openapi3.MultiErrors())) {
						want[strings.Join(e.JSONPointer(), ".")] = true
					}

					var in input
					value, err := in.check(schema, text)
					require.NoError(t, err)

					found := map[string]bool{}
					for _, f := range in.flaws() {
						require.False(t, found[f.Path], "a member has one fault")
						found[f.Path] = true
					}
					require.Equal(t, want, found, "%s", text)
					if len(want) > 0 {
						faulty++
						continue
					}
					clean++
					require.Equal(t, knownOf(schema, plain), value, "%s", text)
				}
			})
			require.Positive(t, faulty, "or it shows nothing")
			require.Positive(t, clean, "or it shows nothing")
		})
	}
}
