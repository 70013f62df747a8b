package username_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/username"
)

func TestKeyIgnoresCaseWidthAndInvisibleCharacters(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Amélie", "AMÉLIE", "ame\u0301lie", "ＡＭÉＬＩＥ"},
		{"Straße", "STRASSE", "strasse"},
		{"Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"},
		{"\u13a0\u13f0", "\uab70\u13f8"}, // Cherokee
		{"bob", "b\u034fob", "bob\ufe0f", "b\u200bob"},
		{"İbrahim", "i\u0307brahim", "ibrahim"},
		{"\u212b", "å"}, // ANGSTROM SIGN
	} {
		for _, name := range same {
			require.Equal(t, username.Key(same[0]), username.Key(name), "%+q", name)
			require.Equal(t, username.Key(name), username.Key(username.Key(name)), "%+q", name)
		}
	}
	require.NotEqual(t, username.Key("bob"), username.Key("bоb"), "Cyrillic о is another letter")
	require.Empty(t, username.Key("\u3164\u115f"), "invisible characters only")
}
