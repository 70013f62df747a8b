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

// breaker makes of a request that isn't spelled yet one that is broken in one place.
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
	if slices.Contains(inWords, o.ID) {
		all = append(all, w.breakWords, w.breakWords)
	}
	r := w.bare(c, o)
	r.Method = o.Method
	r.query = slices.DeleteFunc(r.query, func(one string) bool { return strings.HasPrefix(one, "on_error=") }) // skip would leave out what is broken
	return all[rapid.IntRange(0, len(all)-1).Draw(w.T, "what is broken")](c, r)
}

func (w *run) breakToken(c *user, r request) (request, breakage) {
	w.finish(&r)
	body, end := c.Access[:len(c.Access)-10], c.Access[len(c.Access)-10:]
	header := rapid.SampledFrom([]string{
		"", "Bearer", "Bearer x", "Bearer a b", "Bearer " + c.Access + " x", "Bearer " + c.Access + "x", "Bearer " + body, "Bearer " + body + "." + end,
		"Bearer " + w.refresh, "Basic dTpw", "Token " + c.Access, c.Access, "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer," + c.Access,
	}).Draw(w.T, "token")
	code := "token_not_valid"
	if words := strings.Fields(header); len(words) == 0 || words[0] != "Bearer" {
		code = "not_authenticated"
	}
	r.headers, r.scheme = []string{"Authorization: " + header}, ""
	return r, breakage{problem{401, code, nil}, "the token", ""}
}

// breakMethod takes another method than those of the path.
func (w *run) breakMethod(_ *user, r request) (request, breakage) {
	methods := []string{"BREW", http.MethodTrace, "get", http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodGet}
	for _, o := range w.operations {
		if o.Path == r.Path {
			methods = slices.DeleteFunc(methods, func(m string) bool { return m == o.Method })
		}
	}
	r.body = nil
	w.finish(&r)
	r.Method, r.Text = methods[rapid.IntRange(0, len(methods)-1).Draw(w.T, "method")], ""
	return r, breakage{problem{405, "method_not_allowed", nil}, "the method", ""}
}

// breakPath writes the path in a way that isn't its own.
func (w *run) breakPath(_ *user, r request) (request, breakage) {
	paths := []string{"/" + r.URL, strings.ToUpper(r.URL), "/." + r.URL, "/x" + r.URL}
	if !strings.HasSuffix(r.Path, "{group_name}") { // there, slashes at the end are part of the name
		paths = append(paths, strings.TrimSuffix(r.URL, "/")+"//")
	}
	path := rapid.SampledFrom(paths).Draw(w.T, "path")
	w.finish(&r)
	r.URL = path
	return r, breakage{problem{404, "not_found", nil}, "the path", ""}
}

// breakName names what isn't there, or can't be.
func (w *run) breakName(c *user, r request) (request, breakage) {
	p := r.In("path")[0]
	bad := []string{"%00", "a%00", "%FF", "%20", "%C2%A0", "%ED%A0%80"}
	if p.Schema.Value.Type.Is("integer") {
		bad = append(bad, "x", "0", "-1", "+1", "01", "1.0", "1e0", "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808",
			"99999999999999999999", "-9223372036854775809", "%EF%BC%91", "0x1", "%2B1", "1_0", "%20"+r.name, r.name+"%00", r.name+"%20", r.name+".0", "null",
			"0"+r.name, "%2B"+r.name, "+"+r.name, r.name+"e0", "-"+r.name)
		bad = append(bad, w.some(w.other(c), r.Thing()).id) // another's
	}
	name := bad[rapid.IntRange(0, len(bad)-1).Draw(w.T, "name")]
	r.URL = strings.Replace(r.Path, "{"+p.Name+"}", name, 1)
	w.finish(&r)
	return r, breakage{problem{404, "not_found", nil}, "the name " + name, ""}
}

// breakOrigin comes from a web page of somebody else's.
func (w *run) breakOrigin(_ *user, r request) (request, breakage) {
	w.finish(&r)
	header := rapid.SampledFrom([]string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: null"}).Draw(w.T, "origin")
	r.headers = append(r.headers, header)
	return r, breakage{problem{403, "cross_site_request", nil}, header, ""}
}

// breakQuery breaks one parameter. A cursor is none of this server's.
func (w *run) breakQuery(_ *user, r request) (request, breakage) {
	params := r.In("query")
	p := params[rapid.IntRange(0, len(params)-1).Draw(w.T, "parameter")]
	r.query = slices.DeleteFunc(r.query, func(one string) bool { return strings.HasPrefix(one, p.Name+"=") })
	bad := wrongParams(p)
	way := bad[rapid.IntRange(0, len(bad)-1).Draw(w.T, "which way")]
	if p.Name == "cursor" {
		r.query = append(slices.DeleteFunc(r.query, func(one string) bool { return strings.HasPrefix(one, "limit=") }), "limit=5")
	}
	r.query = append(r.query, way[1])
	w.finish(&r)
	return r, breakage{problem{400, "invalid_input", nil}, way[1], p.Name + way[0]}
}

// wrongParams are the ways to break a parameter: the fault, behind the name, and what is sent.
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
		add("not_an_integer", "", "x", "1.0", "1e1", "%zz", "+", "0x10", "1+2", "%EF%BC%91", "null", "1%2C2", "--1")
		add("too_small", "-1", "-99999999999999999999", "-0", number(int64(*s.Min)-1).String())
		add("too_large", "99999999999999999999", "9223372036854775808", strings.Repeat("9", 400), number(int64(*s.Max)+1).String())
		return all
	}
	add("invalid_characters", "%00", "a%00b", "%FF", "%ed%a0%80", "a%C3")
	if s.MaxLength != nil && len(s.Enum) == 0 && *s.MaxLength < 10_000 {
		add("too_long", strings.Repeat("x", int(*s.MaxLength)+1))
	}
	if s.MinLength > 0 || len(s.Enum) > 0 {
		add("blank", "", "+%20%C2%A0")
	}
	for _, one := range s.Enum {
		add("not_allowed", strings.ToUpper(one.(string)), one.(string)+"s", one.(string)+"%2C"+one.(string))
	}
	switch p.Name {
	case "cursor":
		add("invalid_cursor", "x", "e30", "AAAA", "9007199254740991", "null", "..")
	case "ingredients":
		add("too_many", manyNames())
	}
	return all
}

// wrongElements are ways to break an element of a repeated parameter.
var wrongElements = [][2]string{{"invalid_characters", "%00"}, {"invalid_characters", "a%FFb"}, {"too_long", strings.Repeat("x", 1001)}}

// manyNames are 501 different names of ingredients.
func manyNames() string {
	var all []string
	for i := range 501 {
		all = append(all, number(int64(i)).String())
	}
	return strings.Join(all, ",")
}
