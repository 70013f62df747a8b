package food

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheKeysOfASearchAreThoseOfAllNamesOfAFood(t *testing.T) {
	t.Parallel()
	user := New([]Setting{{Name: "Xyzzy flakes", Aliases: []string{"plugh", "spring onion"}}, {Name: "Leek"}})
	for _, test := range []struct {
		name    string
		catalog *Catalog
		stored  string
		found   bool
	}{
		{"leek", nil, "Leeks, sliced", true}, {"leek", nil, "Lauch", true}, {"scallion", nil, "Frühlingszwiebel", true},
		{"milk", nil, "coconut milk", false}, {"plugh", nil, "xyzzy flakes", false}, {"xyzzy flakes", nil, "Xyzzy Flake", true},
		{"plugh", user, "xyzzy flakes", true}, {"xyzzy flake", user, "plughs", true}, {"xyzzy flake", user, "scallion", true},
		{"plugh", user, "leek", false}, {"leek", user, "Lauch", true},
	} {
		stored := find(test.stored, "").Key
		require.Equal(t, test.found, slices.Contains(test.catalog.Keys([]string{"salt", test.name}), stored), "%s finds %s", test.name, test.stored)
	}
	require.Empty(t, user.Keys(nil))
}

// TestANameIsFoundThatWasStoredBeforeTheDictionaryKnewIt checks that the keys of a known name include its key as an unknown name.
func TestANameIsFoundThatWasStoredBeforeTheDictionaryKnewIt(t *testing.T) {
	t.Parallel()
	var c *Catalog
	require.Contains(t, c.Keys([]string{"Leeks"}), unknownFood("leek", []string{"leek"}).Key)
}
