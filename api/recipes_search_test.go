package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// foundNames asks for recipes with this raw query and returns their names, with their accuracy where they have one.
func foundNames(t *testing.T, c *apitest.Client, query string) []string {
	t.Helper()
	names := []string{}
	for _, r := range apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?"+query, nil).Is(t, http.StatusOK)) {
		name := r.Name
		if r.Accuracy != nil {
			name = fmt.Sprintf("%s %d%%", name, *r.Accuracy)
		}
		names = append(names, name)
	}
	return names
}

func TestOrderOfRecipes(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "order")
	for _, name := range []string{"straße", "banana", "Zucchini", "STRASSE", "Äpfel", "apple", "Banana", "äpfel", "Strasse"} {
		addRecipe(t, c, recipeNeeding(name))
	}
	byDate := []string{"straße", "banana", "Zucchini", "STRASSE", "Äpfel", "apple", "Banana", "äpfel", "Strasse"}
	byName := []string{"Äpfel", "äpfel", "apple", "banana", "Banana", "straße", "STRASSE", "Strasse", "Zucchini"}
	reversed := func(names []string) []string { r := slices.Clone(names); slices.Reverse(r); return r }

	require.Equal(t, reversed(byDate), foundNames(t, c, ""))
	require.Equal(t, reversed(byDate), foundNames(t, c, "ordering=-added_date"))
	require.Equal(t, byDate, foundNames(t, c, "ordering=added_date"))
	require.Equal(t, byDate, foundNames(t, c, "ordering=+added_date%20"), "trimmed")
	require.Equal(t, byName, foundNames(t, c, "ordering=name"))
	require.Equal(t, reversed(byName), foundNames(t, c, "ordering=-name"))
	require.Equal(t, byName[:7], foundNames(t, c, "ordering=name&limit=7"))
}

func TestSearchByIngredients(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c, other := s.User(t, "ingredients"), s.User(t, "ingredients-neighbour")
	addRecipe(t, other, recipeNeeding("theirs", "leek", "salt"))
	addRecipe(t, c, recipeNeeding("soup", "leek", "potato", "salt"))
	addRecipe(t, c, recipeNeeding("water"))
	addRecipe(t, c, recipeNeeding("Leek", "LEEK=1", "leek=2", "Leek"))
	addRecipe(t, c, recipeNeeding("quiche", "leek", "SALT", "egg", "cream", "flour", "butter", "ÉPICES"))
	addRecipe(t, c, recipeNeeding("older pie", "salt", "flour"))
	addRecipe(t, c, recipeNeeding("newer pie", "flour", "salt", "salt"))
	addRecipe(t, c, recipeNeeding("odd", "50% cream", "a+b", "x;y", "c&d", `e\f`, `"g_h"`))

	for _, f := range []struct {
		name, query string
		want        []string
	}{
		{"TheBestMatchFirstThenAccuracyThenTheNewest", "ingredients=leek,salt",
			[]string{"soup 66%", "quiche 28%", "Leek 100%", "newer pie 50%", "older pie 50%"}},
		{"RoundedDown", "ingredients=potato", []string{"soup 33%"}},
		{"WithoutRegardToCase", "ingredients=%C3%A9pices", []string{"quiche 14%"}},
		{"TrimmedAndInAnyCase", "ingredients=+%C3%89PICES%20,%09PoTaTo", []string{"soup 33%", "quiche 14%"}},
		{"SplitAfterDecoding", "ingredients=potato%2Cegg", []string{"soup 33%", "quiche 14%"}},
		{"EachNameOnce", "ingredients=Potato,potato,+POTATO", []string{"soup 33%"}},
		{"WithoutBlankNames", "ingredients=,+,potato,%20,", []string{"soup 33%"}},
		{"AWholeNameOnly", "ingredients=pot,potat", []string{}},
		{"InAnotherOrder", "ingredients=leek,salt&ordering=added_date",
			[]string{"soup 66%", "Leek 100%", "quiche 28%", "older pie 50%", "newer pie 50%"}},
		{"Newest", "ingredients=leek,salt&ordering=-added_date",
			[]string{"newer pie 50%", "older pie 50%", "quiche 28%", "Leek 100%", "soup 66%"}},
		{"ByName", "ingredients=leek,salt&ordering=name", []string{"Leek 100%", "newer pie 50%", "older pie 50%", "quiche 28%", "soup 66%"}},
		{"ByNameReversed", "ingredients=leek,salt&ordering=-name", []string{"soup 66%", "quiche 28%", "older pie 50%", "newer pie 50%", "Leek 100%"}},
		{"TogetherWithAText", "ingredients=leek,salt&search=PIE", []string{"newer pie 50%", "older pie 50%"}},
		{"ABarePercentSign", "ingredients=50%+cream", []string{"odd 16%"}},
		{"APlusAndASemicolon", "ingredients=a%2Bb,x;y", []string{"odd 33%"}},
		{"CharactersThatPatternsHave", `ingredients=c%26d,e%5Cf,%22g_h%22,%22gxh%22`, []string{"odd 50%"}},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, f.want, foundNames(t, c, f.query))
		})
	}

	t.Run("OfNoNameIsNoSearch", func(t *testing.T) {
		t.Parallel()
		for _, query := range []string{"ingredients=", "ingredients", "ingredients=,", "ingredients=+,%20%09,", "ingredients=%2C"} {
			require.Equal(t, []string{"odd", "newer pie", "older pie", "quiche", "Leek", "water", "soup"}, foundNames(t, c, query), query)
			require.NotContains(t, c.Call(t, http.MethodGet, "/api/recipes/?"+query, nil).Text, "accuracy")
		}
	})

	t.Run("TellsHowWellARecipeMatchedOnlyThere", func(t *testing.T) {
		t.Parallel()
		all := apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?ingredients=potato", nil))
		require.NotContains(t, c.Call(t, http.MethodGet, fmt.Sprintf("/api/recipes/%d/?ingredients=potato", all[0].ID), nil).Is(t, http.StatusOK).Text, "accuracy")
		require.NotContains(t, c.Call(t, http.MethodGet, "/api/recipes/?search=potato", nil).Text, "accuracy")
	})
}

