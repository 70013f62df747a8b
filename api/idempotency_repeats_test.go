package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestAHundredRepetitionsAtOnce sends the same request to three servers at once. Every response must be the first one, its replay, or
// 409.
func TestAHundredRepetitionsAtOnce(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	servers := []*apitest.Client{u.Client, u.otherClient(t), keyedUser{u.Kitchen, u.Server.Replica(t), u.id}.otherClient(t)}
	for id, count := range map[string]string{
		"createRecipe": `select count(*) from recipes`, "addFridgeIngredient": `select count(*) from fridge_items`,
		"addFood":         `select count(*) from foods`,
		"addGroceryItems": `select count(distinct version) from grocery_items`, "createAPIToken": `select count(*) from api_tokens`,
		"importAccount": `select count(*) from security_events where kind = 'imported'`, "registerUser": `select count(*) - 1 from users`,
		"planGroceries": `select count(*) from plans where array_length(recipe_ids, 1) = 3`,
	} {
		t.Run(id, func(t *testing.T) {
			r := u.Prepare(t, operationsWith(t, func(o apitest.Operation) bool { return o.ID == id })[0])
			before, key := u.Server.Int(t, count), newKey()
			var mu sync.Mutex
			var firsts, replays []*apitest.Response
			var repetitions []func(testing.TB)
			for i := range 100 {
				repetitions = append(repetitions, func(t testing.TB) {
					a := r.Send(t, servers[i%len(servers)], key)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case a.StatusCode == http.StatusConflict:
						require.Equal(t, "idempotency_key_in_use", a.Problem(t).Code)
					case a.StatusCode == http.StatusServiceUnavailable: // on a busy machine
					case a.Header.Get("Idempotent-Replayed") != "":
						replays = append(replays, a)
					default:
						firsts = append(firsts, a)
					}
				})
			}

			apitest.AtOnce(t, repetitions...)

			require.Len(t, firsts, 1, "%+v", firsts)
			firsts[0].Is(t, r.Success())
			for _, a := range append(replays, r.Send(t, u.Client, key)) {
				requireReplay(t, firsts[0], a)
			}
			require.Equal(t, before+1, u.Server.Int(t, count))
		})
	}
}

// TestRandomRepetitions compares the server with a model that has one response for each user, key and request.
func TestRandomRepetitions(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	users := []*apitest.Client{s.User(t, "ann"), s.User(t, "bob")}
	var replayed, reused, failed, added int
	run := 0
	rapid.Check(t, func(check *rapid.T) {
		t, known := apitest.Within(t, check), map[string]requestOnce{}
		run++
		for range 30 {
			user := rapid.IntRange(0, 1).Draw(check, "user")
			key := fmt.Sprintf("%d-%d", run, rapid.IntRange(0, 3).Draw(check, "key"))
			path := rapid.SampledFrom([]string{"/api/fridge/ingredient/", "/api/grocery/list/", "/api/recipes/bulk/", "/api/recipes/bulk/?on_error=skip"}).Draw(check, "path")
			body := drawnBody(path, rapid.IntRange(0, 3).Draw(check, "text"))
			before := countOfAll(t, s)
			owner := fmt.Sprint(user, " ", key)

			a := users[user].Do(t, http.MethodPost, path, body, "Authorization: Bearer "+users[user].Access, "Idempotency-Key: "+key)

			first, used := known[owner]
			switch {
			case a.StatusCode == http.StatusBadRequest:
				require.Contains(t, body, `""`)
				failed++
			case used && first.path == path && first.body == body:
				requireReplay(t, first.response, a)
				replayed++
			case used:
				require.Equal(t, "idempotency_key_reused", a.Is(t, http.StatusUnprocessableEntity).Problem(t).Code)
				reused++
			default:
				require.Less(t, a.StatusCode, 300, a.Text)
				require.Empty(t, a.Header.Get("Idempotent-Replayed"))
				known[owner] = requestOnce{path, body, a}
				added++
				continue
			}
			require.Equal(t, before, countOfAll(t, s))
		}
	})
	require.Positive(t, min(replayed, reused, failed, added), "all cases were seen")
}

// requestOnce is a request that had an effect.
type requestOnce struct {
	path, body string
	response   *apitest.Response
}

// drawnBody returns one of four bodies for a path. The body with the number 0 is invalid, or partly invalid with on_error=skip.
func drawnBody(path string, number int) string {
	texts := []string{"", "leek", "salt", "Crème fraîche"}
	text, _ := json.Marshal(texts[number]) //nolint:errchkjson // a text
	switch path {
	case "/api/fridge/ingredient/":
		return fmt.Sprintf(`{"name": %s, "group": "Veg"}`, text)
	case "/api/grocery/list/":
		return fmt.Sprintf(`{"items": %s}`, text)
	}
	const recipe = `{"name": %s, "meat_type": "none", "longevity": 1, "frequency": "rarely", "ingredients": []}`
	return fmt.Sprintf(`{"list": [`+recipe+`, `+recipe+`]}`, `"soup"`, text)
}

func countOfAll(t testing.TB, s *apitest.Server) int64 {
	t.Helper()
	return s.Int(t, `select (select count(*) from fridge_items) + (select count(*) from grocery_items) + (select count(*) from recipes)`)
}
