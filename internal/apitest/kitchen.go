package apitest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// creators has the operations that create the resources that paths name, by [Operation.ResourceTemplate]. name is the member of the
// response that names the resource; meals.id is the id of the last element of meals.
var creators = map[string]struct{ operation, name string }{
	"/api/recipes/{id}/":                        {"createRecipe", "id"},
	"/api/foods/{id}/":                          {"addFood", "id"},
	"/api/fridge/ingredient/{id}/":              {"addFridgeIngredient", "id"},
	"/api/fridge/ingredient/group/{group_name}": {"addFridgeIngredient", "group"},
	"/api/grocery/list/{id}/":                   {"addGroceryItems", "id"},
	"/api/user/api-tokens/{id}/":                {"createAPIToken", "id"},
	"/api/grocery/plan/meals/{id}/":             {"planMeals", "meals.id"},
	"/api/grocery/plan/overrides/{id}/":         {"setPlanOverride", "id"},
}

// pathsOfIDMembers has the template of the paths that name the same resources as a member with ids, by member.
var pathsOfIDMembers = map[string]string{
	"recipe_ids": "/api/recipes/{id}/",
	"recipe":     "/api/recipes/{id}/",
	"ids":        "/api/grocery/list/{id}/",
}

// sessionPath is the template of a session's path. The response to a login doesn't name the session.
const sessionPath = "/api/user/sessions/{id}/"

// entryPath is the template of the path of an entry in the journal of the fridge. Every change of the fridge adds an entry.
const entryPath = "/api/fridge/journal/{id}/"

// Creator returns the operation that creates the resources that paths of this template name, and the member of the response that names
// the resource; empty: unknown.
func Creator(template string) (operation, member string) {
	return creators[template].operation, creators[template].name
}

// PathOf returns the template of the paths that name the same resources as this member with ids; empty: unknown.
func PathOf(member string) (template string) { return pathsOfIDMembers[member] }

// Kitchen is a user whose resources are created through the API, from the examples of the contract. All their texts contain the mark.
type Kitchen struct {
	*Client
	Server *Server
	Mark   string
	paths  map[string]string // see Fill
}

// Kitchen returns the empty kitchen of a new user.
func (s *Server) Kitchen(t testing.TB, username, mark string) *Kitchen {
	t.Helper()
	k := &Kitchen{Client: s.Client(t), Server: s, Mark: mark}
	k.Agent = mark
	k.Register(t, username)
	k.Login(t, username)
	return k
}

// AddResetCode adds a reset code, as the operator's command does: with it, the user can set a new password.
func (s *Server) AddResetCode(t testing.TB, username, code string) {
	t.Helper()
	hash := sha256.Sum256([]byte(strings.ReplaceAll(code, "-", "")))
	s.Exec(t, `insert into password_reset_codes select id, $2, clock_timestamp() + interval '1 hour' from users where username = $1`, username, hash[:])
}

// NewSession starts another session of the user, and returns its id.
func (k *Kitchen) NewSession(t testing.TB) string {
	t.Helper()
	other := ClientOf(t, k.Base)
	other.Agent = k.Agent
	other.Login(t, k.Username(t))
	return other.SessionID(t)
}

// SessionID returns the id of the session of the client's access token.
func (c *Client) SessionID(t testing.TB) string {
	t.Helper()
	parts := strings.Split(c.Access, ".")
	require.Len(t, parts, 3)
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims struct{ Sid string }
	require.NoError(t, json.Unmarshal(payload, &claims))
	return claims.Sid
}

// Username returns the name of the user.
func (k *Kitchen) Username(t testing.TB) string {
	t.Helper()
	return Decode[struct{ Username string }](t, k.Call(t, http.MethodGet, "/api/user/me/", nil).Is(t, http.StatusOK)).Username
}

// Prepare returns a request of the operation that succeeds. It first creates the resources that the path and the body refer to.
func (k *Kitchen) Prepare(t testing.TB, o Operation) Request {
	t.Helper()
	r := Request{Operation: o, URL: k.Place(t, o)}
	if o.Body == nil {
		return r
	}
	body := withMark(o.Body.Schema, o.Body.Example, k.Mark).(map[string]any)
	for _, member := range o.IDs() {
		template, known := pathsOfIDMembers[member]
		require.True(t, known, "%s takes ids as %s: add the path of these resources to pathsOfIDMembers in internal/apitest/kitchen.go", o.ID, member)
		createdIDs := map[any]json.Number{} // the same id stays the same
		ids := body[member].([]any)
		for i, id := range ids {
			if createdIDs[id] == "" {
				createdIDs[id] = json.Number(k.create(t, template))
			}
			ids[i] = createdIDs[id]
		}
	}
	if adjust := adjustExample[o.ID]; adjust != nil {
		adjust(t, k, body)
	}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	r.Text = string(text)
	return r
}

