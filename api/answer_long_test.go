package api

import (
	"errors"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/recipe"
)

// pieces keeps what is written, write by write, and fails with the last that it takes.
type pieces struct {
	nowhere
	status int
	texts  []string
	takes  int
}

var errFull = errors.New("it takes no more")

// WriteHeader keeps the status; a second one would fail in net/http.
func (p *pieces) WriteHeader(status int) {
	if p.status != 0 {
		panic("a second status")
	}
	p.status = status
}

// Write keeps the piece.
func (p *pieces) Write(b []byte) (int, error) {
	p.texts = append(p.texts, string(b))
	if len(p.texts) == p.takes {
		return 0, errFull
	}
	return len(b), nil
}

func TestALongAnswerIsWrittenInPieces(t *testing.T) {
	t.Parallel()
	some, many := someRecipes(t, 50), []recipe.Recipe{}
	for range 20 {
		many = append(many, some...)
	}
	write := func(takes int, recipes []recipe.Recipe) (*pieces, error) {
		t.Helper()
		p := &pieces{nowhere: nowhere{http.Header{}}, takes: takes}
		return p, answer{status: http.StatusOK, body: recipesBody(recipes)}.write(p)
	}
	whole := string(appendAll(nil, many, appendRecipe)) + "\n"
	require.Greater(t, len(whole), 3*pieceSize)

	t.Run("OfWhichNoneIsMuchLarger", func(t *testing.T) {
		t.Parallel()
		p, err := write(0, many)
		require.NoError(t, err)
		text := ""
		for _, piece := range p.texts {
			require.Less(t, len(piece), pieceSize+10_000)
			text += piece
		}
		require.Equal(t, whole, text)
		require.Equal(t, http.StatusOK, p.status)
		require.Empty(t, p.header["Content-Length"])
	})

	t.Run("AsFarAsTheClientTakesThem", func(t *testing.T) {
		t.Parallel()
		p, err := write(2, many)
		require.ErrorIs(t, err, errFull)
		require.Len(t, p.texts, 2)
	})

	t.Run("WhateverItIsALongListOf", func(t *testing.T) {
		t.Parallel()
		for name, long := range map[string]body{
			"fridge": someFridge(20_000).append, "one group": oneGroup(20_000).append, "checklist": itemsBody(someChecklist(20_000)),
		} {
			largest, whole := 0, func(b []byte) []byte { return b }
			long(nil, func(b []byte) []byte {
				largest = max(largest, len(b))
				return b[:0]
			})
			require.Less(t, largest, 1000, name)
			require.Greater(t, len(long(nil, whole)), pieceSize, name)
		}
	})

	t.Run("AShortOneIsWrittenAtOnce", func(t *testing.T) {
		t.Parallel()
		p, err := write(0, some)
		require.NoError(t, err)
		require.Len(t, p.texts, 1)
		require.Equal(t, []string{strconv.Itoa(len(p.texts[0]))}, p.header["Content-Length"])
	})
}

// oneGroup is a fridge without order.
func oneGroup(count int) fridgeInOrder {
	items := someFridge(count)
	for i := range items {
		items[i].Group = "everything"
	}
	return items
}
