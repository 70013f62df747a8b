package contractfuzz_test

import (
	crand "crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/casefold"
)

// The rules that the contract has in words alone. Only this file knows single operations.

// guests counts the accounts: a username is unique.
var guests atomic.Int64

// fitted makes a body that fits its schema valid by the rules in words, too.
var fitted = map[string]func(w *run, m maker, body map[string]any){
	// The name is unique and has a pattern that counts after NFKC; the password is no common one, nor the name, and its limit
	// is in bytes.
	"registerUser": func(_ *run, m maker, body map[string]any) {
		name := fmt.Sprintf("guest%d", guests.Add(1))
		tail := rapid.SampledFrom([]string{"", ".", "é", "م", "\U00020000", "漢", "@-_+"}).Draw(m.T, "name")
		if m.chance(3, "a long name") && tail != "" {
			tail = cut(strings.Repeat(tail, 150), 150-len(name))
		}
		body["username"] = m.padded(name + tail)
		body["password"] = cut(" q"+body["password"].(string), 246) + "~k7w.m3vzb"
	},
	// Name and password are those of an account.
	"obtainToken": func(_ *run, m maker, body map[string]any) {
		name := rapid.SampledFrom(usernames).Draw(m.T, "account")
		body["username"] = m.padded(rapid.SampledFrom([]string{name, strings.ToUpper(name), wide(name)}).Draw(m.T, "username"))
		body["password"] = apitest.Password
	},
	// The name is unique: the user's own.
	"updateAccount": func(w *run, m maker, body map[string]any) {
		if body["username"] != nil {
			body["username"] = m.padded(rapid.SampledFrom([]string{w.sender.name, strings.ToUpper(w.sender.name)}).Draw(m.T, "username"))
		}
	},
	// They are those of the account.
	"reauthenticate": func(_ *run, _ maker, body map[string]any) { body["password"] = apitest.Password },
	"changePassword": func(_ *run, _ maker, body map[string]any) {
		body["old_password"], body["new_password"] = apitest.Password, apitest.Password
	},
	// The code is that of an account, a guest's: all its sessions end.
	"resetPassword": func(w *run, m maker, body map[string]any) {
		name, code := fmt.Sprintf("forgetful%d", guests.Add(1)), crand.Text()
		w.Client(w.tb).Register(w.tb, name)
		w.AddResetCode(w.tb, name, code)
		body["username"], body["new_password"] = m.padded(strings.ToUpper(name)), apitest.Password
		body["code"] = rapid.SampledFrom([]string{code, strings.ToLower(code), code[:5] + "-" + code[5:]}).Draw(m.T, "code")
	},
	// It is one of the server's, and there is no cookie.
	"refreshToken": func(w *run, _ maker, body map[string]any) { body["refresh"] = w.refresh },
	// Each line is an item of 1 to 500 characters; there are at most 500.
	"addGroceryItems": func(w *run, m maker, body map[string]any) {
		line := w.operation("replaceGroceryItem").Body.Schema.Properties["item"].Value
		lines := []string{m.text(line, "item")}
		for range rapid.IntRange(0, 2).Draw(m.T, "more lines") {
			lines = append(lines, rapid.SampledFrom([]string{"milk", "", " \t", "  bread\r"}).Draw(m.T, "line"))
		}
		if m.chance(20, "as many lines as there may be") {
			lines = strings.Split(strings.Repeat("x\n\n", 500), "\n")
		}
		body["items"] = strings.Join(lines, "\n")
	},
	// No two elements have the same id.
	"importAccount": func(_ *run, m maker, body map[string]any) { uniqueIDs(m, body) },
}

// uniqueIDs gives the elements of an export different ids.
func uniqueIDs(m maker, body map[string]any) {
	for kind, lists := range [][]string{{"recipes", "trash"}, {"fridge"}, {"checklist"}, {"plans"}} {
		id := rapid.SampledFrom([]int64{2, 9007199254740000, 77}).Draw(m.T, fmt.Sprint("first id of kind ", kind))
		for _, list := range lists {
			for _, one := range body[list].([]any) {
				one.(map[string]any)["id"] = number(id)
				if at, ok := one.(map[string]any)["created_at"].(string); ok { // a plan of the future would stay the newest
					one.(map[string]any)["created_at"] = strings.Replace(at, "9999", "1999", 1)
				}
				id += int64(rapid.IntRange(1, 9).Draw(m.T, "distance of ids"))
			}
		}
	}
}

// wide returns a name in full-width letters, which NFKC makes narrow.
func wide(name string) string {
	return strings.Map(func(r rune) rune { return r + 'ａ' - 'a' }, name)
}

// fitQuery returns the text of a parameter. Ingredients are at most 500 names, separated by commas.
func fitQuery(name string, value any) string {
	text := fmt.Sprint(value)
	if name == "ingredients" {
		text = cut(text, 2000) // of 32 KiB for all headers
		if strings.Count(text, ",") >= 500 {
			text = strings.ReplaceAll(text, ",", " ")
		}
	}
	return text
}

// fitHeader removes the characters that clients can't send in a header (RFC 9110, section 5.5).
func fitHeader(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
}

// pathName writes a name for a path. Paths aren't cleaned: . and .. are names only as %2E and %2E%2E.
func pathName(name string) string {
	if name == "." || name == ".." {
		return strings.Repeat("%2E", len(name))
	}
	return url.PathEscape(name)
}

