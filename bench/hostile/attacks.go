package main

import (
	"bytes"
	"fmt"
	"strings"
)

// attack is a way to use much CPU time or memory of a server.
type attack struct {
	name            string
	loggedIn        bool
	readsNothing    bool // the attacker reads no response
	obeysRetryAfter bool // the attacker waits a second after a 503, as the response asks
	write           func(b *bytes.Buffer, from account)
}

// attacks has the attacks that made a server take half a GiB or more, or made other users wait.
var attacks = []attack{
	{name: "nothing", loggedIn: true, readsNothing: true, write: func(b *bytes.Buffer, a account) {
		fmt.Fprintf(b, "GET /api/fridge/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", a.token)
	}},
	{name: "logins", obeysRetryAfter: true, write: func(b *bytes.Buffer, a account) {
		writePost(b, "", "/api/user/token/", fmt.Sprintf(`{"username":%q,"password":%q}`, a.name, password), 0)
	}},
	{name: "long names at login", write: func(b *bytes.Buffer, _ account) {
		writePost(b, "", "/api/user/token/", fmt.Sprintf(`{"username":%q,"password":"x"}`, strings.Repeat("\ufdfa", 340_000)), 0)
	}},
	{name: "long names that fit", write: func(b *bytes.Buffer, _ account) {
		writePost(b, "", "/api/user/token/", fmt.Sprintf(`{"username":%q,"password":"x"}`, strings.Repeat("\ufdfa", 20_000)), 0)
	}},
	{name: "logins without their last byte", readsNothing: true, write: func(b *bytes.Buffer, _ account) {
		writePost(b, "", "/api/user/token/", fmt.Sprintf(`{"username":%q,"password":"x"}`, strings.Repeat("x", 60_000)), 1)
	}},
	{name: "recipes without their last byte", loggedIn: true, readsNothing: true, write: func(b *bytes.Buffer, a account) {
		writePost(b, a.token, "/api/recipes/", strings.Repeat(" ", 2_000_000), 1)
	}},
	{name: "imports without their last byte", loggedIn: true, readsNothing: true, write: func(b *bytes.Buffer, a account) {
		writePost(b, a.token, "/api/recipes/bulk/", strings.Repeat(" ", 15<<20), 1)
	}},
	{name: "whole imports", loggedIn: true, write: func(b *bytes.Buffer, a account) {
		one := recipe("odd", strings.Repeat("é\ufdfa", 50_000))
		list := strings.Repeat(one+",", 14<<20/len(one))
		writePost(b, a.token, "/api/recipes/bulk/", `{"list":[`+strings.TrimSuffix(list, ",")+`]}`, 0)
	}},
	{name: "searches", loggedIn: true, write: func(b *bytes.Buffer, a account) {
		writeGet(b, a.token, "/api/recipes/?limit=1&search=b"+strings.Repeat("a", 499))
	}},
	{name: "searches the other way round", loggedIn: true, write: func(b *bytes.Buffer, a account) {
		writeGet(b, a.token, "/api/recipes/?limit=1&search="+strings.Repeat("a", 499)+"b")
	}},
	{name: "plans", loggedIn: true, write: writePlan},
	{name: "plans that nobody reads", loggedIn: true, readsNothing: true, write: writePlan},
	{name: "lists that nobody reads", loggedIn: true, readsNothing: true, write: func(b *bytes.Buffer, a account) { writeGet(b, a.token, "/api/recipes/") }},
	{name: "pages that nobody reads", loggedIn: true, readsNothing: true, write: func(b *bytes.Buffer, a account) { writeGet(b, a.token, "/api/recipes/?limit=500") }},
	{name: "lists", loggedIn: true, write: func(b *bytes.Buffer, a account) { writeGet(b, a.token, "/api/recipes/") }},
}

// writePlan writes a request that plans the recipe with many ingredients 500 times.
func writePlan(b *bytes.Buffer, a account) {
	ids := strings.Repeat(fmt.Sprint(a.manyID, ","), 500)
	writePost(b, a.token, "/api/grocery/", `{"recipe_ids":[`+strings.TrimSuffix(ids, ",")+`]}`, 0)
}

// writeGet writes a GET request with Connection: close, so that the connection ends after the response.
func writeGet(b *bytes.Buffer, token, path string) {
	fmt.Fprintf(b, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n", path, token)
}

// writePost writes a POST request without the last bytes of its body, as many as missing says.
func writePost(b *bytes.Buffer, token, path, body string, missing int) {
	fmt.Fprintf(b, "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", path, len(body))
	if token != "" {
		fmt.Fprintf(b, "Authorization: Bearer %s\r\n", token)
	}
	b.WriteString("\r\n" + body[:len(body)-missing])
}
