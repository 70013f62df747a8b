package contractfuzz_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// breaker breaks one place of a request that isn't encoded yet.
type breaker func(c *user, r request) (request, breakage)

// breakRequest draws a request that is broken in one place.
func (w *run) breakRequest(c *user, o apitest.Operation) (request, breakage) {
	all := []breaker{w.breakMethod, w.breakPath}
	if o.NeedsToken {
		all = append(all, w.breakToken, w.breakToken)
	}
	if len(o.In("path")) > 0 {
		all = append(all, w.breakName, w.breakName)
	}
	if len(o.In("query")) > 0 {
		all = append(all, w.breakQuery, w.breakQuery, w.breakQuery, w.breakQuery, w.breakQuery, w.breakQuery)
	}
	if o.RefusesCrossSite() {
		all = append(all, w.breakOrigin)
	}
	if o.Body != nil {
		all = append(all, w.breakBody, w.breakBody, w.breakBody, w.breakType, w.breakMember, w.breakMember, w.breakMember, w.breakMember,
			w.breakMember, w.breakMember, w.breakMember, w.breakMember, w.breakMember, w.breakMember, w.breakMember, w.breakMember)
		if rapid.IntRange(0, 19).Draw(w.T, "too large") == 19 {
			all = []breaker{w.breakSize}
		}
	}
	if slices.Contains(operationsWithStatedRules, o.ID) {
		all = append(all, w.breakStatedRule, w.breakStatedRule)
	}
	r := w.unencodedRequest(c, o)
	r.Method = o.Method
	r.query = slices.DeleteFunc(r.query, func(one string) bool { return strings.HasPrefix(one, "on_error=") }) // skip would omit the invalid recipe
	return all[rapid.IntRange(0, len(all)-1).Draw(w.T, "what is broken")](c, r)
}

func (w *run) breakToken(c *user, r request) (request, breakage) {
	all := w.wrongTokens(c)
	return w.withToken(r, all[rapid.IntRange(0, len(all)-1).Draw(w.T, "token")])
}

// wrongTokens returns headers without a valid access token.
func (w *run) wrongTokens(c *user) []string {
	body, end := c.Access[:len(c.Access)-10], c.Access[len(c.Access)-10:]
	return []string{
		"", "Bearer", "Bearer x", "Bearer a b", "Bearer " + c.Access + " x", "Bearer " + c.Access + "x", "Bearer " + body, "Bearer " + body + "." + end,
		"Bearer " + w.refresh, "Basic dTpw", "Token " + c.Access, c.Access, "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer," + c.Access,
	}
}

func (w *run) withToken(r request, header string) (request, breakage) {
	w.encode(&r)
	code := "token_not_valid"
	if words := strings.Fields(header); len(words) == 0 || words[0] != "Bearer" {
		code = "not_authenticated"
	}
	r.headers, r.scheme = []string{"Authorization: " + header}, ""
	return r, breakage{expectedProblem{401, code, nil}, "the token", ""}
}

// breakMethod uses a method that the path doesn't have.
func (w *run) breakMethod(_ *user, r request) (request, breakage) {
	methods := []string{"BREW", http.MethodTrace, "get", http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodGet}
	for _, o := range w.operations {
		if o.Path == r.Path {
			methods = slices.DeleteFunc(methods, func(m string) bool { return m == o.Method })
		}
	}
	r.body = nil
	w.encode(&r)
	r.Method, r.Text = methods[rapid.IntRange(0, len(methods)-1).Draw(w.T, "method")], ""
	return r, breakage{expectedProblem{405, "method_not_allowed", nil}, "the method", ""}
}

// breakPath changes the path.
func (w *run) breakPath(_ *user, r request) (request, breakage) {
	paths := []string{"/" + r.URL, strings.ToUpper(r.URL), "/." + r.URL, "/x" + r.URL}
	if !strings.HasSuffix(r.Path, "{group_name}") { // there, slashes at the end are part of the name
		paths = append(paths, strings.TrimSuffix(r.URL, "/")+"//")
	}
	path := rapid.SampledFrom(paths).Draw(w.T, "path")
	w.encode(&r)
	r.URL = path
	return r, breakage{expectedProblem{404, "not_found", nil}, "the path", ""}
}

// breakName puts the name of a missing resource, or an invalid name, into the path.
func (w *run) breakName(c *user, r request) (request, breakage) {
	all := w.wrongNames(c, r)
	return w.withName(r, all[rapid.IntRange(0, len(all)-1).Draw(w.T, "name")])
}

// wrongNames returns texts that name no resource of the user in the path of a request.
func (w *run) wrongNames(c *user, r request) []string {
	wrong := []string{"%00", "a%00", "a%00%2F", "%FF", "a%FFb", "%20", "%C2%A0%0A", "%ED%A0%80", "%C0%AF", strings.Repeat("x", 8193)}
	if !r.HasID() {
		return wrong
	}
	wrong = append(wrong, "x", "0", "-1", "+1", "01", "1.0", "1e0", "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808",
		"99999999999999999999", "-9223372036854775809", "%EF%BC%91", "0x1", "%2B1", "1_0", "null", "abc", "*", "{id}")
	for _, changed := range []string{"%20N", "N%00", "N%20", "N%0A", "N.0", "0N", "%2BN", "+N", "Ne0", "-N", "N;", "N%2F", "N,0"} {
		wrong = append(wrong, strings.Replace(changed, "N", r.name, 1))
	}
	if r.ResourceTemplate() == sessions {
		return append(wrong, w.sessions[w.otherUser(c).name])
	}
	if r.ResourceTemplate() == journal {
		return append(wrong, w.undoableEntry(w.otherUser(c)).id)
	}
	return append(wrong, w.drawOrCreate(w.otherUser(c), r.ResourceTemplate()).id)
}

