package contract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestABodyIsReadWholeWhateverItsSize(t *testing.T) {
	t.Parallel()
	budgets := newBodyBudgets()
	text := []byte(strings.Repeat("kohlrabi", 400_000))
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 20_000), rapid.IntRange(0, len(text))).Draw(t, "size")
		more := rapid.SampledFrom([]int64{0, 0, 1, 1000}).Draw(t, "more") // with an unknown length, the maximum is higher than the size
		m := &bodyMemory{budgets: budgets, user: rapid.Int64Range(1, 3).Draw(t, "user")}
		read, err := m.read(context.Background(), iotest.HalfReader(bytes.NewReader(text[:size])), nil, int64(size)+more)
		require.NoError(t, err)
		require.True(t, bytes.Equal(text[:size], read))
		require.LessOrEqual(t, cap(read), 2*max(size, initialBuffer)+1)
		require.Equal(t, int64(size)+more > smallBody && size > smallBody/2, m.large > 0)
		m.giveBack()
	})
	require.NoError(t, budgets.large.Take(context.Background(), 1, 16<<20, 0), "all of it has come back")
	require.NoError(t, budgets.small.Take(context.Background(), 1, 4<<20, 0))
}

// errStalled is the error of a body whose last byte never arrives.
var errStalled = errors.New("stalled")

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestBodiesThatDoNotEndAreBoundedTogether sends bodies without their last byte, as attackers do.
func TestBodiesThatDoNotEndAreBoundedTogether(t *testing.T) {
	t.Parallel()
	impatient, cancel := context.WithCancel(t.Context())
	cancel() // take memory without waiting
	for _, c := range []struct {
		name    string
		user    int64
		size    int64
		fitting int
	}{
		{"WithoutALogin", 0, 64 << 10, 64},
		{"SmallOnesOfAUser", 1, smallBody, 4},
		{"LargeOnesOfAUser", 1, 16 << 20, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			budgets := newBodyBudgets()
			stalled := 0
			for range c.fitting + 5 {
				m := &bodyMemory{budgets: budgets, user: c.user}
				_, err := m.read(impatient, io.MultiReader(io.LimitReader(zeros{}, c.size-1), iotest.ErrReader(errStalled)), nil, c.size)
				if errors.Is(err, errStalled) {
					stalled++ // it keeps its memory
					continue
				}
				require.ErrorIs(t, err, context.Canceled)
				m.giveBack()
			}
			require.Equal(t, c.fitting, stalled)
			other := &bodyMemory{budgets: budgets, user: 2}
			_, err := other.read(impatient, io.LimitReader(zeros{}, smallBody), nil, smallBody)
			require.NoError(t, err, "another user's fits")
		})
	}
}
