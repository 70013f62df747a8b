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

// cookieless is a client whose cookies are what a test says.
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

	t.Run("AnswersAnAccessTokenAndSetsTheCookie", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("ada", apitest.Password), "Authorization: Bearer expired")

		require.Equal(t, http.StatusOK, a.StatusCode)
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

	t.Run("TellsNothingOfWhoExists", func(t *testing.T) {
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

	t.Run("NamesWhatIsMissing", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodPost, "/api/user/token/", `{"username": "ada"}`)
		require.Equal(t, http.StatusBadRequest, a.StatusCode)
		require.Equal(t, []string{"password:required"}, a.Problem(t).Fields())
	})

	t.Run("ReplacesAHashMadeWithOtherParameters", func(t *testing.T) {
		t.Parallel()
		c := s.Client(t)
		c.Register(t, "weak")
		s.Exec(t, `update users set password_hash = $1 where username = 'weak'`, weakHash(t))
		c.Login(t, "weak")
		require.EqualValues(t, 1, s.Int(t, `select count(*) from users where username = 'weak' and password_hash like '$argon2id$v=19$m=8,t=1,p=1$%'`))
		c.Login(t, "weak")
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

		a := c.Do(t, http.MethodPost, "/api/user/logout/", "")

		require.Equal(t, http.StatusNoContent, a.StatusCode)
		require.Equal(t, "refresh_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
		require.Empty(t, c.RefreshToken(t))
		require.Equal(t, http.StatusUnauthorized, c.FridgeStatus(t), "at once")
		require.Equal(t, http.StatusBadRequest, c.Refresh(t).StatusCode)
		require.Equal(t, http.StatusUnauthorized, cookieless(t, s).Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`"}`).StatusCode)
	})

	t.Run("WorksWithATokenOfAnyGenerationAndAge", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "old-leaver")
		first := c.RefreshToken(t)
		c.Refresh(t)
		c.Refresh(t)

		a := cookieless(t, s).Do(t, http.MethodPost, "/api/user/logout/", "", "Cookie: refresh_token="+first)

		require.Equal(t, http.StatusNoContent, a.StatusCode)
		require.Equal(t, http.StatusUnauthorized, c.Refresh(t).StatusCode)
	})

	t.Run("AnswersTheSameWhereThereIsNothingToEnd", func(t *testing.T) {
		t.Parallel()
		for _, cookie := range []string{"Cookie:", "Cookie: refresh_token=garbage", "Cookie: refresh_token=", "Cookie: refresh_token=a.b.c; refresh_token=x"} {
			a := cookieless(t, s).Do(t, http.MethodPost, "/api/user/logout/", "", cookie)
			require.Equal(t, http.StatusNoContent, a.StatusCode)
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
