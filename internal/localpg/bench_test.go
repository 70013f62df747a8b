package localpg_test

import (
	"testing"

	"github.com/ocipe/ocipe/internal/localpg"
)

// BenchmarkFirstStart measures a durable start on an empty data folder, including initdb.
func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		cfg := localpg.Config{Dir: dataFolder(b)}
		b.StartTimer()
		c, err := localpg.Start(b.Context(), cfg)
		b.StopTimer()
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkLaterStart measures a durable start on a cluster that was stopped cleanly.
func BenchmarkLaterStart(b *testing.B) {
	cfg := localpg.Config{Dir: dataFolder(b)}
	first, err := localpg.Start(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c, err := localpg.Start(b.Context(), cfg)
		b.StopTimer()
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
