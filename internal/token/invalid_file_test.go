package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/x25519"
	"github.com/stretchr/testify/require"
)

// setOf returns a JWK Set with one key.
func setOf(t *testing.T, raw any) string {
	t.Helper()
	k, err := jwk.FromRaw(raw)
	require.NoError(t, err)
	require.NoError(t, jwk.AssignKeyID(k))
	set := jwk.NewSet()
	require.NoError(t, set.AddKey(k))
	text, err := json.Marshal(set)
	require.NoError(t, err)
	return string(text)
}

// secrets returns the private members of all keys.
func secrets(text string) (all []string) {
	var set struct{ Keys []map[string]any }
	_ = json.Unmarshal([]byte(text), &set) // a file that isn't JSON has the secret of the good file
	for _, k := range set.Keys {
		for _, member := range []string{"d", "k", "p", "q", "dp", "dq", "qi"} {
			if secret, ok := k[member].(string); ok {
				all = append(all, secret)
			}
		}
	}
	return all
}

func TestLoadRejectsInvalidFiles(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	k, other := newTestKey(t, now), newTestKey(t, now)
	text, err := encodeKeys(Keys{k})
	require.NoError(t, err)
	good := string(text)
	own := secrets(good)
	require.Len(t, own, 1)
	replaced := func(old, fresh string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, fresh, 1)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, xKey, err := x25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signsFrom := `"` + now.Format("2006-01-02T15:04:05Z07:00") + `"`

	for name, text := range map[string]string{
		"Empty": "", "Spaces": " \n", "NotJSON": own[0], "Null": "null", "Array": "[]",
		"EmptyObject": "{}", "NoKeys": `{"keys":[]}`,
		"NUL":    "\x00",
		"CutOff": good[:len(good)-20], "CutOffInTheSecret": good[:strings.Index(good, own[0])+20],
		"Trailing": good + good,
		"Binary":   "\xff\xfe" + good,
		"RSA":      setOf(t, rsaKey), "EC": setOf(t, ecKey),
		"X25519":              setOf(t, xKey),
		"Symmetric":           setOf(t, []byte("a secret that is thirty-two bytes")),
		"PublicHalf":          setOf(t, k.private.Public()),
		"KidOfAnother":        replaced(k.ID, other.ID),
		"WithoutKid":          replaced(`"kid"`, `"kidd"`),
		"OtherSecret":         replaced(own[0], secretOf(t, other)),
		"ShortSecret":         replaced(own[0], own[0][:20]),
		"SecretNotBase64":     replaced(own[0], own[0][:40]+"!!!"),
		"SignsFromNoTime":     replaced(signsFrom, `"soon"`),
		"SignsFromANumber":    replaced(signsFrom, "1772366400"),
		"SignsFromNull":       replaced(signsFrom, "null"),
		"VerifiesUntilNoTime": replaced(`"use"`, `"verifies_until": "`+own[0]+`", "use"`),
		"SecondKeyBad":        replaced(`"keys": [`, `"keys": [{"kty":"oct","k":"c2VjcmV0"},`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFile(t)
			require.NoError(t, os.WriteFile(f.Path, []byte(text), 0o600))
			var err error
			require.NotPanics(t, func() { _, err = f.Load() }, "it would stop a running server")
			require.ErrorContains(t, err, f.Path)
			for _, secret := range append(secrets(text), own[0]) {
				require.NotContains(t, err.Error(), secret[:min(8, len(secret))])
			}
		})
	}

	t.Run("Folder", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, os.Mkdir(f.Path, 0o700))
		_, err := f.Load()
		require.ErrorContains(t, err, "read the keys file")
		_, _, err = f.LoadOrCreate(rand.Reader)
		require.ErrorContains(t, err, "read the keys file")
	})
}

func secretOf(t *testing.T, k Key) string {
	t.Helper()
	text, err := encodeKeys(Keys{k})
	require.NoError(t, err)
	return secrets(string(text))[0]
}