func TestSearchFindsWhatWasTypedFirst(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "search-typed")
	for _, name := range []string{"Creme tart", "Tart with creme", "Crème tart", "Tart, crème"} {
		addRecipe(t, c, recipeNeeding(name, "egg"))
	}
	require.Equal(t, []string{"Creme tart", "Tart with creme", "Tart, crème", "Crème tart"}, foundNames(t, c, "search=creme+tart"))
}

func TestSearchByText(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "search")
	add := func(name, kind, note string, ingredients ...string) {
		in := recipeNeeding(name, ingredients...)
		in.MeatType, in.Note = kind, &note
		addRecipe(t, c, in)
	}
	add("In the NAME: Crème Brûlée", "a", "")
	add("Type", "GRÜNKOHL & Straße", "")
	add("Note", "b", "Serve\nwith ΣΑΛΑΤΑ, 100% of it; 1+1=2 a_b C:\\temp")
	add("Need", "c", "", "Smoked EEL", "Dill")
	add("Plain", "d", "100 of it, axb", "eel, smoked")

	for _, f := range []struct {
		name, text string
		want       []string
	}{
		{"InTheName", "crème", []string{"In the NAME: Crème Brûlée"}},
		{"InTheMeatType", "grünkohl", []string{"Type"}},
		{"InTheNote", "σαλατα", []string{"Note"}},
		{"InAnIngredient", "moked eel", []string{"Need", "Plain"}},
		{"InSeveral", "SMOKED", []string{"Plain", "Need"}},
		{"BeyondASCIIInAnyCase", "BRÛLÉE", []string{"In the NAME: Crème Brûlée"}},
		{"FullCaseFolding", "STRASSE", []string{"Type"}},
		{"DecomposedLetters", "cre\u0300me bru\u0302le\u0301e", []string{"In the NAME: Crème Brûlée"}},
		{"TheWholeTextFirst", "eel, smoked", []string{"Plain"}}, {"FinalSigma", "σαλατας", []string{}},
		{"APercentSignIsOne", "100%", []string{"Note"}},
		{"AnUnderscoreIsOne", "a_b", []string{"Note"}},
		{"ABackslashIsOne", `c:\t`, []string{"Note"}},
		{"ALineBreak", "serve\nwith", []string{"Note"}},
		{"ASemicolonAndAPlus", "of it; 1+1=2", []string{"Note"}},
		{"WordsOfTwoIngredients", "eel dill", []string{"Need"}}, {"WordsOfTwoMembers", "gr type", []string{"Type"}}, {"NoWordOfTwoIngredients", "eeldill", []string{}},
		{"NoWordOfTwoMembers", "typegr", []string{}}, {"EveryWord", "smoked eel mint", []string{}},
		{"WordsInAnotherOrder", "brûlée crème name", []string{"In the NAME: Crème Brûlée"}}, {"WithoutAccents", "creme brulee", []string{"In the NAME: Crème Brûlée"}},
		{"OtherAccentsThanTheTypedOnes", "crémé", []string{}}, {"InvisibleCharacters", "smo\u200bked\u00a0 EEL", []string{"Need", "Plain"}},
		{"NotInQuantities", "Need=", []string{}},
		{"Trimmed", " \tplain\u00a0", []string{"Plain"}},
		{"OfNothingAll", " \t", []string{"Plain", "Need", "Note", "Type", "In the NAME: Crème Brûlée"}},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, f.want, foundNames(t, c, "search="+url.QueryEscape(f.text)))
			dated := []string{"In the NAME: Crème Brûlée", "Type", "Note", "Need", "Plain"}
			slices.SortFunc(f.want, func(a, b string) int { return slices.Index(dated, a) - slices.Index(dated, b) })
			require.Equal(t, f.want, foundNames(t, c, "ordering=added_date&search="+url.QueryEscape(f.text)))
		})
	}

	t.Run("TakesWhatIsNotWellEncodedLiterally", func(t *testing.T) {
		t.Parallel()
		for _, raw := range []string{"100%", "100%25", "100%+of+it", "of%20it;+1", "100%;", "100%zz"} {
			want := []string{"Note"}
			if strings.HasPrefix(raw, "100%;") || strings.HasSuffix(raw, "zz") {
				want = []string{}
			}
			require.Equal(t, want, foundNames(t, c, "search="+raw), raw)
		}
		require.Equal(t, []string{"Note"}, foundNames(t, c, "&&=x&%=%&search=100%25&unknown=%00%FF%"), "what it doesn't know may hold anything")
		require.Equal(t, []string{"Note"}, foundNames(t, c, "%73earch=100%&Search=x&SEARCH"), "names are case-sensitive")
	})
}

