package postgres

import "github.com/ocipe/ocipe/internal/metrics"

// Stats returns the state of the pool.
func (d *DB) Stats() metrics.Pool {
	s := d.pool.Stat()
	return metrics.Pool{
		Open: int64(s.TotalConns()), InUse: int64(s.AcquiredConns()), Max: int64(s.MaxConns()),
		Waits: s.EmptyAcquireCount(), WaitTime: s.EmptyAcquireWaitTime(),
	}
}
