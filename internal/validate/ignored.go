package validate

import (
	"slices"
	"strings"
)

// MaxIgnored is the maximum number of ignored members that are told. One more means that there are more.
const MaxIgnored = 20

// maxName is the maximum length, in bytes, of what is kept of an ignored name: enough to recognize it.
const maxName = 100

// ignore keeps the path of a member that the schema doesn't describe. The index of an array element is left out, so that a
// member of each element of a list counts once.
func (r *reading) ignore(name []byte) {
	if len(r.ignored) > MaxIgnored {
		return
	}
	var path strings.Builder
	for step := range strings.SplitSeq(string(r.path), ".") {
		if step != "" && !isIndex(step) {
			path.WriteString(step + ".")
		}
	}
	path.Write(name[:min(len(name), maxName)])
	if !slices.Contains(r.ignored, path.String()) {
		r.ignored = append(r.ignored, path.String())
	}
}