func (w *run) withName(r request, name string) (request, breakage) {
	r.URL = strings.Replace(r.Path, "{"+r.In("path")[0].Name+"}", name, 1)
	w.encode(&r)
	return r, breakage{expectedProblem{404, "not_found", nil}, "the name " + name, ""}
}

// breakOrigin sends the request from a page of another site.
func (w *run) breakOrigin(_ *user, r request) (request, breakage) {
	w.encode(&r)
	header := rapid.SampledFrom([]string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: null"}).Draw(w.T, "origin")
	r.headers = append(r.headers, header)
	return r, breakage{expectedProblem{403, "cross_site_request", nil}, header, ""}
}

// breakQuery breaks one parameter.
func (w *run) breakQuery(_ *user, r request) (request, breakage) {
	params := r.In("query")
	p := params[rapid.IntRange(0, len(params)-1).Draw(w.T, "parameter")]
	all := wrongParams(p)
	return w.withParam(r, p, all[rapid.IntRange(0, len(all)-1).Draw(w.T, "which way")])
}

// withParam breaks a parameter in one of the ways of wrongParams. Their cursors aren't from this server.
func (w *run) withParam(r request, p *openapi3.Parameter, way [2]string) (request, breakage) {
	r.query = slices.DeleteFunc(slices.Clone(r.query), func(one string) bool {
		return strings.HasPrefix(one, p.Name+"=") || p.Name == "cursor" && strings.HasPrefix(one, "limit=") || p.Name == "factor" && strings.HasPrefix(one, "servings=")
	})
	if p.Name == "cursor" {
		r.query = append(r.query, "limit=5")
	}
	r.query = append(r.query, way[1])
	w.encode(&r)
	return r, breakage{expectedProblem{400, "invalid_input", nil}, way[1], p.Name + way[0]}
}

// wrongParams returns the ways to break a parameter: the rest of field:code after the name, and the query.
func wrongParams(p *openapi3.Parameter) (all [][2]string) {
	add := func(code string, values ...string) {
		for _, v := range values {
			all = append(all, [2]string{":" + code, p.Name + "=" + v})
		}
	}
	s := p.Schema.Value
	if s.Type.Is("array") {
		add("too_many", strings.Repeat("&"+p.Name+"=x", int(*s.MaxItems)))
		for _, way := range wrongElements {
			all = append(all, [2]string{".1:" + way[0], p.Name + "=x&" + p.Name + "=" + way[1]})
		}
		return all
	}
	add("repeated", "1&"+p.Name+"=1", "&"+p.Name+"=", "a&x=1&"+p.Name+"=a", "1&"+strings.ReplaceAll(url.QueryEscape(p.Name), "i", "%69")+"=1")
	if s.Type.Is("integer") {
		add("not_an_integer", "", "x", "1.0", "1e1", "%zz", "+", "0x10", "1+2", "%EF%BC%91", "null", "1%2C2", "--1", "%2B5", "%20", "1%;limit=2")
		add("invalid_characters", "1%00", "%FF")
		add("too_small", "-1", "-99999999999999999999", number(int64(*s.Min)-1).String())
		add("too_large", "99999999999999999999", "9223372036854775808", strings.Repeat("9", 400), number(int64(*s.Max)+1).String())
		return all
	}
	add("invalid_characters", "%00", "a%00b", "%FF", "%ed%a0%80", "a%C3")
	if s.MaxLength != nil && len(s.Enum) == 0 && *s.MaxLength < 20_000 {
		add("too_long", strings.Repeat("x", int(*s.MaxLength)+1))
	}
	if s.MinLength > 0 || len(s.Enum) > 0 {
		add("blank", "", "+%20%C2%A0")
	}
	if isDate(s) {
		add("not_a_date", wrongDates...)
	}
	for _, one := range s.Enum {
		add("not_allowed", strings.ToUpper(one.(string)), one.(string)+"s", one.(string)+"%2C"+one.(string))
	}
	switch p.Name {
	case "cursor":
		add("invalid_cursor", "x", "e30", "AAAA", "9007199254740991", "null", "..")
	case "ingredients":
		add("too_many", manyNames())
	case "factor":
		add("invalid_characters", "x", "-1", "1%2F0", "1e1", "%2B2")
		add("too_small", "0", "0%2F7", "00.00")
		add("too_large", "1001", "2001%2F2")
	}
	return all
}

// wrongElements has ways to break an element of a repeated parameter.
var wrongElements = [][2]string{{"invalid_characters", "%00"}, {"invalid_characters", "a%FFb"}, {"too_long", strings.Repeat("x", 1001)}}

// manyNames returns 501 different names of ingredients.
func manyNames() string {
	var all []string
	for i := range 501 {
		all = append(all, number(int64(i)).String())
	}
	return strings.Join(all, ",")
}
