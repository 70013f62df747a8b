package token

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ofMember replaces the value of one member of a flat JSON object.
func ofMember(t *testing.T, object, member, value string) string {
	t.Helper()
	pattern := regexp.MustCompile(`"` + member + `":("[^"]*"|\d+)`)
	require.True(t, pattern.MatchString(object), member)
	return pattern.ReplaceAllLiteralString(object, fmt.Sprintf("%q:%s", member, value))
}

func without(t *testing.T, object, member string) string {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &members))
	require.Contains(t, members, member)
	delete(members, member)
	text, err := json.Marshal(members)
	require.NoError(t, err)
	return string(text)
}

// payloadForgeries returns tokens with a valid header and signature and an invalid payload.
func payloadForgeries(t *testing.T, k Key, header, payload string) (table []forgery) {
	t.Helper()
	add := func(name, forgedPayload string) {
		require.NotEqual(t, payload, forgedPayload, name)
		table = append(table, forgery{name, forged(k, header, forgedPayload)})
	}
	strange := map[string][]string{
		"exp": {
			`"1772370000"`, `""`, "1772370000.5", "1772370000.0", "17723700000e-1", "1.77237e9", "1e30", "null", "true", "[1772370000]",
			"{}", "9223372036854775808", "99999999999999999999", "NaN", "Infinity", "01772370000", "+1772370000",
		},
		"iat":        {`"1772366400"`, "1772366400.5", "1e9", "null", "{}", "99999999999999999999"},
		"user_id":    {`"7"`, "7.0", "7e0", "null", "0", "-7", "8", "true", "[7]", "99999999999999999999"},
		"sub":        {"7", "null", `""`, `"8"`, `"07"`, `" 7"`, `["7"]`},
		"sid":        {`"x"`, `""`, "null", "7", `"0e0e6a5c-8f0a-4a4e-9d55-0d0cbb0d3b4"`, `"0e0e6a5c-8f0a-4a4e-9d55-0d0cbb0d3b4g"`, `"{0e0e6a5c-8f0a-4a4e-9d55-0d0cbb0d3b4a}"`, `"0E0E6A5C-8F0A-4A4E-9D55-0D0CBB0D3B4A"`},
		"jti":        {"7", "null", `""`, `["x"]`, `"x"`, `"urn:uuid:0b7e7f0c-9a55-4f0b-8f3d-0c6a3f0e9d11"`},
		"iss":        {"7", "null", `""`, `"https://cook.example.org/"`, `"https://attacker.example"`, `["` + name + `"]`},
		"aud":        {"7", "null", `""`, `"https://cook.example.org/"`, `"https://attacker.example"`, `["` + name + `"]`},
		"token_type": {"7", "null", `""`, `"Access"`, `"sliding"`},
	}
	for member, values := range strange {
		for n, value := range values {
			add(fmt.Sprintf("%s%d", member, n), ofMember(t, payload, member, value))
		}
		add(member+"Missing", without(t, payload, member))
		add(member+"InCapitals", strings.Replace(payload, `"`+member+`"`, `"`+strings.ToUpper(member)+`"`, 1))
		add(member+"Repeated", strings.TrimSuffix(payload, "}")+","+regexp.MustCompile(`"`+member+`":("[^"]*"|\d+)`).FindString(payload)+"}")
		add(member+"RepeatedFirst", `{"`+member+`":1,`+strings.TrimPrefix(payload, "{"))
	}
	for name, forgedPayload := range map[string]string{
		"UnknownMember": strings.TrimSuffix(payload, "}") + `,"admin":true}`, "NotBefore": strings.TrimSuffix(payload, "}") + `,"nbf":1}`,
		"TrailingObject": payload + "{}", "TrailingValue": payload + " 1", "TrailingComma": payload + ",", "TrailingNUL": payload + "\x00",
		"Array": "[" + payload + "]", "Twice": payload + payload, "Null": "null", "String": `"x"`, "EmptyObject": "{}", "NotJSON": "x",
		"LeadingBOM": "\ufeff" + payload, "Unclosed": strings.TrimSuffix(payload, "}"), "Comment": payload + "/**/",
		"InvalidUTF8": strings.Replace(payload, `"sub":"7"`, "\"sub\":\"7\xff\"", 1),
	} {
		add(name, forgedPayload)
	}
	return table
}
