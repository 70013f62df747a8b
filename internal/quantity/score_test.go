package quantity_test

import (
	_ "embed"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/quantity"
)

// labeled has ingredient lines with the correct results. testdata/README.md describes the format.
//
//go:embed testdata/lines.tsv
var labeled string

// label is a line of testdata/lines.tsv.
type label struct {
	language, line, quantity, unit, name, preparation, note string
}

func labels(t testing.TB, file string) []label {
	t.Helper()
	var all []label
	for i, row := range strings.Split(strings.TrimSuffix(file, "\n"), "\n") {
		f := strings.Split(row, "\t")
		if i == 0 {
			continue
		}
		require.Len(t, f, 7, row)
		all = append(all, label{f[0], f[1], f[2], f[3], f[4], f[5], f[6]})
	}
	return all
}

// correctFields says which fields of a line are correct.
type correctFields struct {
	measure, name, preparation, note bool
}

func compareLabel(l label, got quantity.Line) correctFields {
	notation, unit := got.Quantity.Notation()
	key := ""
	if unit != nil {
		key = unit.Generic
	}
	return correctFields{
		measure:     numbers(notation) == numbers(l.quantity) && key == l.unit,
		name:        plain(got.Name) == plain(l.name),
		preparation: plain(got.Preparation) == plain(l.preparation),
		note:        plain(got.Note) == plain(l.note),
	}
}

// numbers writes all numbers of a quantity as fractions, so that 1/2 and 0.5 compare equal.
func numbers(notation string) string {
	var b strings.Builder
	start := 0
	flush := func(end int) {
		sum := new(big.Rat)
		for _, term := range strings.Split(notation[start:end], "+") {
			x, ok := new(big.Rat).SetString(term)
			if !ok {
				b.WriteString(term)
				return
			}
			sum.Add(sum, x)
		}
		b.WriteString(sum.String())
	}
	for i := range len(notation) {
		if strings.ContainsRune("~-x", rune(notation[i])) {
			if i > start {
				flush(i)
			}
			b.WriteByte(notation[i])
			start = i + 1
		}
	}
	flush(len(notation))
	return b.String()
}

func plain(text string) string { return strings.Join(strings.Fields(strings.ToLower(text)), " ") }
