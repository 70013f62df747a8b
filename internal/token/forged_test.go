package token

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// symmetric signs with a public key as if it were a shared secret.
func symmetric(header, payload string, secret []byte) string {
	text := segment(header) + "." + segment(payload)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// replaced replaces a part of a text, which must be there.
func replaced(t *testing.T, text, old, fresh string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, fresh, 1)
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

	headers := []string{
		header + " ", header + "{}", header + "\x00", "[" + header + "]", "null", "{}", "x", strings.Replace(header, ",", ", ", 1),
		fmt.Sprintf(`{"kid":%q,"alg":"EdDSA","typ":"at+jwt"}`, k.ID),
	}
	for old, values := range map[string][]string{
		`"EdDSA"`:               {`"none"`, `"HS256"`, `"Ed25519"`, `"eddsa"`, "null"},
		`"alg":"EdDSA",`:        {""},
		k.ID:                    {other.ID, "", "../../dev/null"},
		`"kid":"` + k.ID + `",`: {""},
		"at+jwt":                {"JWT", "AT+JWT", "rt+jwt", "application/at+jwt"},
		`,"typ":"at+jwt"`:       {""},
	} {
		for _, value := range values {
			headers = append(headers, replaced(t, header, old, value))
		}
	}
	for _, member := range []string{
		`"alg":"EdDSA"`, `"typ":"at+jwt"`, `"crit":["b64"]`, `"crit":["x"],"x":1`, `"b64":false,"crit":["b64"]`, `"jku":"https://attacker.example/keys.json"`,
		`"jwk":` + jwk, `"x5u":"https://attacker.example/"`, `"cty":"JWT"`, `"zip":"DEF"`, `"x":1`,
	} {
		headers = append(headers, strings.TrimSuffix(header, "}")+","+member+"}")
	}
	for _, h := range headers {
		requireInvalid(t, i, forged(k, h, payload))
	}

	hs256 := replaced(t, header, "EdDSA", "HS256")
	none := segment(replaced(t, header, "EdDSA", "none")) + "." + segment(payload)
	for _, text := range []string{
		none + ".", none,
		symmetric(hs256, payload, public), symmetric(hs256, payload, []byte(jwk)), symmetric(hs256, payload, set), symmetric(header, payload, public),
		forged(other, header, payload), forged(other, replaced(t, header, k.ID, other.ID), payload),
	} {
		requireInvalid(t, i, text)
	}
}

// member matches a member of a flat JSON object.
func member(name string) *regexp.Regexp { return regexp.MustCompile(`"` + name + `":("[^"]*"|\d+),?`) }

// invalidPayloads are payloads with one invalid member, or none.
func invalidPayloads(t *testing.T, payload string) (all []string) {
	t.Helper()
	open := strings.TrimSuffix(payload, "}")
	all = []string{
		open + `,"admin":true}`, open + `,"nbf":1}`, open, payload + "{}", payload + " 1", payload + ",", payload + "\x00", payload + payload, payload + "/**/",
		"\ufeff" + payload, "[" + payload + "]", "null", `"x"`, "{}", "x", replaced(t, payload, `"sub":"7"`, "\"sub\":\"7\xff\""),
	}
	for name, values := range map[string][]string{
		"exp": {
			`"1772370000"`, `""`, "1772370000.5", "1772370000.0", "17723700000e-1", "1.77237e9", "1e30", "null", "true", "[1772370000]",
			"{}", "9223372036854775808", "99999999999999999999", "NaN", "Infinity", "01772370000", "+1772370000",
		},
		"iat":        {`"1772366400"`, "1772366400.5", "1e9", "null", "{}", "99999999999999999999"},
		"user_id":    {`"7"`, "7.0", "7e0", "null", "0", "-7", "8", "true", "[7]", "99999999999999999999"},
		"sub":        {"7", "null", `""`, `"8"`, `"07"`, `" 7"`, `["7"]`},
		"sid":        {`"x"`, `""`, "null", "7", `"` + session.String()[1:] + `"`, `"` + session.String() + `g"`, `"{` + session.String() + `}"`, `"` + strings.ToUpper(session.String()) + `"`},
		"jti":        {"7", "null", `""`, `["x"]`, `"x"`, `"` + tokenID.URN() + `"`},
		"iss":        {"7", "null", `""`, `"` + name + `/"`, `"https://attacker.example"`, `["` + name + `"]`},
		"aud":        {"7", "null", `""`, `"` + name + `/"`, `"https://attacker.example"`, `["` + name + `"]`},
		"token_type": {"7", "null", `""`, `"Access"`, `"sliding"`},
	} {
		own := member(name).FindString(payload)
		require.NotEmpty(t, own, name)
		for _, value := range values {
			all = append(all, strings.Replace(payload, strings.TrimSuffix(own, ","), fmt.Sprintf("%q:%s", name, value), 1))
		}
		all = append(all,
			strings.Replace(strings.Replace(payload, own, "", 1), ",}", "}", 1),
			strings.Replace(payload, `"`+name+`"`, `"`+strings.ToUpper(name)+`"`, 1),
			open+","+strings.TrimSuffix(own, ",")+"}", `{"`+name+`":1,`+strings.TrimPrefix(payload, "{"),
		)
	}
	return all
}

