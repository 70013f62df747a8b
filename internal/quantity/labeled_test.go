package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/quantity"
)

// tally counts the lines of a language, and the correct results for each field.
type tally struct{ lines, measure, name, preparation, note, detected int }

func (c *tally) add(l label, v correctFields) {
	c.lines++
	for _, count := range []struct {
		right bool
		n     *int
	}{
		{v.measure, &c.measure}, {v.name, &c.name}, {v.preparation, &c.preparation}, {v.note, &c.note},
		{quantity.Detect(l.line)[0] == l.language, &c.detected},
	} {
		if count.right {
			*count.n++
		}
	}
}

func (c *tally) percent(n int) float64 { return 100 * float64(n) / float64(c.lines) }

// TestLabeledLinesAreReadRight logs the counts by language (make lines) and checks that they don't get worse.
func TestLabeledLinesAreReadRight(t *testing.T) {
	t.Parallel()
	counts := map[string]*tally{}
	for _, language := range append(quantity.Languages(), "all") {
		counts[language] = &tally{}
	}
	for _, l := range labels(t, labeled) {
		v := compareLabel(l, quantity.ParseLine(l.line, l.language))
		counts[l.language].add(l, v)
		counts["all"].add(l, v)
		if !v.measure || !v.name {
			t.Logf("%s wrong: %s", l.language, l.line)
		}
	}

	t.Log("language  lines  quantity+unit   name  preparation   note  detected   (percent right)")
	for _, language := range append(quantity.Languages(), "all") {
		c := counts[language]
		t.Logf("%-8s  %5d  %13.1f  %5.1f  %11.1f  %5.1f  %8.1f", language, c.lines, c.percent(c.measure), c.percent(c.name),
			c.percent(c.preparation), c.percent(c.note), c.percent(c.detected))
		minimum := 94.0
		if language == "en" {
			minimum = 97
		}
		assert.GreaterOrEqual(t, c.percent(c.measure), minimum, "quantity and unit, %s", language)
		assert.GreaterOrEqual(t, c.percent(c.name), 88.0, "names, %s", language)
		assert.GreaterOrEqual(t, c.percent(c.preparation), 85.0, "preparations, %s", language)
		assert.GreaterOrEqual(t, c.percent(c.note), 85.0, "notes, %s", language)
		assert.GreaterOrEqual(t, c.percent(c.detected), 90.0, "detected, %s", language)
	}
	// These are the current counts. The test fails if one fewer line is correct.
	all := counts["all"]
	assert.GreaterOrEqual(t, all.measure, 650)
	assert.GreaterOrEqual(t, all.name, 649)
	assert.GreaterOrEqual(t, all.preparation, 643)
	assert.GreaterOrEqual(t, all.note, 634)
}

func TestConfidenceIsLowerWhereMoreIsWrong(t *testing.T) {
	t.Parallel()
	var sure, unsure, wrongSure, wrongUnsure int
	for _, l := range labels(t, labeled) {
		got := quantity.ParseLine(l.line, l.language)
		v := compareLabel(l, got)
		right := v.measure && v.name && v.preparation && v.note
		switch {
		case got.Confidence >= 0.9 && right:
			sure++
		case got.Confidence >= 0.9:
			sure++
			wrongSure++
		case right:
			unsure++
		default:
			unsure++
			wrongUnsure++
		}
	}
	t.Logf("confidence of 0.9 and more: %d lines, %d not right in all fields; less: %d and %d", sure, wrongSure, unsure, wrongUnsure)
	assert.Greater(t, float64(wrongUnsure)/float64(unsure), float64(wrongSure)/float64(sure))
}
