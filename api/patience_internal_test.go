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
		p := &patience{Context: t.Context()}
		p.limit(time.Hour)
		defer p.end()
		require.NoError(t, p.Err())
		p = &patience{Context: t.Context()}
		p.limit(-time.Second)
		require.ErrorIs(t, p.Err(), context.DeadlineExceeded)
		<-p.Done()
		require.ErrorIs(t, p.Err(), context.DeadlineExceeded)
		until, ok := p.Deadline()
		require.True(t, ok)
		require.True(t, until.Before(time.Now()))
	})

	t.Run("EndsWithItsParent", func(t *testing.T) {
		t.Parallel()
		for i := range 4 {
			waited, limited := i&1 != 0, i&2 != 0
			parent, leave := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
			p := &patience{Context: parent}
			if limited {
				p.limit(time.Hour)
			}
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

	t.Run("HasNoDeadlineUntilItIsLimited", func(t *testing.T) {
		t.Parallel()
		parent, leave := context.WithCancel(t.Context())
		defer leave()
		p := &patience{Context: parent}
		defer p.end()
		_, ok := p.Deadline()
		require.False(t, ok)
		require.Equal(t, parent.Done(), p.Done())
		p.limit(-time.Second)
		<-p.Done()
		require.NoError(t, parent.Err())
	})

	t.Run("HasChildren", func(t *testing.T) {
		t.Parallel()
		p := &patience{Context: t.Context()}
		p.limit(50 * time.Millisecond)
		defer p.end()
		child, cancel := context.WithCancelCause(p)
		defer cancel(nil)
		<-child.Done()
		require.ErrorIs(t, child.Err(), context.DeadlineExceeded)
	})
}
