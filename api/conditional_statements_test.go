package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// throughWire returns a new database as it is, and as it is reached through a wire, which leaves out what the server asks by
// itself: which sessions have ended, and which ended long ago.
func throughWire(t *testing.T) (w *pgtest.Wire, wired, direct *pgtest.Database) {
	t.Helper()
	direct = pgtest.New(t)
	w, wired = direct.Through(t, func(sql string) bool {
		return sql == db.Now || sql == db.ListSessionEnds || sql == db.DeleteSessions || strings.Contains(sql, "ended_sessions")
	})
	return w, wired, direct
}

// TestAnUnchangedListTakesOneStatement counts what reaches PostgreSQL. A thing is read whole: that is one statement, too.
func TestAnUnchangedListTakesOneStatement(t *testing.T) {
	t.Parallel()
	w, database, _ := throughWire(t)
	s := apitest.Serve(t, database)
	k := taggedUser{replicaUser: replicaUser{Server: s}, Kitchen: s.Kitchen(t, "cheap", "")}
	k.Fill(t)
	queries := map[string]string{
		modelRecipes: "ListRecipes", modelRecipes + "stats/": "CountRecipes", modelRecipes + "trash/": "ListDeletedRecipes", "/api/fridge/": "ListFridgeItems",
		modelHistory: "ListPlans", modelHistory + "recent/": "ListPlans", modelLines: "ListGroceryItems",
		modelRecipes + "?ordering=-name&limit=1": "ListRecipes", modelRecipes + "?ingredients=leek&search=e": "ListRecipes",
	}
	for url := range k.ReadTagged(t) {
		if _, known := queries[url]; !known {
			name := map[string]string{"/api/r": "GetRecipe", "/api/f": "GetFridgeItem", "/api/g": "GetGroceryItem"}[url[:6]]
			tag := k.tag(t, url)
			require.Equal(t, []string{name}, w.During(func() { k.get(t, url, tag).Is(t, http.StatusNotModified) }), url)
		}
	}
	empty := taggedUser{replicaUser: k.replicaUser, Kitchen: s.Kitchen(t, "cheap-and-empty", "")}
	for url, name := range queries {
		require.Equal(t, []string{name}, w.During(func() { empty.get(t, url).Is(t, http.StatusOK) }), "%s, empty, whole", url)
		nothing := empty.tag(t, url)
		require.Equal(t, []string{"GetVersions"}, w.During(func() { empty.get(t, url, nothing).Is(t, http.StatusNotModified) }), "%s, empty", url)
		tag := k.tag(t, url)
		require.Equal(t, []string{"GetVersions"}, w.During(func() { k.get(t, url, tag).Is(t, http.StatusNotModified) }), url)
		require.Equal(t, []string{"GetVersions"}, w.During(func() { k.get(t, url, `"other", W/`+tag).Is(t, http.StatusNotModified) }), url)
		require.Equal(t, []string{name}, w.During(func() { k.get(t, url).Is(t, http.StatusOK) }), "%s, whole", url)
		require.Equal(t, []string{name}, w.During(func() { k.get(t, url, `"other"`).Is(t, http.StatusOK) }), "%s, with a tag that no version has", url)
		require.Equal(t, []string{"GetVersions", name}, w.During(func() { k.get(t, url, otherVersion(tag)).Is(t, http.StatusOK) }), "%s, changed", url)
	}
}
