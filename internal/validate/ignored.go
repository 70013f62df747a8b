package validate

import (
	"slices"
	"strings"
)

// MaxIgnored is the maximum number of ignored members to report. If [Result.Ignored] has one more, there may be further ones.
const MaxIgnored = 20

// maxIgnoredName is the length, in bytes, to which an ignored name is cut. It is enough to recognize the name.
const maxIgnoredName = 100

// ignore records the path of a member that the schema doesn't describe. It leaves out the indexes of array elements, so that
// the same member of all elements of a list counts once.
func (r *bodyReader) ignore(name []byte) {
	if len(r.ignored) > MaxIgnored {
		return
	}
	var path strings.Builder
	for step := range strings.SplitSeq(string(r.path), ".") {
		if step != "" && !isIndex(step) {
			path.WriteString(step + ".")
		}
	}
	path.Write(name[:min(len(name), maxIgnoredName)])
	if !slices.Contains(r.ignored, path.String()) {
		r.ignored = append(r.ignored, path.String())
	}
}
