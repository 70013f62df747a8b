package contractfuzz_test

import (
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// breakage describes the error in a request, and the expected response.
type breakage struct {
	expectedProblem
	description string
	field       string // field:code of the field error; empty: there is none
}

// breakMember breaks one member of the body.
func (w *run) breakMember(c *user, r request) (request, breakage) {
	m := w.generatorFor(c)
	all := locations(r.Body.Schema, r.body, "")
	if len(all) == 0 { // a patch that changes nothing
		r.body = m.bodyWithAllMembers(r)
		all = locations(r.Body.Schema, r.body, "")
	}
	p := all[rapid.IntRange(0, len(all)-1).Draw(w.T, "which value")]
	defects := m.defects(p)
	first := 0
	if rapid.Bool().Draw(w.T, "of the right type") {
		first = min(len(m.wrongTypes(p)), len(defects)-1)
	}
	b := w.breakValue(&r, p, defects[rapid.IntRange(first, len(defects)-1).Draw(w.T, "which defect")])
	return r, b
}

// breakValue breaks one value of a body, and encodes the request.
func (w *run) breakValue(r *request, p location, d defect) breakage {
	d.apply(p)
	w.encode(r)
	if d.status != 0 {
		return breakage{d.expectedProblem, p.path + ": " + d.description, ""}
	}
	return breakage{expectedProblem{400, "invalid_input", nil}, p.path + ": " + d.description, p.path + ":" + d.fieldCode}
}

// bodyWithAllMembers returns a body with every member.
func (m generator) bodyWithAllMembers(r request) map[string]any {
	body := map[string]any{}
	for _, name := range memberNames(r.Body.Schema) {
		body[name] = m.value(r.Body.Schema.Properties[name].Value, name)
	}
	return body
}

// breakBody breaks the body as a whole.
func (w *run) breakBody(_ *user, r request) (request, breakage) {
	w.encode(&r)
	text := r.Text
	end := strings.LastIndex(text, "}")
	ways := []struct{ what, text string }{
		{"trailing data", text + "{}"}, {"a trailing bracket", text + "}"}, {"a trailing comma", text + ","}, {"two of them", text + text},
		{"cut off", text[:rapid.IntRange(1, end).Draw(w.T, "cut off at")]}, {"white space", "\n"},
		{"an array", "[]"}, {"an array of it", "[" + text + "]"}, {"a string", `"{}"`}, {"null", "null"}, {"a number", "1"}, {"true", "true"},
		{"two byte order marks", "\ufeff\ufeff" + text}, {"UTF-16", "{\x00}\x00"}, {"a comment", text + "// x"}, {"a comma too many", text[:end] + ",}"},
		{"10,000 brackets", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)}, {"a NUL behind", text + "\x00"},
		{"as many brackets as fit", strings.Repeat("[", int(r.Body.MaxBytes))}, {"10,000 objects", strings.Repeat(`{"a":`, 10_000)}, {"single quotes", "{'a': 1}"},
		{"a form", "name=x"}, {"a name twice", `{"x":1,"x":1}`}, {"an unpaired name", "{\"\xff\":1}"}, {"no number", `{"x":NaN}`}, {"a leading zero", `{"x":01}`},
	}
	if r.Body.Required {
		ways = append(ways, struct{ what, text string }{"nothing", ""})
	}
	way := ways[rapid.IntRange(0, len(ways)-1).Draw(w.T, "which way")]
	r.Text = way.text
	return r, breakage{malformed, "the body is " + way.what, ""}
}

// breakType declares the body as something other than JSON in UTF-8, or doesn't declare its type.
func (w *run) breakType(_ *user, r request) (request, breakage) {
	w.encode(&r)
	header := rapid.SampledFrom([]string{
		"Content-Type:", "Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/jsonx",
		"Content-Type: application/json; charset=latin1", "Content-Type: application/problem+json", "Content-Type: json", "Content-Type: */*",
		"Content-Type: application/json, text/plain", "Content-Type: text/json", "Content-Encoding: br", "Content-Encoding: gzip, zstd",
	}).Draw(w.T, "type")
	r.headers = append(r.headers, header)
	return r, breakage{expectedProblem{415, "unsupported_media_type", nil}, header, ""}
}

// breakSize makes the body one byte too large.
func (w *run) breakSize(_ *user, r request) (request, breakage) {
	w.encode(&r)
	r.Text += strings.Repeat(" ", max(0, int(r.Body.MaxBytes)+1-len(r.Text)))
	return r, breakage{expectedProblem{413, "body_too_large", nil}, "a byte too many", ""}
}

// ruleViolation breaks a rule that the contract states only in words, by replacing members of the body.
type ruleViolation struct {
	members map[string]any
	breakage
}

// breakStatedRule breaks a rule that the contract states only in words.
func (w *run) breakStatedRule(c *user, r request) (request, breakage) {
	invalid := expectedProblem{400, "invalid_input", nil}
	var ways []ruleViolation
	switch r.ID {
	case "registerUser":
		ways = []ruleViolation{
			{map[string]any{"password": "Password1"}, breakage{invalid, "a common password", "password:too_common"}},
			{map[string]any{"username": "Somebody1", "password": "sOMEBODY1"}, breakage{invalid, "the username as a password", "password:same_as_username"}},
			{map[string]any{"password": strings.Repeat("🍋", 256) + "x"}, breakage{invalid, "a password of 1,025 bytes", "password:too_long"}},
			{map[string]any{"username": strings.ToUpper(c.name)}, breakage{expectedProblem{400, "username_taken", nil}, "a name that is taken", "username:taken"}},
		}
	case "obtainToken":
		rejected := expectedProblem{401, "no_active_account", nil}
		ways = []ruleViolation{
			{map[string]any{"password": "x"}, breakage{rejected, "a wrong password", ""}}, {map[string]any{"username": "nobody"}, breakage{rejected, "an unknown name", ""}},
		}
	case "refreshToken":
		rejected := expectedProblem{401, "token_not_valid", nil}
		ways = []ruleViolation{
			{map[string]any{"refresh": "x"}, breakage{rejected, "no token", ""}}, {map[string]any{"refresh": c.Access}, breakage{rejected, "an access token", ""}},
			{map[string]any{"refresh": nil}, breakage{invalid, "null and no cookie", "refresh:required"}},
		}
	case "planGroceries":
		ids := slices.Clone(r.body["recipe_ids"].([]any))
		ids[len(ids)-1] = unknownID
		if own := w.otherUser(c).resources[recipes]; len(own) > 0 {
			ids[len(ids)-1] = own[0].seen["id"]
		}
		ways = []ruleViolation{{map[string]any{"recipe_ids": ids}, breakage{expectedProblem{404, "not_found", nil}, "a recipe of the other user", ""}}}
	case "addGroceryItems":
		ways = []ruleViolation{
			{map[string]any{"items": "milk\n" + strings.Repeat("é", 501)}, breakage{invalid, "a long line", "items:too_long"}},
			{map[string]any{"items": strings.Repeat("x\n", 501)}, breakage{invalid, "501 lines", "items:too_many"}},
			{map[string]any{"items": "\n \u00a0\n"}, breakage{invalid, "no line", "items:blank"}},
		}
	}
	way := ways[rapid.IntRange(0, len(ways)-1).Draw(w.T, "which way")]
	maps.Copy(r.body, way.members)
	w.encode(&r)
	return r, way.breakage
}

// operationsWithStatedRules lists the operations that [run.breakStatedRule] handles.
var operationsWithStatedRules = []string{"registerUser", "obtainToken", "refreshToken", "planGroceries", "addGroceryItems"}
