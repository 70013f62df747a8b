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

	t.Run("AShortOneIsWrittenAtOnce", func(t *testing.T) {
		t.Parallel()
		p, err := write(0, some)
		require.NoError(t, err)
		require.Len(t, p.texts, 1)
		require.Equal(t, []string{strconv.Itoa(len(p.texts[0]))}, p.header["Content-Length"])
	})
}
