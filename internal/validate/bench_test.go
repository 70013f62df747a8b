package validate

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/oapi-codegen/runtime"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
)

// leekSoup is a recipe of about 1 kB.
const leekSoup = `{
  "name": "Soupe aux poireaux",
  "meat_type": "vegetarian",
  "longevity": 3,
  "frequency": "weekday",
  "note": "Trim and wash six leeks, slice them thinly, and stew them in the butter without letting them brown. Add the potatoes in dice and three pints of \"good\" stock, season, and simmer for forty minutes. Rub the whole through a sieve, return it to the pot, and bring it to the boil again.\nOff the fire, bind with the cream in which the yolks were beaten. Serve with small croûtons fried in butter.",
  "state": "active",
  "ingredients": [
    {"name": "leek", "quantity": "6"},
    {"name": "potato", "quantity": "1 pound"},
    {"name": "butter", "quantity": "3 ounces"},
    {"name": "vegetable stock", "quantity": "3 pints"},
    {"name": "cream", "quantity": "1/2 pint"},
    {"name": "egg yolk", "quantity": "2"},
    {"name": "white bread", "quantity": "4 slices"},
    {"name": "salt", "quantity": ""}
  ]
}`

// bulk is an import of 100 recipes.
var bulk = `{"list": [` + strings.TrimSuffix(strings.Repeat(leekSoup+",", 100), ",") + `]}`

// BenchmarkBody checks bodies, and decodes the result with this program's JSON package and with encoding/json.
func BenchmarkBody(b *testing.B) {
	for _, c := range []struct{ name, operation, body string }{{"OneRecipe", "createRecipe", leekSoup}, {"OneHundredRecipes", "importRecipes", bulk}} {
		schema := contractBodies(b)[c.operation]
		compiled, text := compiled(b, schema), []byte(c.body)
		streamed := func() []byte {
			found, err := compiled.Body(text)
			require.NoError(b, err)
			require.Empty(b, found.Invalid)
			return found.Normal
		}
		for _, way := range []struct {
			name string
			do   func() error
		}{
			{"check", func() error { streamed(); return nil }},
			{"check+decode", func() error { return decode(c.operation, streamed()) }},
			{"check+decodeByV1", func() error { return decodeV1(c.operation, streamed()) }},
		} {
			b.Run(c.name+"/"+way.name, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					if err := way.do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func target(operation string) any {
	if operation == "createRecipe" {
		return new(models.RecipeInput)
	}
	return new(models.RecipeImport)
}

func decode(operation string, normal []byte) error {
	return jsonv2.UnmarshalRead(io.NopCloser(bytes.NewReader(normal)), target(operation))
}

func decodeV1(operation string, normal []byte) error {
	return runtime.BindJSONBody(&http.Request{Body: io.NopCloser(bytes.NewReader(normal))}, target(operation))
}