// Place returns the path of the operation. It first creates the resource in the path.
func (k *Kitchen) Place(t testing.TB, o Operation) string {
	t.Helper()
	params := o.In("path")
	if len(params) == 0 {
		return o.Path
	}
	require.Len(t, params, 1, "%s: internal/apitest/kitchen.go knows paths with one parameter", o.Path)
	return strings.Replace(o.Path, "{"+params[0].Name+"}", url.PathEscape(k.create(t, o.ResourceTemplate())), 1)
}

// create creates a resource whose path has this template, and returns its id or name.
func (k *Kitchen) create(t testing.TB, template string) string {
	t.Helper()
	if template == sessionPath {
		return k.NewSession(t)
	}
	if template == entryPath {
		k.create(t, "/api/fridge/ingredient/{id}/")
		newest := k.Call(t, http.MethodGet, "/api/fridge/journal/?limit=1", nil).Is(t, http.StatusOK)
		return Decode[[]struct{ ID json.Number }](t, newest)[0].ID.String()
	}
	creator, known := creators[template]
	require.True(t, known, "no operation creates what %s names: add it to creators in internal/apitest/kitchen.go", template)
	all := Operations(t)
	i := slices.IndexFunc(all, func(o Operation) bool { return o.ID == creator.operation })
	require.GreaterOrEqual(t, i, 0, "the contract has no operation %s", creator.operation)
	var created map[string]any
	decoder := json.NewDecoder(strings.NewReader(k.Prepare(t, all[i]).Succeed(t, k.Client).Text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&created))
	name := creator.name
	if list, member, nested := strings.Cut(name, "."); nested {
		all := created[list].([]any)
		created, name = all[len(all)-1].(map[string]any), member
	}
	require.Contains(t, created, name)
	return fmt.Sprint(created[name])
}

// Fill calls every operation that changes something without deleting, and creates a resource for every path.
func (k *Kitchen) Fill(t testing.TB) {
	t.Helper()
	k.paths = map[string]string{}
	for _, o := range Operations(t) {
		if o.NeedsToken && o.Method != http.MethodGet && o.Method != http.MethodDelete {
			k.Prepare(t, o).Succeed(t, k.Client)
		}
		if k.paths[o.Path] == "" {
			k.paths[o.Path] = k.Place(t, o)
		}
		for range extraDeletions[o.ID] {
			k.Prepare(t, o).Succeed(t, k.Client)
		}
	}
}

// extraDeletions is how many resources [Kitchen.Fill] deletes, by operation that puts resources into a trash. The trash then has two pages.
var extraDeletions = map[string]int{"deleteRecipe": 2}

// ReadAll returns everything that the user can see, by path. Call it after [Kitchen.Fill].
func (k *Kitchen) ReadAll(t testing.TB) map[string]string {
	t.Helper()
	responses := map[string]string{}
	for _, o := range Operations(t) {
		if o.Reads() {
			r := Request{Operation: o, URL: k.paths[o.Path]}
			responses[r.URL] = r.Succeed(t, k.Client).Text
		}
	}
	return responses
}

// ReadTagged is [Kitchen.ReadAll] for responses with an ETag.
func (k *Kitchen) ReadTagged(t testing.TB) map[string]string {
	t.Helper()
	all := k.ReadAll(t)
	for _, o := range Operations(t) {
		if o.Reads() && !o.Revalidates() {
			delete(all, k.paths[o.Path])
		}
	}
	return all
}

// withMark returns a copy of an example, with the mark before each free text.
func withMark(s *openapi3.Schema, example any, mark string) any {
	switch value := example.(type) {
	case string:
		if len(s.Enum) > 0 || s.Format != "" || mark == "" {
			return value
		}
		return mark + " " + value
	case []any:
		all := make([]any, len(value))
		for i, one := range value {
			all[i] = withMark(s.Items.Value, one, mark)
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name, one := range value {
			all[name] = withMark(s.Properties[name].Value, one, mark)
		}
		return all
	default:
		return value
	}
}
