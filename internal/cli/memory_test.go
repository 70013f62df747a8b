package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheMemoryLimitLeavesRoomForGarbage(t *testing.T) {
	const MiB = 1 << 20
	require.EqualValues(t, 144*MiB, memoryLimit(20*MiB, 2*MiB), "the minimum")
	require.EqualValues(t, 144*MiB, memoryLimit(70*MiB, 4*MiB), "during large imports")
	require.EqualValues(t, 326*MiB, memoryLimit(100*MiB, 80*MiB), "with 10,000 connections")
}
