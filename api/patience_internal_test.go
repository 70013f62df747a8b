package api

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPatience(t *testing.T) {
	t.Parallel()
	type key struct{}

	t.Run("EndsAtItsDeadlineWhetherAnybodyWaitsOrNot", func(t *testing.T) {
		t.Parallel()
		p := withTimeout(t.Context(), time.Hour)
		defer p.end()
		require.NoError(t, p.Err())
		p = withTimeout(t.Context(), -time.Second)
		require.ErrorIs(t, p.Err(), context.DeadlineExceeded)
		<-p.Done()
		require.ErrorIs(t, p.Err(), context.DeadlineExceeded)
		until, ok := p.Deadline()
		require.True(t, ok)
		require.True(t, until.Before(time.Now()))
	})

	t.Run("EndsWithItsParent", func(t *testing.T) {
		t.Parallel()
		for _, waited := range []bool{false, true} {
			parent, leave := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
			p := withTimeout(parent, time.Hour)
			defer p.end()
			if waited {
				p.Done()
			}
			require.Equal(t, "value", p.Value(key{}))
			leave()
			require.ErrorIs(t, p.Err(), context.Canceled)
			<-p.Done()
		}
	})

	t.Run("HasChildren", func(t *testing.T) {
		t.Parallel()
		p := withTimeout(t.Context(), 50*time.Millisecond)
		defer p.end()
		child, cancel := context.WithCancelCause(p)
		defer cancel(nil)
		<-child.Done()
		require.ErrorIs(t, child.Err(), context.DeadlineExceeded)
	})
}
