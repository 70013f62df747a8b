package api_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	user := s.User(t, "bearer")

	t.Run("ReadsTheSchemeWithoutRegardToCase", func(t *testing.T) {
		for _, h := range []string{"Bearer " + user.Access, "bearer " + user.Access, "BEARER   " + user.Access} {
			require.Equal(t, http.StatusOK, s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: "+h).StatusCode)
		}
	})

	t.Run("CountsAnotherSchemeAsNone", func(t *testing.T) {
		for _, h := range []string{"", "Basic eDp5", user.Access, "Token " + user.Access, "BearerX " + user.Access} {
			a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: "+h)
			require.Equal(t, http.StatusUnauthorized, a.StatusCode)
			require.Equal(t, "Authentication credentials were not provided.", a.Problem(t).Detail)
			require.Equal(t, "not_authenticated", a.Problem(t).Code)
			require.Equal(t, `Bearer realm="api"`, a.Header.Get("WWW-Authenticate"))
		}
	})

	t.Run("NeverReadsATokenInTheURL", func(t *testing.T) {
		a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/?access_token="+user.Access+"&token="+user.Access, "")
		require.Equal(t, "not_authenticated", a.Problem(t).Code)
	})

	t.Run("RefusesABadToken", func(t *testing.T) {
		for _, h := range []string{"Bearer", "Bearer a b", "Bearer " + user.Access + " x", "Bearer garbage", "Bearer " + user.RefreshToken(t)} {
			a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: "+h)
			require.Equal(t, http.StatusUnauthorized, a.StatusCode)
			require.Equal(t, "Given token not valid for any token type", a.Problem(t).Detail)
			require.Equal(t, "token_not_valid", a.Problem(t).Code)
			require.Equal(t, `Bearer realm="api", error="invalid_token"`, a.Header.Get("WWW-Authenticate"))
		}
	})

	t.Run("Asks401Before415And413", func(t *testing.T) {
		a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/", strings.Repeat("x", 3<<20), "Content-Type: text/plain")
		require.Equal(t, http.StatusUnauthorized, a.StatusCode)
	})
}

