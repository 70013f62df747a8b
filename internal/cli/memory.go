package cli

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// minMemoryLimit is the minimum of the runtime's soft memory limit. Usual load stays below it. Without a limit, several large imports
// and other expensive requests at once took up to 210 MiB, of which more than half was garbage.
const minMemoryLimit = 144 << 20

// limitMemory sets the runtime's soft memory limit every second, until ctx ends. It does nothing if GOMEMLIMIT sets one.
func limitMemory(ctx context.Context) {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return
	}
	defer debug.SetMemoryLimit(math.MaxInt64)
	used := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		metrics.Read(used)
		debug.SetMemoryLimit(memoryLimit(used[0].Value.Uint64(), used[1].Value.Uint64()))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// memoryLimit returns the memory limit, in bytes, for a live heap and stacks of these sizes. It grows with them, because a limit just
// above what is live would make the runtime collect garbage all the time: 10,000 idle connections take 200 MiB.
func memoryLimit(live, stacks uint64) int64 {
	return max(minMemoryLimit, int64(live+live/2+2*stacks+16<<20)) //nolint:gosec // less than the address space
}
