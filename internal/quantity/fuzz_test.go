package quantity_test

import (
	"strings"
	"testing"

	"github.com/ocipe/ocipe/internal/quantity"
)

// FuzzParseLine checks that the parser never panics, that the parts of a line add up to the line, and that it loses no word.
func FuzzParseLine(f *testing.F) {
	for _, l := range labels(f, labeled) {
		f.Add(l.line, l.language)
	}
	for _, line := range []string{"", " ", "(", ")", "1/0", "1x", "x2", "((((1", "½½", "d'", "demi-", "\xff", "1 (", "- * -", "1-", "°", "°C", "1 can (", "2x400", " 1 cup milk \n", "1 cup\u00a0milk\t"} {
		f.Add(line, "")
	}
	f.Fuzz(func(t *testing.T, line, language string) {
		l := quantity.ParseLine(line, language)
		var whole strings.Builder
		for _, part := range l.Parts {
			whole.WriteString(part.Text)
			if part.Role < quantity.Separator || part.Role > quantity.NoteText {
				t.Errorf("%q has a part without a role: %q", line, part.Text)
			}
		}
		if whole.String() != line {
			t.Errorf("the parts of %q are %q", line, whole.String())
		}
		if l.Name == "" && l.Quantity.Text == "" && strings.ContainsAny(line, "abcdefghijklmnopqrstuvwxyz") {
			t.Errorf("%q has no name", line)
		}
		if l.Confidence < 0 || l.Confidence > 1 {
			t.Errorf("confidence %v", l.Confidence)
		}
		if q := quantity.Parse(line, language); q.Text != strings.TrimSpace(line) {
			t.Errorf("the quantity %q became %q", line, q.Text)
		}
	})
}
