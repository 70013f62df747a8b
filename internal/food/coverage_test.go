package food

import (
	"bufio"
	"cmp"
	"encoding/json"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/quantity"
)

// weighed is an ingredient line of the demo recipes with a measure that needs a density or a piece weight.
type weighed struct {
	line, food string
	volume     bool
	factor     Factor
	found      bool
}

// demoLines returns the ingredient lines of the demo recipes that have a volume or a count.
func demoLines(t *testing.T) []weighed {
	t.Helper()
	data, err := os.ReadFile("../demo/recipes.json")
	require.NoError(t, err)
	var recipes []struct {
		Ingredients []struct{ Name, Quantity string }
	}
	require.NoError(t, json.Unmarshal(data, &recipes))
	require.Len(t, recipes, 410)
	var all []weighed
	for _, r := range recipes {
		for _, i := range r.Ingredients {
			if w, ok := weighLine(i.Name, i.Quantity); ok {
				all = append(all, w)
			}
		}
	}
	return all
}

// weighLine finds the factor for the first volume or count of a line.
func weighLine(name, text string) (weighed, bool) {
	var c *Catalog
	w := weighed{line: text + " " + name, food: c.Find(name, "en").Key}
	for _, m := range quantity.Parse(text, "en").Total() {
		switch {
		case m.Unit != nil && m.Unit.Dimension == quantity.Volume:
			w.volume = true
			w.factor, w.found = c.Density(w.food)
			return w, true
		case m.Unit == nil || m.Unit.Dimension == quantity.Count:
			w.factor, w.found = c.PieceWeight(w.food, m.Unit)
			return w, true
		}
	}
	return w, false
}

func TestMostLinesOfTheDemoRecipesCanBeWeighed(t *testing.T) {
	t.Parallel()
	var volume, density, count, piece int
	for _, w := range demoLines(t) {
		switch {
		case w.volume && w.found:
			density++
			fallthrough
		case w.volume:
			volume++
		case w.found:
			piece++
			fallthrough
		default:
			count++
		}
	}

	t.Logf("by volume: %d of %d lines have a density (%.1f %%)", density, volume, 100*float64(density)/float64(volume))
	t.Logf("counted: %d of %d lines have a piece weight (%.1f %%)", piece, count, 100*float64(piece)/float64(count))
	require.GreaterOrEqual(t, float64(density)/float64(volume), 0.9)
	require.GreaterOrEqual(t, float64(piece)/float64(count), 0.5)
}

// sample selects 200 different lines that have a factor. The selection only depends on their texts.
func sample(lines []weighed) []weighed {
	lines = slices.DeleteFunc(lines, func(w weighed) bool { return !w.found })
	slices.SortFunc(lines, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(hash(a.line), hash(b.line)), cmp.Compare(a.line, b.line))
	})
	return slices.CompactFunc(lines, func(a, b weighed) bool { return a.line == b.line })[:200]
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

func TestASampleCheckedByHandIsWeighedRight(t *testing.T) {
	t.Parallel()
	labels := map[string]string{}
	file, err := os.Open("testdata/sample.tsv")
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	rows := bufio.NewScanner(file)
	for rows.Scan() {
		if label, row, ok := strings.Cut(rows.Text(), "\t"); ok && label != "label" {
			labels[row] = label
		}
	}
	require.NoError(t, rows.Err())

	right := 0
	for _, w := range sample(demoLines(t)) {
		row := strings.Join([]string{w.line, w.food, w.factor.Description}, "\t")
		switch labels[row] {
		case "yes":
			right++
		case "no":
		default:
			t.Errorf("not labeled: %s", row)
		}
	}

	t.Logf("%d of 200 lines are weighed right", right)
	require.GreaterOrEqual(t, right, 194)
}
