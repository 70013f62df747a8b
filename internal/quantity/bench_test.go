package quantity_test

import (
	"testing"

	"github.com/ocipe/ocipe/internal/quantity"
)

// BenchmarkParseLine parses one labeled line after another. 100,000 ns for one line are 10,000 lines per second.
func BenchmarkParseLine(b *testing.B) {
	for _, c := range []struct {
		name     string
		language func(label) string
	}{
		{"GivenLanguage", func(l label) string { return l.language }},
		{"DetectedLanguage", func(label) string { return "" }},
	} {
		b.Run(c.name, func(b *testing.B) {
			all := labels(b, labeled)
			quantity.Languages()
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				l := all[i%len(all)]
				quantity.ParseLine(l.line, c.language(l))
				i++
			}
		})
	}
}
