package apitest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
)

// adjustExample has functions that replace the members of an example that depend on the server, by operation.
var adjustExample = map[string]func(t testing.TB, k *Kitchen, body map[string]any){
	"registerUser": func(_ testing.TB, _ *Kitchen, body map[string]any) { body["username"] = newGuestName() },
	"obtainToken": func(t testing.TB, k *Kitchen, body map[string]any) {
		body["username"] = newGuestName()
		k.Do(t, http.MethodPost, "/api/user/register/", Credentials(body["username"].(string), body["password"].(string))).Is(t, http.StatusCreated)
	},
	"addFood":        uniqueNames,
	"replaceFood":    uniqueNames,
	"updateFood":     uniqueNames,
	"refreshToken":   func(t testing.TB, k *Kitchen, body map[string]any) { body["refresh"] = k.RefreshToken(t) },
	"updateAccount":  func(t testing.TB, k *Kitchen, body map[string]any) { body["username"] = k.Username(t) },
	"reauthenticate": func(_ testing.TB, _ *Kitchen, body map[string]any) { body["password"] = Password },
	"resetPassword": func(t testing.TB, k *Kitchen, body map[string]any) { // of a guest: all sessions end
		body["username"], body["code"], body["new_password"] = newGuestName(), rand.Text(), Password
		k.Do(t, http.MethodPost, "/api/user/register/", Credentials(body["username"].(string), Password)).Is(t, http.StatusCreated)
		k.Server.AddResetCode(t, body["username"].(string), body["code"].(string))
	},
	"planMeals": func(t testing.TB, k *Kitchen, body map[string]any) {
		for _, meal := range body["meals"].([]any) {
			recipe := k.Call(t, http.MethodPost, "/api/recipes/", map[string]any{
				"name": k.Mark + " stew", "meat_type": "stew", "longevity": 1, "frequency": "rarely",
				"ingredients": []map[string]any{{"name": k.Mark + " barley", "quantity": "100 g"}},
			})
			meal.(map[string]any)["recipe"] = Decode[struct{ ID json.Number }](t, recipe.Is(t, http.StatusCreated)).ID
		}
	},
	"changePassword": func(_ testing.TB, _ *Kitchen, body map[string]any) {
		body["old_password"], body["new_password"] = Password, Password
	},
}

// uniqueNames gives a food names that no other food has.
func uniqueNames(_ testing.TB, _ *Kitchen, body map[string]any) {
	n := "x" + rand.Text()
	if name, ok := body["name"]; ok {
		body["name"] = fmt.Sprintf("%s %s", n, name)
	}
	aliases := body["aliases"].([]any)
	for i, alias := range aliases {
		aliases[i] = fmt.Sprintf("%s %s", n, alias)
	}
}

var guestCount atomic.Int64

// newGuestName returns a username that no account has.
func newGuestName() string { return fmt.Sprintf("guest-%d", guestCount.Add(1)) }
