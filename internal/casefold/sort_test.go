package casefold_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/casefold"
)

func TestNamesAreInTheirNaturalOrder(t *testing.T) {
	t.Parallel()
	for _, want := range [][]string{
		{"2 minute noodles", "10 minute soup", "Apfel", "Äpfel", "apple", "Zucchini"},
		{"7-Up", "7up cake", "Cake 1", "cake 2", "Cake 10", "cake 10 b", "Cake 100"},
		{"cote", "coté", "côte", "côté"},
		{"creme", "crème", "creme brulee", "crème brûlée", "Cremé z", "cress"},
		{"ost", "øst", "östra", "Ozean"},
		{"99999999999999999998", "99999999999999999999", "100000000000000000000"},
		{"0", "0 x", "0.5 kg flour", "0.10 x", "1.5 kg flour", "1.05.10", "8 x", "12345678 x", "123456789 x", "1234567890 x"},
		{"v1.0.2", "v1.0.10", "v1.2", "v1.10"},
		{"007 a", "7 b", "٧ c", "７ d", "0٧ e", "8 a"},
		{"zoo", "Ωμέγα", "борщ", "щи", "ラーメン", "中"},
	} {
		names := slices.Clone(want)
		slices.Reverse(names)
		slices.SortStableFunc(names, func(a, b string) int { return bytes.Compare(casefold.SortKey(a), casefold.SortKey(b)) })
		assert.Equal(t, want, names)
	}
}

func TestTheSameNamesHaveTheSameSortKey(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{{"Straße", "STRASSE", "strasse"}, {"Äpfel", "ÄPFEL", "a\u0308pfel"}, {"olive oil", "Olive\u00a0\u200b Oil"}} {
		for _, name := range same {
			require.Equal(t, casefold.SortKey(same[0]), casefold.SortKey(name), name)
		}
	}
}

// TestStoredSortKeysStayValid fails if a new version of x/text makes other keys than those that are stored. Then write a
// migration that computes all keys again.
func TestStoredSortKeysStayValid(t *testing.T) {
	t.Parallel()
	require.Equal(t, "CLDR 23, Unicode 6.2.0", casefold.SortKeyVersion)
	for name, key := range map[string]string{
		"Äpfel 10": "15ef17961684164c1711010914e814e714e600000020004700200020002000200020002000200020000002020202020202020202", "борщ": "19a91a771a941b3300000020002000200020000002020202",
	} {
		require.Equal(t, key, hex.EncodeToString(casefold.SortKey(name)), name)
	}
}

func TestSortKeysAreShortAndDoNotDependOnOtherCalls(t *testing.T) {
	t.Parallel()
	require.LessOrEqual(t, len(casefold.SortKey(strings.Repeat("\ufdfa", 200))), 1000)
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(rapid.String(), 1, 20).Draw(rt, "names")
		var calls sync.WaitGroup
		for _, name := range names {
			want := casefold.SortKey(name)
			calls.Go(func() { assert.Equal(t, want, casefold.SortKey(name)) })
		}
		calls.Wait()
	})
}
