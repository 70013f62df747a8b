package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// leakRequest is a request with canaries.
type leakRequest struct {
	apitest.Request
	headers []string
	what    string // what is wrong; empty: nothing
	broken  string // the dotted path of the invalid member; empty: none
}

// brokenRequests returns requests like r, each of which is wrong in one place. c is the client that sends them.
func brokenRequests(t *testing.T, c *apitest.Client, r apitest.Request) (all []leakRequest) {
	t.Helper()
	add := func(what string, change func(l *leakRequest)) {
		l := leakRequest{Request: r, what: what}
		change(&l)
		all = append(all, l)
	}
	header := func(lines ...string) {
		for _, line := range lines {
			add(line, func(l *leakRequest) { l.headers = []string{line} })
		}
	}
	header("Authorization: Bearer "+canaryToken, "Authorization: Bearer a."+canaryToken+"."+canaryToken, "Authorization: Basic "+canaryToken,
		"Authorization:", "Authorization: Bearer "+c.RefreshToken(t), "Authorization: Bearer "+c.Access+"x", "Authorization: "+c.Access,
		"Cookie: refresh_token="+canaryToken, "Cookie: refresh_token=a."+canaryToken+".b", `Cookie: refresh_token="`+canaryToken+`"`,
		`If-Match: "`+canaryToken+`"`, `If-None-Match: "`+canaryToken+`"`, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site",
		"Content-Type: text/plain", "Content-Encoding: br")
	add("a token in the query", func(l *leakRequest) { l.URL += "?access_token=" + c.Access + "&token=" + canaryToken })
	add("an unknown path", func(l *leakRequest) { l.URL = "/api/" + c.Access + "/" + l.URL })
	add("an unknown method", func(l *leakRequest) { l.Method = "BREW" })
	for _, p := range r.In("query") {
		for _, value := range []string{canaryValue, canaryValue + "\x00", strings.Repeat(canaryValue, 300)} {
			add("the parameter "+p.Name, func(l *leakRequest) { l.URL += "?" + p.Name + "=" + url.QueryEscape(value) })
		}
	}
	for _, p := range r.In("path") {
		if p.Name == "id" {
			continue // invalid ids may be logged: they aren't texts of users
		}
		for _, value := range []string{canaryValue, canaryValue + "%00", canaryValue + "%FF"} {
			add("the name in the path", func(l *leakRequest) { l.URL = strings.Replace(r.Path, "{"+p.Name+"}", value, 1) })
		}
	}
	if r.Body != nil {
		all = append(all, brokenBodies(t, r)...)
	}
	return all
}

// brokenBodies returns requests like r whose bodies are invalid.
func brokenBodies(t *testing.T, r apitest.Request) (all []leakRequest) {
	t.Helper()
	add := func(what, broken, text string) {
		l := leakRequest{Request: r, what: what, broken: broken}
		l.Text = text
		all = append(all, l)
	}
	add("a body that is cut off", "", r.Text[:len(r.Text)-1])
	add("data behind the body", "", r.Text+`"`+canaryValue+`"`)
	add("a comment", "", r.Text+"//"+canaryValue)
	add("a bare word", "", canaryValue)
	add("a list", "", `["`+canaryValue+`"]`)
	add("a name twice", "", `{"x":"`+canaryValue+`","x":"`+canaryValue+`"}`)
	add("invalid UTF-8", "", "{\"x\":\""+canaryValue+"\xff\"}")
	for _, value := range []any{
		canaryValue, canaryLogin, canaryValue + "\x00", strings.Repeat(canaryValue, 2000), []any{canaryValue}, map[string]any{"x": canaryValue}, nil, true, 1.5, -1,
	} {
		for i := 0; ; i++ {
			body := apitest.Decode[any](t, &apitest.Response{Text: r.Text})
			path, ok := replaceNth(&body, "", i, value)
			if !ok {
				break
			}
			text, err := json.Marshal(body)
			require.NoError(t, err)
			add(fmt.Sprintf("%s is %.40v", path, value), path, string(text))
		}
	}
	return all
}

// replaceNth replaces the nth value inside a JSON value, in the order of a walk, and returns its dotted path. It visits only the first
// two elements of a list.
func replaceNth(value *any, path string, n int, by any) (replaced string, ok bool) {
	count := 0
	var walk func(value any, path string, set func(any)) bool
	walk = func(value any, path string, set func(any)) bool {
		if path != "" {
			if count == n {
				set(by)
				replaced = path[1:]
				return true
			}
			count++
		}
		switch v := value.(type) {
		case map[string]any:
			for _, name := range sortedKeys(v) {
				if walk(v[name], path+"."+name, func(x any) { v[name] = x }) {
					return true
				}
			}
		case []any:
			for i := range v[:min(2, len(v))] {
				if walk(v[i], fmt.Sprintf("%s.%d", path, i), func(x any) { v[i] = x }) {
					return true
				}
			}
		}
		return false
	}
	ok = walk(*value, path, func(x any) { *value = x })
	return replaced, ok
}

// sendTooLarge sends a request with a body that is one byte too large.
func (h *leakTest) sendTooLarge(t *testing.T, c *apitest.Client, r apitest.Request) {
	t.Helper()
	if r.Body == nil || r.Body.MaxBytes > 4<<20 { // larger limits are checked by the same code
		return
	}
	a := r.SendPadded(t, c, r.Body.MaxBytes+1, false)
	require.Equal(t, http.StatusRequestEntityTooLarge, a.StatusCode, r.ID)
	h.requireNoSecrets(t, leakRequest{Request: r, what: "a body that is too large"}, a)
}
