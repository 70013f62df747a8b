package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// creators says how what a path names is made, by template: by which operation, and which member of its answer is the
// name.
var creators = map[string]struct{ operation, name string }{
	"/api/recipes/{id}/":                        {"createRecipe", "id"},
	"/api/recipes/{id}/restore/":                {"createRecipe", "id"},
	"/api/fridge/ingredient/{id}/":              {"addFridgeIngredient", "id"},
	"/api/fridge/ingredient/group/{group_name}": {"addFridgeIngredient", "group"},
	"/api/grocery/list/{id}/":                   {"addGroceryItems", "id"},
}

// pathsOf says which path names the same thing as a member of a body that holds ids.
var pathsOf = map[string]string{
	"recipe_ids": "/api/recipes/{id}/",
}

// Creator returns which operation makes what the paths of this template name, and which member of its answer is the name;
// empty: nothing is known to make it.
func Creator(template string) (operation, member string) {
	return creators[template].operation, creators[template].name
}

// PathOf returns the template of the paths that name the same things as this member of a body that holds ids; empty: none is
// known.
func PathOf(member string) (template string) { return pathsOf[member] }

// fitted puts into an example what it can't know, by operation.
var fitted = map[string]func(t testing.TB, k *Kitchen, body map[string]any){
	"registerUser": func(_ testing.TB, _ *Kitchen, body map[string]any) { body["username"] = guest() },
	"obtainToken": func(t testing.TB, k *Kitchen, body map[string]any) {
		body["username"] = guest()
		k.Do(t, http.MethodPost, "/api/user/register/", Credentials(body["username"].(string), body["password"].(string))).Is(t, http.StatusCreated)
	},
	"refreshToken": func(t testing.TB, k *Kitchen, body map[string]any) { body["refresh"] = k.RefreshToken(t) },
}

var guests atomic.Int64

// guest is a username that nobody has.
func guest() string { return fmt.Sprintf("guest-%d", guests.Add(1)) }

// Kitchen is a user whose things are made of the contract's examples, through the API. The mark is in all their texts.
type Kitchen struct {
	*Client
	Mark   string
	places map[string]string // see Fill
}

// Kitchen returns the kitchen of a new user; nothing is in it.
func (s *Server) Kitchen(t testing.TB, username, mark string) *Kitchen {
	t.Helper()
	return &Kitchen{Client: s.User(t, username), Mark: mark}
}

// Prepare returns a request of the operation that succeeds: what its path and its body name is made first, anew.
func (k *Kitchen) Prepare(t testing.TB, o Operation) Request {
	t.Helper()
	r := Request{Operation: o, URL: k.Place(t, o)}
	if o.Body == nil {
		return r
	}
	body := marked(o.Body.Schema, o.Body.Example, k.Mark).(map[string]any)
	for _, member := range o.IDs() {
		template, known := pathsOf[member]
		require.True(t, known, "%s takes ids as %s: add to pathsOf in internal/apitest/kitchen.go which path names the same", o.ID, member)
		made := map[any]json.Number{} // the same id stays the same
		ids := body[member].([]any)
		for i, id := range ids {
			if made[id] == "" {
				made[id] = json.Number(k.make(t, template))
			}
			ids[i] = made[id]
		}
	}
	if fit := fitted[o.ID]; fit != nil {
		fit(t, k, body)
	}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	r.Text = string(text)
	return r
}

// Place returns the path of the operation. What it names is made first, anew.
func (k *Kitchen) Place(t testing.TB, o Operation) string {
	t.Helper()
	params := o.In("path")
	if len(params) == 0 {
		return o.Path
	}
	require.Len(t, params, 1, "%s: internal/apitest/kitchen.go knows paths with one parameter", o.Path)
	return strings.Replace(o.Path, "{"+params[0].Name+"}", url.PathEscape(k.make(t, o.Path)), 1)
}

// make makes what the paths of this template name, and returns the name.
func (k *Kitchen) make(t testing.TB, template string) string {
	t.Helper()
	creator, known := creators[template]
	require.True(t, known, "nothing makes what %s names: add to creators in internal/apitest/kitchen.go which operation does", template)
	all := Operations(t)
	i := slices.IndexFunc(all, func(o Operation) bool { return o.ID == creator.operation })
	require.GreaterOrEqual(t, i, 0, "the contract has no operation %s", creator.operation)
	var answer map[string]any
	decoder := json.NewDecoder(strings.NewReader(k.Prepare(t, all[i]).Succeed(t, k.Client).Text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&answer))
	require.Contains(t, answer, creator.name)
	return fmt.Sprint(answer[creator.name])
}

// Fill calls whatever changes something and doesn't delete, and makes one of everything that a path names.
func (k *Kitchen) Fill(t testing.TB) {
	t.Helper()
	k.places = map[string]string{}
	for _, o := range Operations(t) {
		if o.NeedsToken && o.Method != http.MethodGet && o.Method != http.MethodDelete {
			k.Prepare(t, o).Succeed(t, k.Client)
		}
		if k.places[o.Path] == "" {
			k.places[o.Path] = k.Place(t, o)
		}
		for range trashed[o.ID] {
			k.Prepare(t, o).Succeed(t, k.Client)
		}
	}
}

// trashed is how many things [Kitchen.Fill] deletes, by operation: those that put things into a trash, which has two pages then.
var trashed = map[string]int{"deleteRecipe": 2}

// ReadAll is all that the user can see, by path; after [Kitchen.Fill].
func (k *Kitchen) ReadAll(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, o := range Operations(t) {
		if o.Reads() {
			r := Request{Operation: o, URL: k.places[o.Path]}
			all[r.URL] = r.Succeed(t, k.Client).Text
		}
	}
	return all
}

// ReadTagged is [Kitchen.ReadAll] for what has an ETag.
func (k *Kitchen) ReadTagged(t testing.TB) map[string]string {
	t.Helper()
	all := k.ReadAll(t)
	for _, o := range Operations(t) {
		if o.Reads() && !o.Revalidates() {
			delete(all, k.places[o.Path])
		}
	}
	return all
}

// marked copies an example, with the mark before each text that is free.
func marked(s *openapi3.Schema, example any, mark string) any {
	switch value := example.(type) {
	case string:
		if len(s.Enum) > 0 || s.Format != "" || mark == "" {
			return value
		}
		return mark + " " + value
	case []any:
		all := make([]any, len(value))
		for i, one := range value {
			all[i] = marked(s.Items.Value, one, mark)
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name, one := range value {
			all[name] = marked(s.Properties[name].Value, one, mark)
		}
		return all
	default:
		return value
	}
}
