package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProcessCPUGrowsWithTheWork(t *testing.T) {
	t.Parallel()
	const work = 100 * time.Millisecond
	used := func() time.Duration {
		var u syscall.Rusage
		require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before, err := processCPU(os.Getpid())
	require.NoError(t, err)

	for end := used() + work; used() < end; {
	}

	after, err := processCPU(os.Getpid())
	require.NoError(t, err)
	require.Greater(t, after-before, work/2, "Linux counts what runs just now at its next tick only")
}

func TestChildrenThatHaveEndedCount(t *testing.T) {
	t.Parallel()
	before, err := readStat(os.Getpid())
	require.NoError(t, err)
	child := exec.Command("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done")

	require.NoError(t, child.Run())

	after, err := readStat(os.Getpid())
	require.NoError(t, err)
	took := child.ProcessState.UserTime() + child.ProcessState.SystemTime()
	require.Greater(t, took, 5*tick)
	require.GreaterOrEqual(t, after.ended-before.ended, took-2*tick, "%v of the child's, rounded", took)
	require.Equal(t, os.Getppid(), after.parent)
}

// TestProportionalMemoryGrowsWithWhatIsTouched runs alone: what other tests give back meanwhile would count.
func TestProportionalMemoryGrowsWithWhatIsTouched(t *testing.T) {
	const size = 64 << 20
	before, err := proportionalMemory(os.Getpid())
	require.NoError(t, err)
	touched, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err) // not of Go's own memory, which may hold pages of before
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(touched)) })
	for i := range touched {
		touched[i] = 1
	}

	after, err := proportionalMemory(os.Getpid())

	require.NoError(t, err)
	require.Greater(t, after-before, int64(size*3/4), "the collector may give some back meanwhile")
}
