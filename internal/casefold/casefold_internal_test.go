package casefold

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestASCIIIsFoldedAsUnicodeIs(t *testing.T) {
	t.Parallel()
	ascii := rapid.StringOf(rapid.RuneFrom([]rune("aB \t\n\x00\x1c\x1f\x7f-9")))
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			text := ascii.Draw(t, "text")
			require.Equal(t, unicodeText(text), Text(text), "%q", text)
		}
	})
	for c := range byte(0x80) {
		text := "a" + string(rune(c)) + "B"
		require.Equal(t, unicodeText(text), Text(text), "%q", text)
	}
}