func TestVerifyRejectsForgedPayloads(t *testing.T) {
	t.Parallel()
	i, k := single(t)
	header, payload := accessParts(t, i)
	refreshHeader := replaced(t, header, "at+jwt", "rt+jwt")
	refreshPayload := decoded(t, strings.Split(issueRefresh(t, i, now), ".")[1])
	for _, invalid := range append(invalidPayloads(t, payload), refreshPayload, replaced(t, payload, `"jti"`, `"gen":3,"jti"`),
		replaced(t, payload, `"auth_time":1772366340,`, "")) {
		require.NotEqual(t, payload, invalid)
		requireInvalid(t, i, forged(k, header, invalid))
	}
	for _, invalid := range append(invalidPayloads(t, refreshPayload), payload, replaced(t, refreshPayload, `"gen":3,`, ""),
		replaced(t, refreshPayload, `"jti"`, `"auth_time":1772366340,"jti"`)) {
		require.NotEqual(t, refreshPayload, invalid)
		requireInvalid(t, i, forged(k, refreshHeader, invalid))
	}
	for _, gen := range []string{"0", "-1", `"3"`, "3.0", "3e0", "null", "[3]", "9223372036854775808"} {
		requireInvalid(t, i, forged(k, refreshHeader, replaced(t, refreshPayload, `"gen":3`, `"gen":`+gen)))
	}
	for _, authTime := range []string{
		"0", "-1", `"1772366340"`, "1772366340.0", "1e9", "null", "[1772366340]", "1772366401", "9223372036854775807", "9223372036854775808",
	} {
		requireInvalid(t, i, forged(k, header, replaced(t, payload, `"auth_time":1772366340`, `"auth_time":`+authTime)))
	}
	for _, exp := range []string{"-1", "0", "9223372036854775807", "-9223372036854775808"} {
		fresh := `"exp":` + exp
		requireUnusable(t, i, forged(k, header, member("exp").ReplaceAllString(payload, fresh)))
		requireUnusable(t, i, forged(k, refreshHeader, member("exp").ReplaceAllString(refreshPayload, fresh)))
	}
}

// FuzzVerify searches for a text that is accepted although the issuer didn't issue it, or that is accepted as both kinds of token.
func FuzzVerify(f *testing.F) {
	seed := make([]byte, ed25519.SeedSize) // the same key in every process that fuzzes
	k, err := newKey(ed25519.NewKeyFromSeed(seed), now, time.Time{})
	require.NoError(f, err)
	i := NewIssuer(name, Keys{k})
	issued := []string{issueAccess(f, i, now), issueRefresh(f, i, now)}
	for _, text := range issued {
		f.Add(text)
		f.Add(strings.Replace(text, ".", "..", 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !slices.Contains(issued, text) {
			requireInvalid(t, i, text)
			return
		}
		_, errAccess := i.VerifyAccess(text, now)
		_, errRefresh := i.VerifyRefreshOfAnyAge(text, now)
		require.NotEqual(t, errAccess == nil, errRefresh == nil, "a token is of one kind")
	})
}