// TestForgedTokens shows that no forged token is taken, and that none costs a look at the database.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "victim")
	key := signingKey(t, s)
	access, refresh := user.Access, user.RefreshToken(t)
	id := s.Int(t, `select id from users`)
	sid := claimsOf(t, access)["sid"].(string)
	claims := func(kind, more string) string {
		now, authTime := time.Now().Unix(), ""
		if kind == "access" {
			authTime = fmt.Sprintf(`"auth_time":%d,`, now)
		}
		return fmt.Sprintf(`{"token_type":%q,"user_id":%d,"sub":"%d","sid":%q,%s"jti":%q,"iss":%q,"aud":%q,"iat":%d,"exp":%d%s}`,
			kind, id, id, sid, authTime, uuid.NewString(), apitest.PublicURL, apitest.PublicURL, now, now+300, more)
	}
	sign := func(header, payload string) string {
		signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
		return signed + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key.private, []byte(signed)))
	}
	accessHeader, refreshHeader := headerOf(t, access), headerOf(t, refresh)
	require.Equal(t, http.StatusOK, fridgeStatus(t, s, sign(accessHeader, claims("access", ""))), "the forger's tools work: what the server itself would write is taken")

	parts := strings.Split(access, ".")
	forged := map[string]string{
		"no algorithm":          base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + ".",
		"HMAC of public key":    hmacSigned(t, key, claims("access", "")),
		"another key":           foreignSigned(t, claims("access", "")),
		"crit":                  sign(strings.Replace(accessHeader, "{", `{"crit":["b64"],"b64":false,`, 1), claims("access", "")),
		"reordered header":      sign(fmt.Sprintf(`{"typ":"at+jwt","kid":%q,"alg":"EdDSA"}`, key.id), claims("access", "")),
		"repeated member":       sign(accessHeader, claims("access", fmt.Sprintf(`,"user_id":%d`, id+1))),
		"no exp":                sign(accessHeader, strings.Replace(claims("access", ""), `"exp"`, `"exq"`, 1)),
		"no auth_time":          sign(accessHeader, strings.Replace(claims("access", ""), `"auth_time"`, `"auth_tine"`, 1)),
		"exp as text":           sign(accessHeader, claims("access", "")[:len(claims("access", ""))-11]+`"`+fmt.Sprint(time.Now().Unix()+300)+`"}`),
		"refresh type":          sign(accessHeader, claims("refresh", `,"gen":1`)),
		"refresh header":        sign(refreshHeader, claims("access", "")),
		"trailing JSON":         sign(accessHeader, claims("access", "")+`{}`),
		"padded":                parts[0] + "." + parts[1] + "." + parts[2] + "==",
		"changed payload":       parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(claims("access", ""))) + "." + parts[2],
		"not canonical":         access[:len(access)-1] + string(access[len(access)-1]+1),
		"JSON serialization":    `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"fourth segment":        access + ".x",
		"long":                  sign(accessHeader, claims("access", `,"x":"`+strings.Repeat("x", 2048)+`"`)),
		"unknown claim":         sign(accessHeader, claims("access", `,"admin":true`)),
		"the refresh token":     refresh,
		"expired":               sign(accessHeader, strings.Replace(claims("access", ""), fmt.Sprint(time.Now().Unix()+300), fmt.Sprint(time.Now().Unix()), 1)),
		"another issuer":        sign(accessHeader, strings.Replace(claims("access", ""), apitest.PublicURL, "http://localhost:8081", 1)),
		"user as text":          sign(accessHeader, strings.Replace(claims("access", ""), fmt.Sprintf(`"user_id":%d`, id), fmt.Sprintf(`"user_id":"%d"`, id), 1)),
		"generation in access":  sign(accessHeader, claims("access", `,"gen":1`)),
		"subject of somebody":   sign(accessHeader, strings.Replace(claims("access", ""), fmt.Sprintf(`"sub":"%d"`, id), `"sub":"999"`, 1)),
		"session that is no id": sign(accessHeader, strings.Replace(claims("access", ""), sid, "1", 1)),
	}
	// Nobody could answer from here on: what is refused now is refused without the database.
	s.Exec(t, `drop table sessions, fridge_items cascade`)
	for name, token := range forged {
		t.Run("Refuses "+name, func(t *testing.T) {
			require.NotEqual(t, access, token)
			a := cookieless(t, s).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+token)
			require.Equal(t, http.StatusUnauthorized, a.StatusCode)
			if name == "the refresh token" {
				return
			}
			b := cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token)
			require.Equal(t, http.StatusUnauthorized, b.StatusCode)
		})
	}
	for name, payload := range map[string]string{
		"no generation": claims("refresh", ""), "generation 0": claims("refresh", `,"gen":0`), "generation -1": claims("refresh", `,"gen":-1`),
		"generation 1.0": claims("refresh", `,"gen":1.0`), "generation as text": claims("refresh", `,"gen":"1"`), "access type": claims("access", `,"gen":1`),
	} {
		t.Run("RefusesARefreshTokenWith "+name, func(t *testing.T) {
			a := cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+sign(refreshHeader, payload))
			require.Equal(t, http.StatusUnauthorized, a.StatusCode)
		})
	}
}

func fridgeStatus(t *testing.T, s *apitest.Server, token string) int {
	t.Helper()
	return s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+token).StatusCode
}

type forgersKey struct {
	id      string
	private ed25519.PrivateKey
}

// signingKey takes the server's private key from its file: the forger of these tests has stolen it.
func signingKey(t *testing.T, s *apitest.Server) forgersKey {
	t.Helper()
	text, err := os.ReadFile(s.Config.Keys.Path)
	require.NoError(t, err)
	set, err := jwk.Parse(text)
	require.NoError(t, err)
	entry, ok := set.Key(0)
	require.True(t, ok)
	k := forgersKey{id: entry.KeyID()}
	require.NoError(t, entry.Raw(&k.private))
	return k
}

func headerOf(t *testing.T, token string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	require.NoError(t, err)
	return string(text)
}

func hmacSigned(t *testing.T, key forgersKey, payload string) string {
	t.Helper()
	headers := jws.NewHeaders()
	require.NoError(t, headers.Set("kid", key.id))
	require.NoError(t, headers.Set("typ", "at+jwt"))
	public, ok := key.private.Public().(ed25519.PublicKey)
	require.True(t, ok)
	signed, err := jws.Sign([]byte(payload), jws.WithKey(jwa.HS256, []byte(public), jws.WithProtectedHeaders(headers)))
	require.NoError(t, err)
	return string(signed)
}

func foreignSigned(t *testing.T, payload string) string {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	headers := jws.NewHeaders()
	require.NoError(t, headers.Set("kid", uuid.NewString()))
	signed, err := jws.Sign([]byte(payload), jws.WithKey(jwa.EdDSA, private, jws.WithProtectedHeaders(headers)))
	require.NoError(t, err)
	return string(signed)
}

func TestAccessTokenExpires(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "sleeper")
	require.Equal(t, http.StatusOK, user.FridgeStatus(t))

	later := s.Replica(t, expired)

	require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, later, user.Access))
}
