package postgres_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestOneUserLeavesConnectionsToOthers lets one user's reads hold their connections until other users have been served.
func TestOneUserLeavesConnectionsToOthers(t *testing.T) {
	t.Parallel()
	d := newOneUser(t).openWith(t, "pool_max_conns", "24")
	nothing := func(*db.Queries) (int, error) { return 0, nil }
	const share = 3
	var reading, waiting sync.WaitGroup
	var begun atomic.Int64
	release := make(chan struct{})
	reading.Add(share)
	for range 5 * share {
		waiting.Go(func() {
			_, err := postgres.ReadOne(t.Context(), d, 1, "hold", func(*db.Queries) (int, error) {
				if begun.Add(1) <= share {
					reading.Done()
				}
				<-release
				return 0, nil
			})
			if err != nil {
				assert.ErrorContains(t, err, "overloaded") // after 3 s
			}
		})
	}
	reading.Wait()

	for user := range int64(20) {
		_, err := postgres.ReadOne(t.Context(), d, user+2, "read", nothing)
		require.NoError(t, err)
		require.NoError(t, d.Write(t.Context(), user+2, func(*db.Queries) error { return nil }))
		require.NoError(t, d.Run(t.Context(), func(*db.Queries) error { return nil }), "a refresh")
	}
	require.EqualValues(t, share, begun.Load())
	close(release)
	waiting.Wait()
}

// TestContainsWordFindsWhatStrposFinds compares the two functions for words of repeated letters and of special characters.
func TestContainsWordFindsWhatStrposFinds(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	const longer = 9 // contains_word treats longer words in another way
	letters := func(atLeast int) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.SampledFrom([]rune(`aab.*+?()[]{}|\^$ é🍋`)), atLeast, 40, -1)
	}
	long, found := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		text := letters(0).Draw(rt, "before") + letters(longer).Draw(rt, "text")
		word := []rune(letters(0).Draw(rt, "word"))
		if rapid.Bool().Draw(rt, "within") {
			all := []rune(text)
			least := rapid.SampledFrom([]int{0, longer}).Draw(rt, "least")
			from := rapid.IntRange(0, len(all)-least).Draw(rt, "from")
			word = all[from:rapid.IntRange(from+least, len(all)).Draw(rt, "to")]
		}
		var got, want bool
		err := database.Pool.QueryRow(t.Context(), `select contains_word($1::text collate "C", $2::text), strpos($1, $2) > 0`, text, string(word)).Scan(&got, &want)
		require.NoError(rt, err)
		require.Equal(rt, want, got, "%q in %q", string(word), text)
		if len(word) >= longer {
			long++
			if want {
				found++
			}
		}
	})
	require.Positive(t, long)
	require.Positive(t, found)
}
