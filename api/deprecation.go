package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// notice is what the answers of a deprecated operation tell its clients: since when another one should be called
// (RFC 9745), and from when on it may be gone (RFC 8594, section 3).
type notice struct{ deprecation, sunset string }

// noticeOf reads it from the contract; nil: the operation is not deprecated. It fails if a deprecated operation doesn't
// say both days, or another one says any.
func noticeOf(op *openapi3.Operation) (*notice, error) {
	if !op.Deprecated {
		if op.Extensions["x-sunset"] != nil {
			return nil, fmt.Errorf("%s has x-sunset and is not deprecated", op.OperationID)
		}
		return nil, nil
	}
	var days [2]time.Time
	for i, name := range []string{"x-deprecated-since", "x-sunset"} {
		text, _ := op.Extensions[name].(string)
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil, fmt.Errorf("%s is deprecated and needs %s, a day as \"2027-01-31\": %w", op.OperationID, name, err)
		}
		days[i] = day
	}
	return &notice{fmt.Sprintf("@%d", days[0].Unix()), days[1].Format(http.TimeFormat)}, nil
}

// write adds the notice to an answer.
func (n *notice) write(h http.Header) {
	if n != nil {
		h.Set("Deprecation", n.deprecation)
		h.Set("Sunset", n.sunset)
	}
}
