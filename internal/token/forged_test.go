package token

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// forgery is a text that must be rejected, and why.
type forgery struct{ name, text string }

func requireAllInvalid(t *testing.T, i *Issuer, table []forgery) {
	t.Helper()
	for _, f := range table {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // also the second time
				requireInvalid(t, i, f.text)
			}
		})
	}
}

// symmetric signs with a public key as if it were a shared secret.
func symmetric(header, payload string, secret []byte) string {
	text := segment(header) + "." + segment(payload)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestVerifyRejectsForgedHeaders(t *testing.T) {
	t.Parallel()
	i, k := single(t)
	other := newTestKey(t, now.Add(-minute))
	header, payload := accessParts(t, i)
	public := []byte(k.private.Public().(ed25519.PublicKey))
	set, err := i.PublicKeys(now)
	require.NoError(t, err)
	jwk := strings.TrimSuffix(strings.TrimPrefix(string(set), `{"keys":[`), `]}`)
	a, err := i.VerifyAccess(forged(k, header, payload), now)
	require.NoError(t, err, "the original is valid")
	require.Equal(t, sampleAccess().ID, a.ID)
	with := func(member string) string { return strings.TrimSuffix(header, "}") + "," + member + "}" }
	replaced := func(old, fresh string) string {
		require.Contains(t, header, old)
		return strings.Replace(header, old, fresh, 1)
	}
	hs256 := replaced("EdDSA", "HS256")
	none := segment(replaced("EdDSA", "none")) + "." + segment(payload) + "."
	var table []forgery
	for name, h := range map[string]string{
		"AlgNone": replaced("EdDSA", "none"), "AlgHS256": hs256, "AlgEd25519": replaced("EdDSA", "Ed25519"),
		"AlgCase":    replaced("EdDSA", "eddsa"),
		"AlgMissing": replaced(`"alg":"EdDSA",`, ""), "AlgNull": replaced(`"EdDSA"`, "null"),
		"KidOfAnother": replaced(k.ID, other.ID), "KidMissing": replaced(`"kid":"`+k.ID+`",`, ""), "KidEmpty": replaced(k.ID, ""),
		"KidPath": replaced(k.ID, "../../dev/null"), "Crit": with(`"crit":["b64"]`),
		"CritUnknown": with(`"crit":["x"],"x":1`),
		"B64False":    with(`"b64":false,"crit":["b64"]`), "Jku": with(`"jku":"https://attacker.example/keys.json"`),
		"Jwk": with(`"jwk":` + jwk),
		"X5u": with(`"x5u":"https://attacker.example/"`), "Cty": with(`"cty":"JWT"`),
		"Zip": with(`"zip":"DEF"`), "UnknownMember": with(`"x":1`),
		"TypJWT": replaced("at+jwt", "JWT"), "TypCase": replaced("at+jwt", "AT+JWT"),
		"TypMissing": replaced(`,"typ":"at+jwt"`, ""),
		"TypRefresh": replaced("at+jwt", "rt+jwt"), "TypLong": replaced("at+jwt", "application/at+jwt"),
		"Reordered":   fmt.Sprintf(`{"kid":%q,"alg":"EdDSA","typ":"at+jwt"}`, k.ID),
		"RepeatedAlg": with(`"alg":"EdDSA"`), "RepeatedTyp": with(`"typ":"at+jwt"`), "Spaces": replaced(",", ", "),
		"TrailingSpace": header + " ",
		"TrailingJSON":  header + "{}", "Array": "[" + header + "]", "Null": "null", "EmptyObject": "{}",
		"NotJSON": "x", "NUL": header + "\x00",
	} {
		table = append(table, forgery{name, forged(k, h, payload)})
	}
	table = append(table,
		forgery{"NoneWithoutSignature", none},
		forgery{"NoneWithoutLastSegment", strings.TrimSuffix(none, ".")},
		forgery{"HS256WithThePublicKey", symmetric(hs256, payload, public)},
		forgery{"HS256WithTheJWK", symmetric(hs256, payload, []byte(jwk))},
		forgery{"HS256WithTheJWKSet", symmetric(hs256, payload, set)},
		forgery{"HMACUnderTheRealHeader", symmetric(header, payload, public)},
		forgery{"SignedByAnotherUnderTheRealHeader", forged(other, header, payload)},
		forgery{"SignedByAnotherUnderItsOwnHeader", forged(other, replaced(k.ID, other.ID), payload)},
	)
	requireAllInvalid(t, i, table)
}

func TestVerifyRejectsForgedPayloads(t *testing.T) {
	t.Parallel()
	i, k := single(t)
	header, payload := accessParts(t, i)
	requireAllInvalid(t, i, payloadForgeries(t, k, header, payload))

	refreshHeader := strings.Replace(header, "at+jwt", "rt+jwt", 1)
	parts := strings.Split(issueRefresh(t, i, now), ".")
	refreshPayload := decoded(t, parts[1])
	t.Run("OfRefreshTokens", func(t *testing.T) {
		t.Parallel()
		requireAllInvalid(t, i, payloadForgeries(t, k, refreshHeader, refreshPayload))
		for _, exp := range []string{"-1", "0", "9223372036854775807", "-9223372036854775808"} {
			requireUnusable(t, i, forged(k, header, ofMember(t, payload, "exp", exp)))
			requireUnusable(t, i, forged(k, refreshHeader, ofMember(t, refreshPayload, "exp", exp)))
		}
		var table []forgery
		for _, gen := range []string{"0", "-1", `"3"`, "3.0", "3e0", "null", "[3]", "9223372036854775808"} {
			table = append(table, forgery{"Gen" + gen, forged(k, refreshHeader, strings.Replace(refreshPayload, `"gen":3`, `"gen":`+gen, 1))})
		}
		table = append(table,
			forgery{"WithoutGen", forged(k, refreshHeader, strings.Replace(refreshPayload, `"gen":3,`, "", 1))},
			forgery{"AnAccessTokensPayload", forged(k, refreshHeader, payload)},
			forgery{"ItsPayloadUnderAnAccessTokensHeader", forged(k, header, refreshPayload)},
			forgery{"AnAccessTokenWithGen", forged(k, header, strings.Replace(payload, `"jti"`, `"gen":3,"jti"`, 1))},
		)
		requireAllInvalid(t, i, table)
	})
}
