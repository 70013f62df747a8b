package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/recipe"
)

// recorder keeps each write, and fails from the write with the number failAt on.
type recorder struct {
	discard
	status int
	writes []string
	failAt int // 0: never
}

// WriteHeader keeps the status. A second one panics, as net/http logs it.
func (r *recorder) WriteHeader(status int) {
	if r.status != 0 {
		panic("a second status")
	}
	r.status = status
}

// Write keeps the bytes.
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

// oneGroup is a fridge with a single group.
func oneGroup(count int) []fridge.Item {
	items := someFridge(count)
	for i := range items {
		items[i].Group = "everything"
	}
	return items
}
