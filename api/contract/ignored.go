package contract

import (
	"net/http"
	"strings"

	"github.com/ocipe/ocipe/internal/validate"
)

// ignoredMembers is the response header with the names of the members and query parameters that the contract doesn't know. They may
// be misspelled.
const ignoredMembers = "Ignored-Members"

// maxIgnoredName is the maximum length, in bytes, of a name in the header.
const maxIgnoredName = 100

// setIgnoredMembers sets the header Ignored-Members. The names come from the client, so it escapes them and limits their length and
// number.
func setIgnoredMembers(h http.Header, names []string) {
	if len(names) == 0 {
		return
	}
	var list []string
	for i, name := range names {
		if i == validate.MaxIgnored {
			list = append(list, "...")
			break
		}
		list = append(list, escapeIgnored(name))
	}
	h[ignoredMembers] = []string{strings.Join(list, ", ")}
}

// escapeIgnored percent-encodes all characters that aren't visible ASCII, and those that have a meaning in the header.
func escapeIgnored(name string) string {
	const hex = "0123456789ABCDEF"
	var out []byte
	for _, c := range []byte(name) {
		encoded := []byte{c}
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`%,"\`, c) >= 0 {
			encoded = []byte{'%', hex[c>>4], hex[c&15]}
		}
		if len(out)+len(encoded) > maxIgnoredName {
			return string(out) + "..."
		}
		out = append(out, encoded...)
	}
	if len(out) == 0 {
		return `""`
	}
	return string(out)
}
