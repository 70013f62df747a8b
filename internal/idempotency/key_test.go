package idempotency_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/idempotency"
)

func TestParse(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", idempotency.MaxLength)
	for line, want := range map[string]string{
		"8e03978e-40d5-43dd-bc93-6894a57f9324": "8e03978e-40d5-43dd-bc93-6894a57f9324",
		`"8e03978e"`:                           "8e03978e", `"a b, c"`: "a b, c", `"a\"b\\c"`: `a"b\c`, "a:b/c=;~!": "a:b/c=;~!", " a\t": "a",
		`" "`: " ", long: long, `"` + long + `"`: long, `"` + strings.Repeat(`\"`, 255) + `"`: strings.Repeat(`"`, 255),
	} {
		key, err := idempotency.Parse([]string{line})
		require.NoError(t, err, line)
		require.Equal(t, want, key.Text, line)
	}
	for _, line := range []string{
		"", `""`, "a b", "a,b", `a"b`, `a\b`, `"a`, `a"`, `"a\"`, `"a\b"`, `"a"b`, `"a";p=1`, "ü", `"ü"`, "a\x00", "\"a\x7f\"", `"`,
		long + "k", `"` + long + `k"`,
	} {
		_, err := idempotency.Parse([]string{line})
		require.Error(t, err, "%q", line)
	}
	_, err := idempotency.Parse([]string{"a", "a"})
	require.Error(t, err)
	none, err := idempotency.Parse(nil)
	require.NoError(t, err)
	require.Nil(t, none)
}

func TestTheFingerprintIsOfTheWholeRequest(t *testing.T) {
	t.Parallel()
	seen := map[[32]byte][]string{}
	for _, parts := range [][]string{
		{"POST", "/a/", "", ""}, {"PUT", "/a/", "", ""}, {"POST", "/b/", "", ""}, {"POST", "/a/", "x=1", ""}, {"POST", "/a/", "", "x=1"},
		{"POST", "/a", "/", ""}, {"POST/", "a/", "", ""},
	} {
		key, err := idempotency.Parse([]string{"k"})
		require.NoError(t, err)
		_, err = key.Write([]byte(parts[3]))
		require.NoError(t, err)
		key.SetFingerprint(parts[0], parts[1], parts[2])
		require.NotContains(t, seen, key.Fingerprint, "%q is like %q", parts, seen[key.Fingerprint])
		seen[key.Fingerprint] = parts
	}
}