func TestQueryParameters(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "query")
	addRecipe(t, c, recipeNeeding("soup", "leek"))
	for _, f := range []struct {
		query  string
		faults []string // none: 200
	}{
		{"limit=0", []string{"limit:too_small"}}, {"limit=-1", []string{"limit:too_small"}}, {"limit=501", []string{"limit:too_large"}},
		{"limit=1", nil}, {"limit=500", nil}, {"limit=+5", nil}, {"limit=%205%20", nil}, {"limit=007", nil},
		{"limit=%2B5", []string{"limit:not_an_integer"}}, {"limit=abc", []string{"limit:not_an_integer"}},
		{"limit=%EF%BC%91%EF%BC%90", []string{"limit:not_an_integer"}}, {"limit=1.0", []string{"limit:not_an_integer"}},
		{"limit=1e2", []string{"limit:not_an_integer"}}, {"limit=0x10", []string{"limit:not_an_integer"}},
		{"limit=", []string{"limit:not_an_integer"}}, {"limit", []string{"limit:not_an_integer"}}, {"limit=%20", []string{"limit:not_an_integer"}},
		{"limit=1&limit=1", []string{"limit:repeated"}}, {"limit=1%00", []string{"limit:invalid_characters"}}, {"limit=%FF", []string{"limit:invalid_characters"}},
		{"limit=1;limit=2", []string{"limit:not_an_integer"}}, {"limit=1%", []string{"limit:not_an_integer"}},
		{"cursor=x", []string{"limit:required"}}, {"cursor=x&limit=1", []string{"cursor:invalid_cursor"}},
		{"cursor=&limit=1", []string{"cursor:blank"}}, {"cursor=" + strings.Repeat("x", 4097) + "&limit=1", []string{"cursor:too_long"}},
		{"cursor=" + strings.Repeat("x", 4096) + "&limit=1", []string{"cursor:invalid_cursor"}},
		{"cursor=x&cursor=x&limit=0", []string{"cursor:repeated", "limit:too_small"}},
	} {
		for _, path := range []string{"/api/recipes/", "/api/grocery/history/"} {
			queryFails(t, c, path+"?"+f.query, f.faults)
		}
	}
	for query, faults := range map[string][]string{
		"limit=" + strings.Repeat("9", 400): {"limit:too_large"}, "limit=9223372036854775808": {"limit:too_large"}, "limit=-" + strings.Repeat("9", 400): {"limit:too_small"},
		"ordering=id": {"ordering:not_allowed"}, "ordering=NAME": {"ordering:not_allowed"}, "ordering=": {"ordering:blank"}, "ordering=name,id": {"ordering:not_allowed"},
		"ordering=name%00": {"ordering:invalid_characters"}, "ordering=name&ordering=name": {"ordering:repeated"},
		"search=a%00b": {"search:invalid_characters"}, "search=%FF": {"search:invalid_characters"}, "search=%ED%A0%80": {"search:invalid_characters"}, "search=%C3": {"search:invalid_characters"},
		"search=x&search=y": {"search:repeated"}, "search=" + strings.Repeat("%F0%9F%8D%8B", 500): nil, "search=" + strings.Repeat("x", 501): {"search:too_long"},
		"ingredients=%00": {"ingredients:invalid_characters"}, "ingredients=a,%FF": {"ingredients:invalid_characters"}, "ingredients=a&ingredients=b": {"ingredients:repeated"},
		"ingredients=" + strings.Repeat("%F0%9F%8D%8B", 2000): nil, "ingredients=" + strings.Repeat("a,b", 2666): nil, "ingredients=" + differentNames(500) + ",A1,%20a2%20,,": nil, "ingredients=" + differentNames(501): {"ingredients:too_many"}, "ingredients=" + strings.Repeat("x", 8001): {"ingredients:too_long"},
		"search=%00&ingredients=%FF&ordering=x&limit=x&cursor=": {
			"cursor:blank", "ingredients:invalid_characters", "limit:not_an_integer", "ordering:not_allowed", "search:invalid_characters"},
	} {
		queryFails(t, c, "/api/recipes/?"+query, faults)
	}
	for _, unknown := range []string{"page=2", "Limit=x", "LIMIT=0", "id=%00", "%FF=%FF", "limit%20=0", "x&x&x", "=", ";limit=0", "a=%"} {
		queryFails(t, c, "/api/recipes/?"+unknown, nil)
		queryFails(t, c, "/api/recipes/stats/?limit=x&"+unknown, nil)
	}
}

func differentNames(count int) string {
	names := make([]string, count)
	for n := range names {
		names[n] = fmt.Sprintf("a%d", n)
	}
	return strings.Join(names, ",")
}

// queryFails demands that a query is refused with exactly these faults, or taken if there are none, and that nothing of it is echoed.
func queryFails(t *testing.T, c *apitest.Client, path string, faults []string) {
	t.Helper()
	a := c.Call(t, http.MethodGet, path, nil)
	if faults == nil {
		require.Equal(t, http.StatusOK, a.StatusCode, "%.200s: %s", path, a.Text)
		return
	}
	require.Equal(t, http.StatusBadRequest, a.StatusCode, "%.200s: %s", path, a.Text)
	p := a.Problem(t)
	require.Equal(t, "invalid_input", p.Code)
	require.Equal(t, faults, p.Fields(), "%.200s", path)
	require.NotContains(t, a.Text, `"error"`)
	for _, e := range p.Errors {
		require.NotContains(t, e.Detail, "xxx")
	}
}
