package freeport

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEachPortIsFreeAndChosenOnce(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for range 50 {
		taken := first + int((next.Load()+1)%count)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", taken)) // the port that would be next
		port, chosen := Choose(t.Context())
		require.NoError(t, chosen)
		require.NotEqual(t, taken, port)
		require.False(t, seen[port])
		require.Less(t, port, 16_000, "the system may give higher ports to other programs")
		seen[port] = true
		if err == nil {
			require.NoError(t, l.Close())
		}
	}
}
