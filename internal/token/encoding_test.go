package token

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// otherEnding changes the bits at the end of a segment that belong to no byte. The segment must have such bits.
func otherEnding(t *testing.T, segment string) string {
	t.Helper()
	require.NotZero(t, len(segment)%4, "%s has no stray bits", segment)
	last := strings.IndexByte(alphabet, segment[len(segment)-1])
	changed := segment[:len(segment)-1] + alphabet[last^1:last^1+1]
	lax, err := base64.RawURLEncoding.DecodeString(changed)
	require.NoError(t, err)
	require.Equal(t, decoded(t, segment), string(lax), "a lax decoder sees no difference")
	return changed
}

// straying returns a valid payload whose segment ends with stray bits.
func straying(payload string) string {
	for len(segment(payload))%4 == 0 {
		payload = strings.NewReplacer(`"user_id":7`, `"user_id":77`, `"sub":"7`, `"sub":"77`).Replace(payload)
	}
	return payload
}

func TestVerifyRejectsOtherEncodingsOfAToken(t *testing.T) {
	t.Parallel()
	i, k := single(t)
	headerJSON, payloadJSON := accessParts(t, i)
	header, payload := segment(headerJSON), segment(straying(payloadJSON))
	valid := signed(k, header, payload)
	_, err := i.VerifyAccess(valid, now)
	require.NoError(t, err, "the original is valid")
	signature := valid[strings.LastIndex(valid, ".")+1:]
	// Each is signed as it is encoded, so that only the encoding is wrong.
	for _, respell := range []func(string) string{
		func(s string) string { return s + "=" },
		func(s string) string { return s + "==" },
		func(s string) string { return otherEnding(t, s) },
		func(s string) string { return s[:4] + "\n" + s[4:] },
		func(s string) string { return s + "\n" },
		func(s string) string { return s[:4] + "\r" + s[4:] },
		func(s string) string { return s[:4] + " " + s[4:] },
		func(s string) string { return s + "\x00" },
		func(s string) string { return s + "é" },
		func(string) string { return "" },
		func(s string) string { return s[:4] + "%2D" + s[4:] },
		func(s string) string { return s + "A" },
		func(s string) string { return "ｅ" + s[1:] },
	} {
		requireInvalid(t, i, signed(k, respell(header), payload))
		requireInvalid(t, i, signed(k, header, respell(payload)))
		requireInvalid(t, i, header+"."+payload+"."+respell(signature))
	}
	for _, text := range []string{
		"", "..", "a.b.c.d.e", header, header + "." + payload, header + "." + payload + ".", valid + ".", valid + "." + signature, "." + valid,
		" " + valid, valid + " ", valid + "\n", "\t" + valid, "Bearer " + valid, `"` + valid + `"`, valid + "\x00", "\x00" + valid, valid + "\xff",
		valid + valid, valid + "," + valid, valid[:len(valid)-4], payload + "." + header + "." + signature,
		header + "." + payload + "." + strings.Repeat("A", len(signature)),
		fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, payload, header, signature),
		fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, payload, header, signature),
	} {
		requireInvalid(t, i, text)
	}
}

func TestVerifyRejectsTheStandardBase64Alphabet(t *testing.T) {
	t.Parallel()
	i, _ := single(t)
	a := sampleAccess()
	for ; ; a.ID = uuid.New() { // until the signature has both characters
		text, err := i.IssueAccess(a, now)
		require.NoError(t, err)
		cut := strings.LastIndex(text, ".") + 1
		if signature := text[cut:]; strings.Contains(signature, "-") && strings.Contains(signature, "_") {
			requireInvalid(t, i, text[:cut]+strings.ReplaceAll(signature, "-", "+"))
			requireInvalid(t, i, text[:cut]+strings.ReplaceAll(signature, "_", "/"))
			_, err = i.VerifyAccess(text, now)
			require.NoError(t, err)
			return
		}
	}
}

func TestVerifyLimitsTheLength(t *testing.T) {
	t.Parallel()
	i, k := single(t)
	// The name of the issuer is in a token twice, and can have any length.
	mint := func(length int) (*Issuer, string) {
		long := NewIssuer(strings.Repeat("x", length), Keys{k})
		text, err := long.IssueAccess(sampleAccess(), now)
		require.NoError(t, err)
		return long, text
	}
	size := func(length int) int { _, text := mint(length); return len(text) }
	longest := 500
	for size(longest+1) <= MaxLength {
		longest++
	}
	require.Greater(t, size(longest), MaxLength-4)
	issuer, text := mint(longest)
	_, err := issuer.VerifyAccess(text, now)
	require.NoError(t, err)
	for _, length := range []int{longest + 1, 3_000, 1_000_000} {
		issuer, text := mint(length)
		requireInvalid(t, issuer, text)
	}
	requireInvalid(t, i, strings.Repeat(".", 10_000_000))
	requireInvalid(t, i, strings.Repeat("A", MaxLength))
	requireInvalid(t, i, strings.Repeat("é.", MaxLength/3))
}