// stored returns the members of a body as responses have them: a recipe's ingredients under another name, their names in lower case.
func stored(body map[string]any) map[string]any {
	if scopes, given := body["scopes"].([]any); given { // of an API token
		body = maps.Clone(body)
		delete(body, "expires_in_days")
		sorted := slices.Clone(scopes)
		slices.SortFunc(sorted, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		body["scopes"] = slices.Compact(sorted)
	}
	list, given := body["ingredients"]
	if !given {
		return body
	}
	all := maps.Clone(body)
	delete(all, "ingredients")
	lower := []any{}
	for _, one := range list.([]any) {
		ingredient := maps.Clone(one.(map[string]any))
		ingredient["name"] = strings.ToLower(ingredient["name"].(string))
		lower = append(lower, ingredient)
	}
	all["ingredient_list"] = lower
	return all
}

// shows are the lists whose schema doesn't refer to their things.
var shows = map[string]string{"getFridge": "/api/fridge/ingredient/{id}/"}

// effects are the effects of operations that neither name a thing nor return one.
var effects = map[string]func(w *run, c *user, r request, a *apitest.Response){
	"createAPIToken": func(w *run, c *user, r request, a *apitest.Response) {
		got := decode(w, a).(map[string]any)
		delete(got, "token") // no other response has it
		w.made(c, "/api/user/api-tokens/{id}/", normal(r.Body.Schema, r.body, true), got)
	},
	"addGroceryItems": func(w *run, c *user, r request, a *apitest.Response) {
		var lines []string
		for line := range strings.SplitSeq(r.body["items"].(string), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		got := decode(w, a).(map[string]any)
		ids := got["ids"].([]any)
		require.Len(w, ids, len(lines))
		require.Equal(w, ids[0], got["id"])
		for i, id := range ids {
			c.add(w, "/api/grocery/list/{id}/", map[string]any{"id": id, "item": lines[i], "isChecked": false})
		}
	},
	"planGroceries": func(w *run, c *user, r request, _ *apitest.Response) {
		chosen := r.body["recipe_ids"].([]any)
		for _, one := range c.things["/api/recipes/{id}/"] {
			for _, id := range chosen {
				if string(id.(json.Number)) == one.id {
					one.seen["state"] = "used"
				}
			}
		}
		c.plans = append([]any{chosen}, c.plans...)
	},
	"refreshRecipes": func(w *run, c *user, _ request, a *apitest.Response) {
		require.Equal(w, map[string]any{"updated_count": number(int64(len(c.things["/api/recipes/{id}/"])))}, decode(w, a))
		for _, one := range c.things["/api/recipes/{id}/"] {
			one.seen["state"] = "active"
		}
	},
	// With on_error=skip the response has the rejected ones, too.
	"importRecipes": func(w *run, c *user, r request, a *apitest.Response) {
		switch got := decode(w, a).(type) {
		case []any:
			w.madeAll(c, r, got)
		case map[string]any:
			require.Empty(w, got["refused"])
			w.madeAll(c, r, got["added"].([]any))
		}
	},
	"importAccount": func(w *run, c *user, r request, _ *apitest.Response) { w.imported(c, r) },
	// It is there already: restoring a deleted one is a step of a history.
	// The recipe isn't deleted: restoring a deleted one is a step of a history.
	"restoreRecipe": func(w *run, _ *user, r request, a *apitest.Response) {
		require.Equal(w, any(r.thing.seen), decode(w, a))
	},
	"deletePlans": func(_ *run, c *user, _ request, _ *apitest.Response) { c.plans = nil },
	"renameFridgeGroup": func(_ *run, c *user, r request, _ *apitest.Response) {
		all, name := c.grouped(r.name), strings.TrimSpace(r.body["new_group"].(string))
		if others := c.grouped(name); casefold.Name(name) != casefold.Name(r.name) && len(others) > 0 {
			name = others[0].seen["group"].(string)
		}
		for _, one := range all {
			one.seen["group"] = name
		}
	},
	"deleteFridgeGroup": func(_ *run, c *user, r request, _ *apitest.Response) {
		for _, one := range c.grouped(r.name) {
			c.drop(one)
		}
	},
	// It returns the next token.
	"refreshToken": func(w *run, _ *user, _ request, a *apitest.Response) { w.refresh = a.RefreshCookie().Value },
}

// sessions is the template of a session's path. No operation returns the id of a session that it starts.
const sessions = "/api/user/sessions/{id}/"

// recipes is the template of a recipe's path.
const recipes = "/api/recipes/{id}/"

// grouped returns the user's things in a group of the fridge.
func (c *user) grouped(name string) (all []*thing) {
	for _, one := range c.things["/api/fridge/ingredient/{id}/"] {
		if casefold.Name(one.seen["group"].(string)) == casefold.Name(name) {
			all = append(all, one)
		}
	}
	return all
}

// joined returns a body with the group in the spelling that the user's other things have.
func (c *user) joined(id string, body map[string]any) map[string]any {
	group, given := body["group"].(string)
	if !given {
		return body
	}
	for _, one := range c.grouped(group) {
		if one.id != id {
			body = maps.Clone(body)
			body["group"] = one.seen["group"]
			return body
		}
	}
	return body
}
