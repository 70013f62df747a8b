package api_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// cookieless returns a client without a cookie jar. A test must set cookies itself.
func cookieless(t *testing.T, s *apitest.Server) *apitest.Client {
	t.Helper()
	c := s.Client(t)
	c.HTTP.Jar = nil
	return c
}

const refreshPath = "/api/user/token/refresh/"

func TestLogin(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.Sessions.AccessTTL = 5 * time.Minute })
	s.Client(t).Register(t, "Ada")

	t.Run("ReturnsAnAccessTokenAndSetsTheCookie", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("ada", apitest.Password), "Authorization: Bearer expired").Is(t, http.StatusOK)
		require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		cookie := a.RefreshCookie()
		require.Equal(t, "refresh_token="+cookie.Value+"; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
		require.Len(t, a.Header.Values("Set-Cookie"), 2)
		require.Regexp(t, `^device_token=[A-Z2-7]{26}; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=None$`, a.Header.Values("Set-Cookie")[1])
		require.NotContains(t, a.Text, cookie.Value)

		access, refresh := claimsOf(t, a.Access(t)), claimsOf(t, cookie.Value)
		id := s.Int(t, `select id from users where username = 'Ada'`)
		for name, c := range map[string]map[string]any{"access": access, "refresh": refresh} {
			require.Equal(t, name, c["token_type"])
			require.EqualValues(t, id, c["user_id"])
			require.Equal(t, apitest.PublicURL, c["iss"])
			require.Equal(t, apitest.PublicURL, c["aud"])
			require.NotEmpty(t, c["sub"])
			require.NotEmpty(t, c["jti"])
		}
		require.Equal(t, access["sid"], refresh["sid"])
		require.InDelta(t, 300, access["exp"].(float64)-access["iat"].(float64), 1)
		require.InDelta(t, 2592000, refresh["exp"].(float64)-refresh["iat"].(float64), 1)
	})

	t.Run("DoesNotRevealWhichAccountsExist", func(t *testing.T) {
		t.Parallel()
		wrong := s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("ada", "wrong password"))
		unknown := s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("nobody / of this name", "wrong password"))
		for _, a := range []*apitest.Response{wrong, unknown} {
			require.Equal(t, http.StatusUnauthorized, a.StatusCode)
			require.Equal(t, "No active account found with the given credentials", a.Problem(t).Detail)
			require.Equal(t, "no_active_account", a.Problem(t).Code)
			require.Equal(t, `Bearer realm="api"`, a.Header.Get("WWW-Authenticate"))
			require.Empty(t, a.Cookies())
		}
		require.Equal(t, wrong.Text, unknown.Text)
	})
}

func claimsOf(t *testing.T, token string) (claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &claims))
	return claims
}

func TestLogout(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("EndsTheSessionEverywhere", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "leaver")
		token := c.RefreshToken(t)
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))

		a := c.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
		require.Equal(t, "refresh_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
		require.Empty(t, c.RefreshToken(t))
		require.Equal(t, http.StatusUnauthorized, c.FridgeStatus(t), "at once")
		require.Equal(t, http.StatusBadRequest, c.Refresh(t).StatusCode)
		require.Equal(t, http.StatusUnauthorized, cookieless(t, s).Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`"}`).StatusCode)
	})

	t.Run("RespondsTheSameWithoutASession", func(t *testing.T) {
		t.Parallel()
		for _, cookie := range []string{"Cookie:", "Cookie: refresh_token=garbage", "Cookie: refresh_token=", "Cookie: refresh_token=a.b.c; refresh_token=x"} {
			a := cookieless(t, s).Do(t, http.MethodPost, "/api/user/logout/", "", cookie).Is(t, http.StatusNoContent)
			require.Equal(t, "refresh_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
		}
	})
}

func TestCookieSettings(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) {
		c.CookiePartitioned = true
		c.Sessions.RefreshTTL = time.Hour
	})
	c := s.Client(t)
	c.Register(t, "chips")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	c.HTTP.Jar = jar
	a := c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("chips", apitest.Password))
	require.True(t, strings.HasSuffix(a.Header.Get("Set-Cookie"), "; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=None; Partitioned"))
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	user := s.User(t, "bearer")

	t.Run("ReadsTheSchemeWithoutRegardToCase", func(t *testing.T) {
		for _, h := range []string{"Bearer " + user.Access, "bearer " + user.Access, "BEARER   " + user.Access} {
			require.Equal(t, http.StatusOK, s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: "+h).StatusCode)
		}
	})

	t.Run("DistinguishesNoTokenFromAnInvalidOne", func(t *testing.T) {
		for _, c := range []struct {
			detail, code, challenge string
			headers                 []string
		}{
			{"Authentication credentials were not provided.", "not_authenticated", `Bearer realm="api"`,
				[]string{"", "Basic eDp5", user.Access, "Token " + user.Access, "BearerX " + user.Access}},
			{"Given token not valid for any token type", "token_not_valid", `Bearer realm="api", error="invalid_token"`,
				[]string{"Bearer", "Bearer a b", "Bearer " + user.Access + " x", "Bearer garbage", "Bearer " + user.RefreshToken(t)}},
		} {
			for _, h := range c.headers {
				a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: "+h).Is(t, http.StatusUnauthorized)
				require.Equal(t, []string{c.detail, c.code, c.challenge}, []string{a.Problem(t).Detail, a.Problem(t).Code, a.Header.Get("WWW-Authenticate")}, h)
			}
		}
	})

	t.Run("NeverReadsATokenInTheURL", func(t *testing.T) {
		a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/?access_token="+user.Access+"&token="+user.Access, "")
		require.Equal(t, "not_authenticated", a.Problem(t).Code)
	})
}

func fridgeStatus(t *testing.T, s *apitest.Server, token string) int {
	t.Helper()
	return s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+token).StatusCode
}

func TestKeySet(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.Client(t)
	const path = "/.well-known/jwks.json"

	t.Run("PublishesThePublicHalvesAlone", func(t *testing.T) {
		a := c.Do(t, http.MethodGet, path, "").Is(t, http.StatusOK)
		require.Equal(t, "public, max-age=10", a.Header.Get("Cache-Control"))
		var set struct{ Keys []map[string]any }
		require.NoError(t, json.Unmarshal([]byte(a.Text), &set))
		require.Len(t, set.Keys, 1)
		require.NotContains(t, set.Keys[0], "d")
		require.Len(t, set.Keys[0], 6, "the members of the contract")
	})

	t.Run("RespondsToTheSameTagWith304", func(t *testing.T) {
		tag := c.Do(t, http.MethodGet, path, "").Header.Get("ETag")
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			a := c.Do(t, http.MethodGet, path, "", "If-None-Match: "+header).Is(t, http.StatusNotModified)
			require.Equal(t, tag, a.Header.Get("ETag"))
			require.Empty(t, a.Text)
		}
		require.Equal(t, http.StatusOK, c.Do(t, http.MethodGet, path, "", `If-None-Match: "other"`).StatusCode)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		require.NoError(t, err)
		r.Header["If-None-Match"] = []string{`"other"`, tag}
		res, err := c.HTTP.Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusNotModified, res.StatusCode, "two lines mean the same as one list")
	})
}
