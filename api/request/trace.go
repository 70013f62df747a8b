package request

import (
	"context"
	"net/http"
	"strings"
)

// Tracer sets the name of the span of a finished request, and returns the id of its trace.
type Tracer func(ctx context.Context, method, operation, route, requestID string, status int) (traceID string)

// trace returns the id of the trace that the request belongs to, or an empty text.
func (l Log) trace(r *http.Request, state *State, status int) string {
	if l.Trace != nil {
		return l.Trace(r.Context(), clip(r.Method, maxMethod), state.Operation, state.Route, state.ID, status)
	}
	if parent := r.Header["Traceparent"]; len(parent) == 1 {
		return traceID(parent[0])
	}
	return ""
}

// traceID returns the trace id of a traceparent (W3C Trace Context, section 3.2), or an empty text if it is invalid. A trace id has 32
// lower-case hexadecimal digits, not all of them 0. Later versions of traceparent may have more fields.
func traceID(parent string) string {
	const length, zeros = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), "00000000000000000000000000000000"
	if len(parent) < length || parent[2] != '-' || parent[35] != '-' || parent[52] != '-' || parent[:2] == "ff" ||
		len(parent) > length && (parent[:2] == "00" || parent[length] != '-') {
		return ""
	}
	id := parent[3:35]
	for _, field := range []string{parent[:2], id, parent[36:52], parent[53:length]} {
		if strings.Trim(field, "0123456789abcdef") != "" {
			return ""
		}
	}
	if id == zeros || parent[36:52] == zeros[:16] {
		return ""
	}
	return id
}
