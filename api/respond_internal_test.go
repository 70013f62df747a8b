package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/recipe"
)

// recorder records each write. The write with the number failAt fails.
type recorder struct {
	discard
	status int
	writes []string
	failAt int // 0: never
}

// WriteHeader records the status. A second call panics, because net/http would log an error.
func (r *recorder) WriteHeader(status int) {
	if r.status != 0 {
		panic("a second status")
	}
	r.status = status
}

// Write records the bytes.
func (r *recorder) Write(b []byte) (int, error) {
	r.writes = append(r.writes, string(b))
	if len(r.writes) == r.failAt {
		return 0, errors.New("the client is gone")
	}
	return len(b), nil
}

func record(failAt int, encode encoder) *recorder {
	r := &recorder{discard: discard{http.Header{}}, failAt: failAt}
	write(r, http.StatusOK, encode)
	return r
}

func TestALongResponseIsWrittenInChunks(t *testing.T) {
	t.Parallel()
	keep := func(b []byte) []byte { return b }
	some, many := someRecipes(t, 50), []recipe.Recipe{}
	for range 20 {
		many = append(many, some...)
	}
	whole := string(listEncoder(many, appendRecipe)(nil, keep)) + "\n"
	require.Greater(t, len(whole), 3*chunkSize)

	t.Run("NoneIsMuchLargerThanTheLimit", func(t *testing.T) {
		t.Parallel()
		r := record(0, listEncoder(many, appendRecipe))
		for _, chunk := range r.writes {
			require.Less(t, len(chunk), chunkSize+10_000)
		}
		require.Equal(t, whole, strings.Join(r.writes, ""))
		require.Equal(t, http.StatusOK, r.status)
		require.Empty(t, r.header["Content-Length"])
	})

	t.Run("StopsWhenTheClientIsGone", func(t *testing.T) {
		t.Parallel()
		require.Len(t, record(2, listEncoder(many, appendRecipe)).writes, 2)
	})

	t.Run("ListsOfAllKinds", func(t *testing.T) {
		t.Parallel()
		for name, encode := range map[string]encoder{
			"fridge": fridgeEncoder(someFridge(20_000)), "one group": fridgeEncoder(oneGroup(20_000)),
			"checklist": listEncoder(someChecklist(20_000), appendGroceryItem),
		} {
			largest := 0
			encode(nil, func(b []byte) []byte {
				largest = max(largest, len(b))
				return b[:0]
			})
			require.Less(t, largest, 1000, name)
			require.Greater(t, len(encode(nil, keep)), chunkSize, name)
		}
	})

	t.Run("AShortOneIsWrittenAtOnce", func(t *testing.T) {
		t.Parallel()
		r := record(0, listEncoder(some, appendRecipe))
		require.Len(t, r.writes, 1)
		require.Equal(t, []string{strconv.Itoa(len(r.writes[0]))}, r.header["Content-Length"])
	})
}

// oneGroup returns a fridge with a single group.
func oneGroup(count int) []fridge.Item {
	items := someFridge(count)
	for i := range items {
		items[i].Group = "everything"
	}
	return items
}

// TestEncodersDoNotAllocate isn't parallel: it counts the allocations of the whole process.
func TestEncodersDoNotAllocate(t *testing.T) {
	for name, encode := range map[string]encoder{
		"Recipe":        oneEncoder(someRecipes(t, 1)[0], appendRecipe),
		"50Recipes":     listEncoder(someRecipes(t, 50), appendRecipe),
		"FridgeOf30":    fridgeEncoder(someFridge(30)),
		"ChecklistOf30": listEncoder(someChecklist(30), appendGroceryItem),
	} {
		t.Run(name, func(t *testing.T) {
			keep := func(b []byte) []byte { return b }
			buffer := encode(nil, keep)
			require.Zero(t, testing.AllocsPerRun(100, func() { buffer = encode(buffer[:0], keep) }))
		})
	}
}

// BenchmarkRespond measures writing a response with its headers from the result of a use case.
func BenchmarkRespond(b *testing.B) {
	one, fifty, items, list := someRecipes(b, 1)[0], someRecipes(b, 50), someFridge(30), someChecklist(30)
	invalid := apperr.Invalid(
		apperr.FieldError{Path: "name", Code: "required", Detail: "This member is missing."},
		apperr.FieldError{Path: "longevity", Code: "too_large", Detail: "It must be at most 36500."},
	)
	for _, c := range []struct {
		name  string
		write func(http.ResponseWriter)
	}{
		{"Recipe", func(w http.ResponseWriter) { write(w, http.StatusOK, oneEncoder(one, appendRecipe)) }},
		{"50Recipes", func(w http.ResponseWriter) { write(w, http.StatusOK, listEncoder(fifty, appendRecipe)) }},
		{"FridgeOf30", func(w http.ResponseWriter) { write(w, http.StatusOK, fridgeEncoder(items)) }},
		{"ChecklistOf30", func(w http.ResponseWriter) { write(w, http.StatusOK, listEncoder(list, appendGroceryItem)) }},
		{"Problem", func(w http.ResponseWriter) { problem.Write(w, invalid, problem.Options{}) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			w := discard{http.Header{}}
			for b.Loop() {
				clear(w.header)
				c.write(w)
			}
		})
	}
}

// Samples of results of use cases: the recipes of the demo, fridges and checklists.

func someRecipes(t testing.TB, count int) []recipe.Recipe {
	t.Helper()
	kitchen, err := demo.Load()
	require.NoError(t, err)
	all := make([]recipe.Recipe, 0, count)
	for i, in := range kitchen.Recipes[:count] {
		lines, err := json.Marshal(in.Ingredients)
		require.NoError(t, err)
		all = append(all, recipe.Recipe{
			ID: int64(1000 + i), Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Frequency: in.Frequency, State: in.State,
			Note: in.Note, Ingredients: lines, AddedDate: time.Date(2026, 3, 1, 18, 30, i, 123456000, time.UTC), Accuracy: -1,
		})
	}
	return all
}

// someFridge returns a fridge with groups of five items.
func someFridge(count int) []fridge.Item {
	items := make([]fridge.Item, 0, count)
	for i := range count {
		items = append(items, fridge.Item{ID: int64(1000 + i), Name: fmt.Sprintf("ingredient %d", i), Group: fmt.Sprintf("group %d", i/5)})
	}
	return items
}

func someChecklist(count int) []grocery.Item {
	items := make([]grocery.Item, 0, count)
	for i := range count {
		items = append(items, grocery.Item{ID: int64(1000 + i), Text: fmt.Sprintf("%d g of \"something\"", 10*i), Checked: i%3 == 0})
	}
	return items
}

// discard is a response writer that keeps only the headers.
type discard struct{ header http.Header }

// Header returns the headers.
func (n discard) Header() http.Header { return n.header }

// WriteHeader does nothing.
func (n discard) WriteHeader(int) {}

// Write does nothing.
func (n discard) Write(p []byte) (int, error) { return len(p), nil }
