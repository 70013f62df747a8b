package validate

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnIntegerMayBeWrittenInAnyWay(t *testing.T) {
	t.Parallel()
	form := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3}|[1-9]0{0,20})(\.[0-9]{1,3}|\.0{1,20})?([eE][+-]?(0[0-9]|[0-9]|1[0-9]))?`)
	seen := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			text := form.Draw(t, "number")
			exact, ok := new(big.Rat).SetString(text)
			require.True(t, ok, text)
			require.Equal(t, exact.IsInt(), isInteger(text), text)
			seen[exact.IsInt()]++
		}
	})
	requireSeen(t, seen, true, false)
	for text, want := range map[string]bool{
		"0e-99999999999999999999": true, "-0.000E-9223372036854775808": true, "1e99999999999999999999": true, "1e-99999999999999999999": false,
		"1e9223372036854775807": true, "1.5e9223372036854775807": true, "1e-9223372036854775808": false, "1" + strings.Repeat("0", 999) + "e-999": true,
		"1" + strings.Repeat("0", 999) + "e-1000": false, "0." + strings.Repeat("0", 999) + "1e1000": true, "0." + strings.Repeat("0", 999) + "1e999": false,
	} {
		require.Equal(t, want, isInteger(text), "%.40s", text)
	}
}

func TestANumberBeyondEveryIDIsTheIDOfNoRow(t *testing.T) {
	t.Parallel()
	id, days := &integer{id: true}, &integer{}
	for text, want := range map[string]float64{
		"1": 1, "1.0": 1, "1e0": 1, "0": 0, "-3": -3, "9007199254740991": MaxID, "9007199254740992": 0, "9007199254740993": 0, "-9007199254740992": 0, "1e400": 0, "-1e400": 0, "1e9223372036854775807": 0,
	} {
		require.InDelta(t, want, id.value(text), 0, text)
	}
	for _, text := range []string{"0.5", "9007199254740990.5", "9007199254740992.5", "1e-400", "4503599627370496.0000001"} {
		require.InDelta(t, 0.5, id.value(text), 0, "no rounding makes an integer of %s", text)
		require.InDelta(t, 0.5, days.value(text), 0, text)
	}
	for _, text := range []string{"36501", "9007199254740993", "1e30", "1e400", "1" + strings.Repeat("0", 400)} {
		require.Greater(t, days.value(text), 36500.0, text)
		require.Less(t, days.value("-"+text), 0.0, text)
	}
}
