package password_test

import (
	"testing"
	"time"

	"github.com/ocipe/ocipe/internal/password"
)

// BenchmarkHasher verifies passwords on all processors, alone and while other requests arrive.
func BenchmarkHasher(b *testing.B) {
	for name, yield := range map[string]bool{"Alone": false, "BesideOtherRequests": true} {
		b.Run(name, func(b *testing.B) {
			h := password.NewHasher(password.Params{MaxWait: time.Hour, YieldPeriod: time.Hour})
			if yield {
				h.Yield()
			}
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, _, err := h.Verify(b.Context(), "eggs", ""); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
