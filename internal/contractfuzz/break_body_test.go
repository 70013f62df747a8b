package contractfuzz_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// breach is what is broken about a request, and what must be answered.
type breach struct {
	problem
	what  string
	field string // field:code of the one fault; empty: none is named
}

// breakMember breaks one member of the body.
func (w *world) breakMember(c *cook, r request) (request, breach) {
	m := w.makerOf(c)
	all := places(r.Body.Schema, r.body, "")
	if len(all) == 0 { // a patch that changes nothing
		r.body = m.all(r)
		all = places(r.Body.Schema, r.body, "")
	}
	p := all[rapid.IntRange(0, len(all)-1).Draw(w.T, "which value")]
	flaws := m.flaws(p)
	first := 0
	if rapid.Bool().Draw(w.T, "of the right type") {
		first = min(len(m.wrongTypes(p)), len(flaws)-1)
	}
	f := flaws[rapid.IntRange(first, len(flaws)-1).Draw(w.T, "which flaw")]
	f.put(p)
	w.finish(&r)
	b := breach{f.problem, p.path + ": " + f.what, ""}
	if b.status == 0 {
		b = breach{problem{400, "invalid_input", nil}, b.what, p.path + ":" + f.code}
	}
	return r, b
}

// all is a body with every member.
func (m maker) all(r request) map[string]any {
	body := map[string]any{}
	for _, name := range names(r.Body.Schema) {
		body[name] = m.value(r.Body.Schema.Properties[name].Value, name)
	}
	return body
}

// breakBody breaks the body as a whole.
func (w *world) breakBody(_ *cook, r request) (request, breach) {
	w.finish(&r)
	text := r.Text
	end := strings.LastIndex(text, "}")
	ways := []struct{ what, text string }{
		{"trailing data", text + "{}"}, {"a trailing bracket", text + "}"}, {"a trailing comma", text + ","}, {"two of them", text + text},
		{"cut off", text[:rapid.IntRange(1, end).Draw(w.T, "cut off at")]}, {"white space", "\n"},
		{"an array", "[]"}, {"an array of it", "[" + text + "]"}, {"a string", `"{}"`}, {"null", "null"}, {"a number", "1"}, {"true", "true"},
		{"a byte order mark", "\ufeff" + text}, {"UTF-16", "{\x00}\x00"}, {"a comment", text + "// x"}, {"a comma too many", text[:end] + ",}"},
		{"10,000 brackets", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)}, {"a NUL behind", text + "\x00"},
		{"a million brackets", strings.Repeat("[", 1_000_000)}, {"100,000 objects", strings.Repeat(`{"a":`, 100_000)}, {"single quotes", "{'a': 1}"},
		{"a form", "name=x"}, {"a name twice", `{"x":1,"x":1}`}, {"an unpaired name", "{\"\xff\":1}"}, {"no number", `{"x":NaN}`}, {"a leading zero", `{"x":01}`},
	}
	if r.Body.Required {
		ways = append(ways, struct{ what, text string }{"nothing", ""})
	}
	way := ways[rapid.IntRange(0, len(ways)-1).Draw(w.T, "which way")]
	r.Text = way.text
	return r, breach{malformed, "the body is " + way.what, ""}
}

// breakType declares the body as something else than JSON in UTF-8, or not at all.
func (w *world) breakType(_ *cook, r request) (request, breach) {
	w.finish(&r)
	header := rapid.SampledFrom([]string{
		"Content-Type:", "Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/jsonx",
		"Content-Type: application/json; charset=latin1", "Content-Type: application/problem+json", "Content-Type: json", "Content-Type: */*",
		"Content-Type: application/json, text/plain", "Content-Type: text/json", "Content-Encoding: gzip",
	}).Draw(w.T, "type")
	r.headers = append(r.headers, header)
	return r, breach{problem{415, "unsupported_media_type", nil}, header, ""}
}

// breakSize makes the body too large by a byte.
func (w *world) breakSize(_ *cook, r request) (request, breach) {
	w.finish(&r)
	r.Text += strings.Repeat(" ", max(0, int(r.Body.MaxBytes)+1-len(r.Text)))
	return r, breach{problem{413, "body_too_large", nil}, "a byte too many", ""}
}

// breakWords breaks what the contract says in words alone.
func (w *world) breakWords(c *cook, r request) (request, breach) {
	invalid := problem{400, "invalid_input", nil}
	var way func() breach
	ways := map[string][]func() breach{
		"registerUser": {
			func() breach {
				r.body["password"] = "Password1"
				return breach{invalid, "a common password", "password:too_common"}
			},
			func() breach {
				r.body["username"], r.body["password"] = "Somebody1", "sOMEBODY1"
				return breach{invalid, "the username as a password", "password:same_as_username"}
			},
			func() breach {
				r.body["password"] = strings.Repeat("🍋", 256) + "x"
				return breach{invalid, "a password of 1,025 bytes", "password:too_long"}
			},
			func() breach {
				r.body["username"] = strings.ToUpper(c.name)
				return breach{problem{400, "username_taken", nil}, "a name that is taken", "username:taken"}
			},
		},
		"obtainToken": {
			func() breach {
				r.body["password"] = "x"
				return breach{problem{401, "no_active_account", nil}, "a wrong password", ""}
			},
			func() breach {
				r.body["username"] = "nobody"
				return breach{problem{401, "no_active_account", nil}, "nobody", ""}
			},
		},
		"refreshToken": {
			func() breach {
				r.body["refresh"] = "x"
				return breach{problem{401, "token_not_valid", nil}, "no token", ""}
			},
			func() breach {
				r.body["refresh"] = c.Access
				return breach{problem{401, "token_not_valid", nil}, "an access token", ""}
			},
			func() breach {
				r.body["refresh"] = nil
				return breach{invalid, "nobody is logged in", "refresh:required"}
			},
			func() breach {
				delete(r.body, "refresh")
				return breach{invalid, "nobody is logged in", "refresh:required"}
			},
		},
		"planGroceries": {func() breach {
			ids := slices.Clone(r.body["recipe_ids"].([]any))
			ids[len(ids)-1] = nobodys
			if own := w.other(c).things["/api/recipes/{id}/"]; len(own) > 0 {
				ids[len(ids)-1] = own[0].seen["id"]
			}
			r.body["recipe_ids"] = ids
			return breach{problem{404, "not_found", nil}, "another's recipe", ""}
		}},
		"addGroceryItems": {
			func() breach {
				r.body["items"] = "milk\n" + strings.Repeat("é", 201)
				return breach{invalid, "a long line", "items:too_long"}
			},
			func() breach {
				r.body["items"] = strings.Repeat("x\n", 501)
				return breach{invalid, "501 lines", "items:too_many"}
			},
			func() breach { r.body["items"] = "\n \u00a0\n"; return breach{invalid, "no line", "items:blank"} },
		},
	}[r.ID]
	way = ways[rapid.IntRange(0, len(ways)-1).Draw(w.T, "which way")]
	b := way()
	w.finish(&r)
	return r, b
}

// inWords are the operations that [world.breakWords] knows.
var inWords = []string{"registerUser", "obtainToken", "refreshToken", "planGroceries", "addGroceryItems"}
