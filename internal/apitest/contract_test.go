package apitest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// TestCheck sends responses that the server should never send.
func TestCheck(t *testing.T) {
	t.Parallel()
	const (
		list, group = "/api/grocery/list/", "/api/fridge/ingredient/group/"
		item, key   = `{"id":1,"item":"milk","isChecked":true}`, "/.well-known/jwks.json"
		problem     = `{"type":"about:blank","title":"x","status":404,"detail":"x","code":"not_found"}`
	)
	cases := []struct {
		name, method, path string
		status             int
		headers            string // Name: value|…
		body               string
		want               string // part of the error; empty: none
	}{
		{"AValidResponse", "GET", list, 200, "", "[" + item + "]\n", ""},
		{"TheOtherSpelling", "GET", "/api/grocery/list", 200, "", "[]", ""},
		{"AnUnknownStatus", "GET", list, 418, "", "[]", "no status 418"},
		{"AnUndeclaredMember", "GET", list, 200, "", `[{"id":1,"item":"x","isChecked":true,"more":1}]`, "more"},
		{"AnUndeclaredMemberOfAMember", "GET", "/api/fridge/", 200, "", `{"ingredient_list":{"a":[{"id":1,"name":"x","more":1}]}}`, "more"},
		{"AMissingMember", "GET", list, 200, "", `[{"id":1,"item":"x"}]`, "isChecked"},
		{"ARepeatedMember", "GET", list, 200, "", `[{"id":1,"id":1,"item":"x","isChecked":true}]`, "distinct"},
		{"InvalidUTF8", "GET", list, 200, "", "[{\"id\":1,\"item\":\"\xff\",\"isChecked\":true}]", "UTF-8"},
		{"MoreThanOneValue", "GET", list, 200, "", "[][]", "one JSON value"},
		{"AnotherContentType", "GET", list, 200, "Content-Type: text/plain", "[]", "Content-Type"},
		{"AnEscapedSlash", "PUT", group + "a%2Fb", 200, "", "", ""},
		{"AnEscapedSlashAtTheEnd", "DELETE", group + "a%2F", 200, "", "", ""},
		{"AnEscapedPercentSign", "PUT", group + "50%25/", 200, "", "", ""},
		{"ASlash", "PUT", group + "a//b/", 200, "", "", ""},
		{"ADoubledSlash", "GET", list + "/", 200, "", "[]", "no operation"},
		{"ContentWhereThereIsNone", "PUT", group + "a%2Fb", 200, "", "null", "none is declared"},
		{"AGoodLink", "GET", "/api/recipes/", 200, `Link: </api/recipes/?cursor=x>; rel="next"`, "[]", ""},
		{"ABadLink", "GET", "/api/recipes/", 200, `Link: /api/recipes/?cursor=x; rel="next"`, "[]", "Link"},
		{"ABadLinkOfHEAD", "HEAD", "/api/recipes/", 200, `Link: /api/recipes/?cursor=x; rel="next"`, "", "Link"},
		{"TwoLinks", "GET", "/api/recipes/", 200, `Link: </a>; rel="next"|Link: </b>; rel="next"`, "[]", "2 times"},
		{"AnUndeclaredLink", "GET", list, 200, `Link: </api/grocery/list/>; rel="next"`, "[]", "not declared"},
		{"AnUndeclaredCookie", "GET", list, 200, "Set-Cookie: a=b", "[]", "not declared"},
		{"AHeaderThatIsNoNumber", "GET", list, 503, "Retry-After: soon|Content-Type: application/problem+json", problem, "Retry-After"},
		{"AMissingHeader", "GET", list, 503, "Content-Type: application/problem+json", problem, "Retry-After is missing"},
		{"AMissingHeaderOf304", "GET", key, 304, "Cache-Control: public, max-age=10", "", "ETag is missing"},
		{"ALongHeaderOf304", "GET", key, 304, "Cache-Control: public, max-age=10|ETag: " + strings.Repeat("x", 129), "", "ETag"},
		{"AMissingETag", "GET", list, 200, "ETag:", "[]", "ETag"},
		{"NoRequestID", "GET", list, 200, "X-Request-Id:", "[]", "every response"},
		{"NoVersion", "GET", list, 200, "API-Version:", "[]", "every response"},
		{"AnotherServer", "GET", list, 200, "Server: nginx", "[]", "every response"},
		{"NoCaching", "GET", list, 200, "Cache-Control:", "[]", "every response"},
		{"AnotherCaching", "GET", list, 200, "Cache-Control: no-store", "[]", "Cache-Control"},
		{"AnErrorThatMayBeStored", "GET", list, 401, "Cache-Control: private, no-cache|Content-Type: application/problem+json", problem, "no-store"},
		{"AnUnknownPathThatMayBeStored", "GET", "/nope", 404, "Cache-Control: no-cache|Content-Type: application/problem+json", problem, "no-store"},
		{"NoReferrerPolicy", "GET", list, 200, "Referrer-Policy:", "[]", "every response"},
		{"AnUnknownPath", "GET", "/nope", 404, "Content-Type: application/problem+json", problem, ""},
		{"AnUnknownPathInOtherWords", "GET", "/nope", 404, "Content-Type: text/plain", "404 page not found", "no operation"},
		{"AnUnknownMethod", "BREW", list, 405, "Allow: GET|Content-Type: application/problem+json", problem, ""},
		{"AnUnknownMethodWithoutAllow", "BREW", list, 405, "Content-Type: application/problem+json", problem, "no operation"},
		{"AnUnknownMethodOfAKnownPath", "GET", "/api/recipes/bulk/", 404, "Content-Type: application/problem+json", problem, "no operation"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res := &http.Response{StatusCode: c.status, Header: http.Header{
				"X-Request-Id": {"x"}, "X-Content-Type-Options": {"nosniff"}, "Content-Type": {"application/json"},
				"Server": {"Ocipe/v1.2.3"}, "Api-Version": {"1.2.3"}, "Cache-Control": {"no-store"}, "Referrer-Policy": {"no-referrer"},
				"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"}, "Cross-Origin-Resource-Policy": {"same-origin"},
			}}
			if c.status == http.StatusOK && c.method != http.MethodPut && c.method != http.MethodDelete {
				res.Header["Cache-Control"], res.Header["Etag"] = []string{"private, no-cache"}, []string{`"1"`}
			}
			replaced := map[string]bool{}
			for _, line := range strings.Split(c.headers, "|") {
				name, value, _ := strings.Cut(line, ":")
				if !replaced[name] {
					res.Header.Del(name)
					replaced[name] = true
				}
				res.Header.Add(name, strings.TrimSpace(value))
			}

			err := check(httptest.NewRequest(c.method, c.path, nil), res, []byte(c.body))

			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
			}
		})
	}
}

