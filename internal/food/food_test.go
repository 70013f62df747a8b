package food

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesOfOneFoodHaveOneKey(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{
		{"tomatoes", "Tomato, ripe", "TOMATOES", "tomato, chopped", "fresh tomatoes"},
		{"crème fraîche", "creme fraiche", "crème fraiche", "Cre\u0300me frai\u0302che"},
		{"jalapeño", "jalapenos"},
		{"bay leaf", "bay leaves"},
		{"butter", "butter, melted"},
		{"eggs", "egg"},
		{"kohlrabi", "Kohlrabis"},
		{"spring onions", "scallions", "green onion"},
		{"fresh coriander", "cilantro", "coriander"},
		{"onion", "Zwiebeln", "cipolle", "oignons"},
	} {
		for _, n := range names[1:] {
			require.Equal(t, find(names[0], "").Key, find(n, "").Key, "%q and %q", names[0], n)
		}
	}
}

func TestFoodsThatLookAlikeStayApart(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"bò", "bơ"}, {"milk", "coconut milk"}, {"chicken stock", "chicken breast"}, {"coriander", "coriander seeds"},
		{"tomato", "tomato paste"}, {"baking powder", "baking soda"},
	} {
		require.NotEqual(t, find(pair[0], "").Key, find(pair[1], "").Key, "%q and %q", pair[0], pair[1])
	}
}

func TestAnAliasWins(t *testing.T) {
	t.Parallel()
	c := New([]Setting{{Name: "onion", Aliases: []string{"Gemüsezwiebel"}, PieceWeight: big.NewRat(200, 1)}})

	f := c.Find("Gemüsezwiebeln", "de")

	require.Equal(t, c.Find("onions", "en").Key, f.Key)
	require.Equal(t, Alias, f.Via)
	require.Equal(t, "onion", f.Of)
	w, ok := c.PieceWeight(f.Key, nil)
	require.True(t, ok)
	require.Equal(t, "200", w.Value.RatString())
	require.Equal(t, User, w.Source)
}
