package contractfuzz_test

import (
	crand "crypto/rand"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// The rules that the contract states only in words. Only this file and effects_test.go know individual operations.

// guestCount counts the accounts, because usernames are unique.
var guestCount atomic.Int64

// adjustBody has functions that change a body that is valid by its schema, so that it also follows the rules in words, by operation.
var adjustBody = map[string]func(w *run, m generator, body map[string]any){
	// The name is unique and matches its pattern after NFKC. The password is neither common nor the name, and its limit is in
	// bytes.
	"registerUser": func(_ *run, m generator, body map[string]any) {
		name := fmt.Sprintf("guest%d", guestCount.Add(1))
		tail := rapid.SampledFrom([]string{"", ".", "é", "م", "\U00020000", "漢", "@-_+"}).Draw(m.T, "name")
		if m.oneIn(3, "a long name") && tail != "" {
			tail = cut(strings.Repeat(tail, 150), 150-len(name))
		}
		body["username"] = m.padded(name + tail)
		body["password"] = cut(" q"+body["password"].(string), 246) + "~k7w.m3vzb"
	},
	// The name and the password are those of an account.
	"obtainToken": func(_ *run, m generator, body map[string]any) {
		name := rapid.SampledFrom(usernames).Draw(m.T, "account")
		body["username"] = m.padded(rapid.SampledFrom([]string{name, strings.ToUpper(name), fullWidth(name)}).Draw(m.T, "username"))
		body["password"] = apitest.Password
	},
	// The name is unique: the user's own.
	"updateAccount": func(w *run, m generator, body map[string]any) {
		if body["username"] != nil {
			body["username"] = m.padded(rapid.SampledFrom([]string{w.sender.name, strings.ToUpper(w.sender.name)}).Draw(m.T, "username"))
		}
	},
	// The passwords are those of the account.
	"reauthenticate": func(_ *run, _ generator, body map[string]any) { body["password"] = apitest.Password },
	"changePassword": func(_ *run, _ generator, body map[string]any) {
		body["old_password"], body["new_password"] = apitest.Password, apitest.Password
	},
	// The code belongs to the account of a guest, because all its sessions end.
	"resetPassword": func(w *run, m generator, body map[string]any) {
		name, code := fmt.Sprintf("forgetful%d", guestCount.Add(1)), crand.Text()
		w.Client(w.tb).Register(w.tb, name)
		w.AddResetCode(w.tb, name, code)
		body["username"], body["new_password"] = m.padded(strings.ToUpper(name)), apitest.Password
		body["code"] = rapid.SampledFrom([]string{code, strings.ToLower(code), code[:5] + "-" + code[5:]}).Draw(m.T, "code")
	},
	// A meal has servings or a factor, not both, and the decisions are on different foods.
	"planMeals": func(_ *run, m generator, body map[string]any) {
		body["commit"] = true
		meals := append(body["meals"].([]any), map[string]any{"recipe": m.id("recipe")})
		body["meals"] = meals[:min(len(meals), 5)]
		for _, meal := range body["meals"].([]any) {
			if meal := meal.(map[string]any); meal["factor"] != nil {
				delete(meal, "servings")
			}
		}
		if decisions, given := body["overrides"].([]any); given {
			body["overrides"] = decisions[:min(len(decisions), 1)]
			for _, one := range body["overrides"].([]any) {
				withAmount(one.(map[string]any))
			}
		}
	},
	// A recipe is cooked for servings or by a factor, not both.
	"cookRecipe": func(_ *run, _ generator, body map[string]any) {
		if body["factor"] != nil {
			delete(body, "servings")
		}
	},
	"setPlanOverride": func(_ *run, _ generator, body map[string]any) { withAmount(body) },
	// A name belongs to one food.
	"addFood":     uniqueNames,
	"replaceFood": uniqueNames,
	"updateFood":  uniqueNames,
	// The token is one of the server's, and there is no cookie.
	"refreshToken": func(w *run, _ generator, body map[string]any) { body["refresh"] = w.refresh },
	// Each line is an item of 1 to 500 characters; there are at most 500.
	"addGroceryItems": func(w *run, m generator, body map[string]any) {
		line := w.operation("replaceGroceryItem").Body.Schema.Properties["item"].Value
		lines := []string{m.text(line, "item")}
		for range rapid.IntRange(0, 2).Draw(m.T, "more lines") {
			lines = append(lines, rapid.SampledFrom([]string{"milk", "", " \t", "  bread\r"}).Draw(m.T, "line"))
		}
		if m.oneIn(20, "as many lines as there may be") {
			lines = strings.Split(strings.Repeat("x\n\n", 500), "\n")
		}
		body["items"] = strings.Join(lines, "\n")
	},
	// No two elements have the same id, and no two decisions the same food.
	"importAccount": func(_ *run, m generator, body map[string]any) {
		uniqueIDs(m, body)
		differentFoods(body)
		if list, given := body["foods"].([]any); given {
			for _, food := range list {
				uniqueNames(nil, m, food.(map[string]any))
			}
		}
	},
}

// uniqueNames makes the names of a food different from all others.
func uniqueNames(_ *run, _ generator, body map[string]any) {
	unique := func(name string) string {
		return "x" + crand.Text() + " " + cut(strings.TrimSpace(name), 170)
	}
	if name, given := body["name"].(string); given {
		body["name"] = unique(name)
	}
	if aliases, given := body["aliases"].([]any); given {
		for i, alias := range aliases {
			aliases[i] = unique(alias.(string))
		}
	}
}

// withoutUnset removes the optional members that aren't set, because responses omit them.
func withoutUnset(s *openapi3.Schema, object map[string]any) map[string]any {
	maps.DeleteFunc(object, func(member string, value any) bool {
		isOptional := s.Properties[member] != nil && !slices.Contains(s.Required, member)
		return isOptional && (value == "" || value == false)
	})
	return object
}

// uniqueIDs gives the elements of an export different ids.
func uniqueIDs(m generator, body map[string]any) {
	for kind, lists := range [][]string{{"recipes", "trash"}, {"fridge"}, {"checklist"}, {"plans"}, {"foods"}, {"meals"}, {"overrides"}, {"plan_items"}} {
		id := rapid.SampledFrom([]int64{2, 9007199254740000, 77}).Draw(m.T, fmt.Sprint("first id of kind ", kind))
		for _, list := range lists {
			elements, _ := body[list].([]any) // exports of earlier versions lack some lists
			for _, one := range elements {
				one.(map[string]any)["id"] = number(id)
				if at, ok := one.(map[string]any)["created_at"].(string); ok { // a plan in the future would stay the newest
					one.(map[string]any)["created_at"] = strings.Replace(at, "9999", "1999", 1)
				}
				id += int64(rapid.IntRange(1, 9).Draw(m.T, "distance of ids"))
			}
		}
	}
}

// fullWidth returns a name in full-width letters, which NFKC makes narrow.
func fullWidth(name string) string {
	return strings.Map(func(r rune) rune { return r + 'ａ' - 'a' }, name)
}

// adjustQuery returns the text of a parameter. Ingredients are at most 500 names, separated by commas.
func adjustQuery(name string, value any) string {
	text := fmt.Sprint(value)
	if name == "factor" { // the pattern also allows numbers that are out of range
		return []string{"2", "2/3", "0.685", "1000", "1/1000"}[len(text)%5]
	}
	if name == "ingredients" {
		text = cut(text, 2000) // of 32 KiB for all headers
		if strings.Count(text, ",") >= 500 {
			text = strings.ReplaceAll(text, ",", " ")
		}
	}
	return text
}

// adjustHeader removes the characters that clients can't send in a header (RFC 9110, section 5.5).
func adjustHeader(text string) string {
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

// differentFoods makes the foods of decisions different. If several have the same food, only the last keeps it.
func differentFoods(body map[string]any) {
	seen := map[any]bool{}
	decisions, _ := body["overrides"].([]any)
	for i, one := range slices.Backward(decisions) {
		decision := one.(map[string]any)
		if seen[decision["food"]] {
			decision["food"] = fmt.Sprintf("q%dx", i)
		}
		seen[decision["food"]] = true
		withAmount(decision)
	}
}

// withAmount adds the amount that the state of a decision may require.
func withAmount(decision map[string]any) {
	if decision["amount"] == nil {
		decision["amount"] = "2 kg"
	}
}
