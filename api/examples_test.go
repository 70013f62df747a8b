package api_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// TestTheContractsExamplesAreOneVisit sends the examples to a new server, in the order of the documentation. Each must succeed, and the
// response must equal the example in the contract.
func TestTheContractsExamplesAreOneVisit(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	visitor := s.Client(t)
	visitor.Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
	for _, o := range inExampleOrder(t) {
		r := apitest.Request{Operation: o, URL: o.Path}
		for _, p := range o.In("path") {
			if p.Name == "id" && p.Schema.Value.Format == "session-id" {
				other := s.Client(t)
				login := other.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("amélie.b", "soft-boiled at seven"))
				other.Access = login.Is(t, http.StatusOK).Access(t)
				r.URL = strings.ReplaceAll(r.URL, "{id}", other.SessionID(t))
			}
			r.URL = strings.ReplaceAll(r.URL, "{"+p.Name+"}", url.PathEscape(fmt.Sprint(p.Example)))
		}
		if o.ID == "resetPassword" { // for another account, because it ends all sessions
			s.Client(t).Register(t, "Amélie")
			s.AddResetCode(t, "Amélie", o.Body.Example["code"].(string))
		}
		if o.Body != nil {
			text, err := json.Marshal(o.Body.Example)
			require.NoError(t, err)
			r.Text = string(text)
		}
		a := r.Send(t, visitor).Is(t, r.Success())
		if slices.Contains([]string{"obtainToken", "refreshToken", "reauthenticate"}, o.ID) {
			visitor.Access = apitest.Decode[models.AccessToken](t, a).Access
		}
		requireExample(t, o.ID, o.Responses[a.StatusCode], a)
	}
}

// inExampleOrder returns the operations in the order of the documentation: by tag, then as in the contract. Deletions come last: first
// those of single resources, then those of all, then the logout.
func inExampleOrder(t *testing.T) []apitest.Operation {
	t.Helper()
	position := map[string]int{}
	for i, match := range regexp.MustCompile(`(?m)^  - name: (.*)|^      operationId: (.*)`).FindAllStringSubmatch(string(apitest.Contract(t)), -1) {
		position[match[1]+match[2]] = i
	}
	ends := func(o apitest.Operation) int {
		switch {
		case o.ID == "logout":
			return 4
		case o.DeletesCaller():
			return 3
		case o.Method == http.MethodDelete && len(o.In("path")) == 0:
			return 2
		case o.Method == http.MethodDelete:
			return 1
		}
		return 0
	}
	all := slices.Clone(apitest.Operations(t))
	for _, o := range all {
		require.Contains(t, position, o.Tag)
		require.Contains(t, position, o.ID)
	}
	slices.SortFunc(all, func(a, b apitest.Operation) int {
		return cmp.Or(ends(a)-ends(b), position[a.Tag]-position[b.Tag], position[a.ID]-position[b.ID])
	})
	return all
}

// requireExample compares a response with its example in the contract.
func requireExample(t *testing.T, name string, declared *openapi3.Response, a *apitest.Response) {
	t.Helper()
	if len(declared.Content) == 0 {
		require.Empty(t, a.Text, name)
		return
	}
	media := declared.Content.Get(a.Header.Get("Content-Type"))
	require.NotNil(t, media, "%s: %s", name, a.Header.Get("Content-Type"))
	require.NotNil(t, media.Example, "%s: the contract has no example for %d", name, a.StatusCode)
	require.NoError(t, media.Schema.Value.VisitJSON(media.Example), name)
	shown, returned := map[string]string{}, map[string]string{}
	flatten(shown, name, withoutVariableValues(media.Schema.Value, media.Example))
	flatten(returned, name, withoutVariableValues(media.Schema.Value, apitest.Decode[any](t, a)))
	for path := range shown {
		if _, ok := returned[path]; !ok {
			returned[path] = "nothing"
		}
	}
	for _, path := range slices.Sorted(maps.Keys(returned)) { // the length of a list comes before its elements
		if cmp.Or(shown[path], "nothing") != returned[path] {
			t.Fatalf("the example of %s: the contract shows %s, the server returns %s", path, cmp.Or(shown[path], "nothing"), returned[path])
		}
	}
	for header, h := range declared.Headers {
		require.NoError(t, h.Value.Schema.Value.VisitJSON(h.Value.Example), "%s: %s", name, header)
	}
}

// flatten adds the JSON of every leaf of a value to all, by its dotted path.
func flatten(all map[string]string, path string, value any) {
	switch v := value.(type) {
	case []any:
		all[path+" (length)"] = fmt.Sprint(len(v))
		for i, one := range v {
			flatten(all, fmt.Sprintf("%s.%d", path, i), one)
		}
	case map[string]any:
		for name, one := range v {
			flatten(all, path+"."+name, one)
		}
	default:
		all[path] = fmt.Sprintf("%#v", v)
	}
}

// withoutVariableValues returns a value without times, tokens and keys, because they can't equal an example.
func withoutVariableValues(schema *openapi3.Schema, value any) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = withoutVariableValues(schema.Items.Value, one)
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name, one := range v {
			property := schema.Properties[name]
			if property == nil {
				property = schema.AdditionalProperties.Schema
			}
			all[name] = withoutVariableValues(property.Value, one)
		}
		return all
	}
	if slices.Contains([]string{"date-time", "date", "jwt", "base64url", "session-id", "api-token"}, schema.Format) {
		return schema.Format
	}
	return value
}
