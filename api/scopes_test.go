package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// allScopes returns the scopes of the contract.
func allScopes(t *testing.T) (scopes []string) {
	t.Helper()
	doc, err := apitest.Document()
	require.NoError(t, err)
	for _, scope := range doc.Components.Schemas["Scope"].Value.Enum {
		scopes = append(scopes, scope.(string))
	}
	return scopes
}

// TestAnAPITokenMayDoWhatItsScopesSay calls every operation with a token that has only its scope, and with a token that has all other
// scopes.
func TestAnAPITokenMayDoWhatItsScopesSay(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "scripts", "")
	scopes := allScopes(t)
	single, others := map[string]*apitest.Client{}, map[string]*apitest.Client{}
	for _, scope := range scopes {
		single[scope] = withAPIToken(t, k.Client, scope)
		others[scope] = withAPIToken(t, k.Client, slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == scope })...)
	}
	all := withAPIToken(t, k.Client, scopes...)
	for _, c := range append([]*apitest.Client{all}, others[scopes[0]], others[scopes[1]]) { // the first use of a token is stored, later ones aren't
		c.Call(t, http.MethodGet, "/api/grocery/list/", nil)
	}
	used := map[string]bool{}

	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken }) {
		t.Run(o.ID, func(t *testing.T) {
			require.True(t, o.Scope == "" || slices.Contains(scopes, o.Scope))
			used[o.Scope] = true
			r := k.Prepare(t, o)
			for scope, c := range single {
				if scope != o.Scope {
					requireScopeNeeded(t, s, r, c)
				}
			}
			if o.Scope == "" {
				requireScopeNeeded(t, s, r, all)
				return
			}
			requireScopeNeeded(t, s, r, others[o.Scope])
			r.Succeed(t, single[o.Scope])
			k.Prepare(t, o).Succeed(t, all)
			if !slices.Contains([]string{http.MethodPost, http.MethodDelete}, o.Method) {
				k.Prepare(t, o).Succeed(t, k.Client) // a session may call every operation
			}
		})
	}
	for _, scope := range scopes {
		require.True(t, used[scope], "no operation needs %s", scope)
	}
}

// requireScopeNeeded sends a request, and the same request with an invalid body, because the scope is checked before the body.
func requireScopeNeeded(t *testing.T, s *apitest.Server, r apitest.Request, c *apitest.Client) {
	t.Helper()
	c.Do(t, http.MethodGet, "/api/user/api-tokens/0/", "", "Authorization: Bearer "+c.Access) // records its use
	before := everyRow(t, s)
	challenge := `Bearer error="insufficient_scope"`
	if r.Scope != "" {
		challenge += fmt.Sprintf(`, scope="%s"`, r.Scope)
	}
	broken := r
	broken.Text = "{"
	for _, one := range []apitest.Request{r, broken} {
		a := one.Send(t, c).Is(t, http.StatusForbidden)
		require.Equal(t, "insufficient_scope", a.Problem(t).Code)
		require.Equal(t, challenge, a.Header.Get("WWW-Authenticate"))
	}
	require.Equal(t, before, everyRow(t, s))
}

func TestAnAPITokenIsNoSession(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "owner")
	script := withAPIToken(t, user, allScopes(t)...)
	token := script.Access

	t.Run("CannotBeRefreshed", func(t *testing.T) {
		for _, a := range []*apitest.Response{
			s.Client(t).Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`"}`),
			s.Client(t).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token),
		} {
			require.Equal(t, "token_not_valid", a.Is(t, http.StatusUnauthorized).Problem(t).Code)
			require.NotContains(t, a.Text, "access")
		}
		s.Client(t).Do(t, http.MethodPost, refreshPath, "", "Authorization: Bearer "+token).Is(t, http.StatusBadRequest)
	})

	t.Run("CannotLogOut", func(t *testing.T) {
		s.Client(t).Do(t, http.MethodPost, "/api/user/logout/", "", "Cookie: refresh_token="+token, "Authorization: Bearer "+token).Is(t, http.StatusNoContent)
		require.Equal(t, http.StatusOK, script.FridgeStatus(t))
		require.Equal(t, http.StatusOK, user.FridgeStatus(t))
	})

	t.Run("OutlivesALogout", func(t *testing.T) {
		require.Equal(t, http.StatusNoContent, user.Do(t, http.MethodPost, "/api/user/logout/", "").StatusCode)
		require.Equal(t, http.StatusUnauthorized, user.FridgeStatus(t))
		require.Equal(t, http.StatusOK, script.FridgeStatus(t))
	})

	t.Run("IsReadFromTheHeaderAlone", func(t *testing.T) {
		for _, headers := range [][]string{
			{"X-Api-Key: " + token}, {"Cookie: access_token=" + token}, {"Authorization: " + token}, {"Authorization: token " + token},
			{"Authorization: Basic " + token}, {"Authorization: Bearer " + token + ",x"}, {"Authorization: Bearer Bearer " + token},
		} {
			s.Client(t).Do(t, http.MethodGet, "/api/fridge/?access_token="+token, "", headers...).Is(t, http.StatusUnauthorized)
		}
		s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: bearer  "+token).Is(t, http.StatusOK)
	})
}
