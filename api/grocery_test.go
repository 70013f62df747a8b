package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// jot writes lines on the checklist as the generated client does.
func jot(t *testing.T, c *apitest.Client, lines string) models.AddedGroceryItems {
	t.Helper()
	res, err := c.AddGroceryItemsWithResponse(t.Context(), models.NewGroceryItems{Items: lines})
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, string(res.Body))
	return *res.JSON201
}

// checklist is what stands on the checklist, in the order of the answer.
func checklist(t *testing.T, c *apitest.Client) []models.GroceryItem {
	t.Helper()
	res, err := c.ListGroceryItemsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, string(res.Body))
	return *res.JSON200
}

func TestWriteOnTheChecklist(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("AnItemForEachLineAndTheLastHasTheHighestId", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "jot-order")
		first := jot(t, c, "milk\nbread\nMilk")
		second := jot(t, c, "salt")

		require.Len(t, first.Ids, 3)
		require.True(t, slices.IsSorted(first.Ids))
		require.Equal(t, first.Ids[0], first.ID)
		require.Equal(t, []int64{second.ID}, second.Ids)
		require.Equal(t, []models.GroceryItem{
			{ID: second.ID, Item: "salt"}, {ID: first.Ids[2], Item: "Milk"}, {ID: first.Ids[1], Item: "bread"}, {ID: first.Ids[0], Item: "milk"},
		}, checklist(t, c), "the highest id first, and none is ticked")
	})

	c := s.User(t, "jot-lines")
	for _, lines := range []struct {
		name, text string
		want       []string
	}{
		{"OfWindows", "milk\r\nbread\r\n", []string{"milk", "bread"}},
		{"ThatAreBlank", "\n\n milk\n \t\n\u00a0\r\n\nbread\n\n", []string{"milk", "bread"}},
		{"WithSpaceAround", "  oat milk \u3000\n\t2 × bread\u2003", []string{"oat milk", "2 × bread"}},
		{"WithOddCharacters", `"\"'<b>%_{}` + "\u2028&\ttab\nnull", []string{`"\"'<b>%_{}` + "\u2028& tab", "null"}},
		{"Of200Characters", strings.Repeat("x", 200) + "\n  " + strings.Repeat("🍋", 200) + "  ", []string{strings.Repeat("x", 200), strings.Repeat("🍋", 200)}},
	} {
		t.Run("TakesLines"+lines.name, func(t *testing.T) {
			c.Call(t, http.MethodDelete, "/api/grocery/list/", nil).Is(t, http.StatusNoContent)
			added := jot(t, c, lines.text)
			var kept []string
			for _, item := range slices.Backward(checklist(t, c)) {
				kept = append(kept, item.Item)
			}
			require.Equal(t, lines.want, kept)
			require.Len(t, added.Ids, len(kept))
		})
	}

	t.Run("AtMost500LinesThatAreNotBlank", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "jot-500")
		added := jot(t, c, strings.Repeat("milk\n\n", 500))
		require.Len(t, added.Ids, 500)
		require.Len(t, checklist(t, c), 500)
		require.True(t, slices.IsSorted(added.Ids))
	})

	t.Run("NothingIfOneLineIsFaulty", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "jot-faulty")
		for _, f := range []struct {
			name, items string
			faults      []string
		}{
			{"501 lines", strings.Repeat("milk\n", 501), []string{"items:too_many"}},
			{"501 lines, one too long", strings.Repeat("milk\n", 500) + strings.Repeat("x", 501), []string{"items:too_many"}},
			{"501 characters", "milk\n" + strings.Repeat("x", 501), []string{"items:too_long"}},
			{"501 characters of 4 bytes", strings.Repeat("🍋", 501) + "\nmilk", []string{"items:too_long"}},
			{"two such lines", strings.Repeat("x", 501) + "\n" + strings.Repeat("y", 600), []string{"items:too_long", "items:too_long"}},
			{"nothing", "", []string{"items:blank"}}, {"blanks", " \r\n\t\n\u00a0\n", []string{"items:blank"}},
			{"NUL", "milk\x00\nbread", []string{"items:invalid_characters"}}, {"nothing but NUL", "\x00", []string{"items:invalid_characters"}},
			{"a control character", "milk\nbre\x01ad", []string{"items:invalid_characters"}}, {"one of C1", "bre\u0084ad", []string{"items:invalid_characters"}},
		} {
			a := c.Call(t, http.MethodPost, "/api/grocery/list/", models.NewGroceryItems{Items: f.items}).Is(t, http.StatusBadRequest)
			require.Equal(t, f.faults, a.Problem(t).Fields(), f.name)
			require.NotContains(t, a.Text, `"error"`)
			require.NotContains(t, a.Text, "xx")
			require.Empty(t, checklist(t, c))
		}
	})
}

func TestChecklistItems(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("AreAllGoneOnceTheListIsEmptied", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "list-delete"), s.User(t, "list-delete-neighbour")
		jot(t, c, "milk\nbread")
		jot(t, other, "theirs")
		for range 2 { // what is empty can be emptied
			require.Empty(t, c.Call(t, http.MethodDelete, "/api/grocery/list/", nil).Is(t, http.StatusNoContent).Text)
			require.JSONEq(t, "[]", c.Call(t, http.MethodGet, "/api/grocery/list/", nil).Is(t, http.StatusOK).Text)
		}
		require.Len(t, checklist(t, other), 1)
		jot(t, c, "the list itself stays")
		require.Len(t, checklist(t, c), 1)
	})
}
