package pgtest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheStopwatchOfAnIdleMachineIsExact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewStopwatch()
		time.Sleep(10 * time.Second)
		require.Equal(t, 10*time.Second, s.Stop())
	})
}