func TestCloseObjects(t *testing.T) {
	t.Parallel()
	deep := func() *openapi3.Schema {
		return openapi3.NewObjectSchema().WithProperty("known", openapi3.NewStringSchema())
	}
	value := map[string]any{"known": "x", "more": "x"}

	for name, c := range map[string]struct {
		schema *openapi3.Schema
		value  any
	}{
		"InAList":            {openapi3.NewArraySchema().WithItems(deep()), []any{value}},
		"InAMember":          {openapi3.NewObjectSchema().WithProperty("a", deep()), map[string]any{"a": value}},
		"InAnUnnamedMember":  {openapi3.NewObjectSchema().WithAdditionalProperties(deep()), map[string]any{"a": value}},
		"InAListInAMember":   {openapi3.NewObjectSchema().WithProperty("a", openapi3.NewArraySchema().WithItems(deep())), map[string]any{"a": []any{value}}},
		"InAllOfOne":         {openapi3.NewAllOfSchema(deep()), value},
		"InOneOfSeveral":     {openapi3.NewOneOfSchema(deep(), openapi3.NewStringSchema()), value},
		"InAnyOfSeveral":     {openapi3.NewAnyOfSchema(deep(), openapi3.NewStringSchema()), value},
		"WithoutNamedMember": {openapi3.NewObjectSchema(), value},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, closeObjects(c.schema.NewRef(), map[*openapi3.Schema]bool{}))
			require.Error(t, c.schema.VisitJSON(c.value))
		})
	}

	t.Run("FailsWhereSeveralShareOneObject", func(t *testing.T) {
		require.Error(t, closeObjects(openapi3.NewAllOfSchema(deep(), openapi3.NewObjectSchema()).NewRef(), map[*openapi3.Schema]bool{}))
		require.Error(t, closeObjects(openapi3.NewAllOfSchema(deep()).WithProperty("a", deep()).NewRef(), map[*openapi3.Schema]bool{}))
	})

	t.Run("EndsWhereASchemaHoldsItself", func(t *testing.T) {
		tree := openapi3.NewObjectSchema()
		tree.Properties = openapi3.Schemas{"branches": openapi3.NewArraySchema().WithItems(tree).NewRef()}
		require.NoError(t, closeObjects(tree.NewRef(), map[*openapi3.Schema]bool{}))
	})
}
