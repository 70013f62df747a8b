package contractfuzz_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// breakage is what is broken about a request, and what must be answered.
type breakage struct {
	problem
	what  string
	field string // field:code of the one fault; empty: none is named
}

// breakMember breaks one member of the body.
func (w *run) breakMember(c *user, r request) (request, breakage) {
	m := w.makerOf(c)
	all := places(r.Body.Schema, r.body, "")
	if len(all) == 0 { // a patch that changes nothing
		r.body = m.all(r)
		all = places(r.Body.Schema, r.body, "")
	}
	p := all[rapid.IntRange(0, len(all)-1).Draw(w.T, "which value")]
	defects := m.defects(p)
	first := 0
	if rapid.Bool().Draw(w.T, "of the right type") {
		first = min(len(m.wrongTypes(p)), len(defects)-1)
	}
	b := w.breakPlace(&r, p, defects[rapid.IntRange(first, len(defects)-1).Draw(w.T, "which defect")])
	return r, b
}

// breakPlace breaks one value of a body, and spells the request.
func (w *run) breakPlace(r *request, p place, d defect) breakage {
	d.put(p)
	w.finish(r)
	if d.status != 0 {
		return breakage{d.problem, p.path + ": " + d.what, ""}
	}
	return breakage{problem{400, "invalid_input", nil}, p.path + ": " + d.what, p.path + ":" + d.code}
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
func (w *run) breakBody(_ *user, r request) (request, breakage) {
	w.finish(&r)
	text := r.Text
	end := strings.LastIndex(text, "}")
	ways := []struct{ what, text string }{
		{"trailing data", text + "{}"}, {"a trailing bracket", text + "}"}, {"a trailing comma", text + ","}, {"two of them", text + text},
		{"cut off", text[:rapid.IntRange(1, end).Draw(w.T, "cut off at")]}, {"white space", "\n"},
		{"an array", "[]"}, {"an array of it", "[" + text + "]"}, {"a string", `"{}"`}, {"null", "null"}, {"a number", "1"}, {"true", "true"},
		{"two byte order marks", "\ufeff\ufeff" + text}, {"UTF-16", "{\x00}\x00"}, {"a comment", text + "// x"}, {"a comma too many", text[:end] + ",}"},
		{"10,000 brackets", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)}, {"a NUL behind", text + "\x00"},
		{"a million brackets", strings.Repeat("[", 1_000_000)}, {"100,000 objects", strings.Repeat(`{"a":`, 100_000)}, {"single quotes", "{'a': 1}"},
		{"a form", "name=x"}, {"a name twice", `{"x":1,"x":1}`}, {"an unpaired name", "{\"\xff\":1}"}, {"no number", `{"x":NaN}`}, {"a leading zero", `{"x":01}`},
	}
	if r.Body.Required {
		ways = append(ways, struct{ what, text string }{"nothing", ""})
	}
	way := ways[rapid.IntRange(0, len(ways)-1).Draw(w.T, "which way")]
	r.Text = way.text
	return r, breakage{malformed, "the body is " + way.what, ""}
}

// breakType declares the body as something else than JSON in UTF-8, or not at all.
func (w *run) breakType(_ *user, r request) (request, breakage) {
	w.finish(&r)
	header := rapid.SampledFrom([]string{
		"Content-Type:", "Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/jsonx",
		"Content-Type: application/json; charset=latin1", "Content-Type: application/problem+json", "Content-Type: json", "Content-Type: */*",
		"Content-Type: application/json, text/plain", "Content-Type: text/json", "Content-Encoding: br", "Content-Encoding: gzip, zstd",
	}).Draw(w.T, "type")
	r.headers = append(r.headers, header)
	return r, breakage{problem{415, "unsupported_media_type", nil}, header, ""}
}

// breakSize makes the body too large by a byte.
func (w *run) breakSize(_ *user, r request) (request, breakage) {
	w.finish(&r)
	r.Text += strings.Repeat(" ", max(0, int(r.Body.MaxBytes)+1-len(r.Text)))
	return r, breakage{problem{413, "body_too_large", nil}, "a byte too many", ""}
}

// breakWords breaks what the contract says in words alone.
func (w *run) breakWords(c *user, r request) (request, breakage) {
	invalid := problem{400, "invalid_input", nil}
	var way func() breakage
	ways := map[string][]func() breakage{
		"registerUser": {
			func() breakage {
				r.body["password"] = "Password1"
				return breakage{invalid, "a common password", "password:too_common"}
			},
			func() breakage {
				r.body["username"], r.body["password"] = "Somebody1", "sOMEBODY1"
				return breakage{invalid, "the username as a password", "password:same_as_username"}
			},
			func() breakage {
				r.body["password"] = strings.Repeat("🍋", 256) + "x"
				return breakage{invalid, "a password of 1,025 bytes", "password:too_long"}
			},
			func() breakage {
				r.body["username"] = strings.ToUpper(c.name)
				return breakage{problem{400, "username_taken", nil}, "a name that is taken", "username:taken"}
			},
		},
		"obtainToken": {
			func() breakage {
				r.body["password"] = "x"
				return breakage{problem{401, "no_active_account", nil}, "a wrong password", ""}
			},
			func() breakage {
				r.body["username"] = "nobody"
				return breakage{problem{401, "no_active_account", nil}, "nobody", ""}
			},
		},
		"refreshToken": {
			func() breakage {
				r.body["refresh"] = "x"
				return breakage{problem{401, "token_not_valid", nil}, "no token", ""}
			},
			func() breakage {
				r.body["refresh"] = c.Access
				return breakage{problem{401, "token_not_valid", nil}, "an access token", ""}
			},
			func() breakage {
				r.body["refresh"] = nil
				return breakage{invalid, "nobody is logged in", "refresh:required"}
			},
			func() breakage {
				delete(r.body, "refresh")
				return breakage{invalid, "nobody is logged in", "refresh:required"}
			},
		},
		"planGroceries": {func() breakage {
			ids := slices.Clone(r.body["recipe_ids"].([]any))
			ids[len(ids)-1] = unknownID
			if own := w.other(c).things["/api/recipes/{id}/"]; len(own) > 0 {
				ids[len(ids)-1] = own[0].seen["id"]
			}
			r.body["recipe_ids"] = ids
			return breakage{problem{404, "not_found", nil}, "another's recipe", ""}
		}},
		"addGroceryItems": {
			func() breakage {
				r.body["items"] = "milk\n" + strings.Repeat("é", 501)
				return breakage{invalid, "a long line", "items:too_long"}
			},
			func() breakage {
				r.body["items"] = strings.Repeat("x\n", 501)
				return breakage{invalid, "501 lines", "items:too_many"}
			},
			func() breakage { r.body["items"] = "\n \u00a0\n"; return breakage{invalid, "no line", "items:blank"} },
		},
	}[r.ID]
	way = ways[rapid.IntRange(0, len(ways)-1).Draw(w.T, "which way")]
	b := way()
	w.finish(&r)
	return r, b
}

// inWords are the operations that [run.breakWords] knows.
var inWords = []string{"registerUser", "obtainToken", "refreshToken", "planGroceries", "addGroceryItems"}
