package planner_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/planner"
)

func TestParseFactor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"2": "2", "2/3": "2/3", "0.685": "137/200", "1.5": "3/2", "0.666667": "666667/1000000", "999/1000": "999/1000", "1000": "1000"} {
		x, err := planner.ParseFactor(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, x.RatString())
	}
	for _, text := range []string{
		"", "0", "0/1", "-1", "1/0", "1/1001", "0.1234567", "1001", "1e3", "1e999", "0x1p3", "NaN", "Inf", "½", "1 1/2", "1_000", "1/2/3", "1.2/3", "1/3.5", ".", "/",
		strings.Repeat("9", 200) + "/" + strings.Repeat("7", 200), "0." + strings.Repeat("3", 200),
	} {
		_, err := planner.ParseFactor(text)
		assert.ErrorIs(t, err, planner.ErrFactor, text)
	}
}
