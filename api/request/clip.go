package request

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
)

// The maximum lengths, in bytes, of values in the log line that a client has sent.
const (
	maxPath    = 200
	maxSegment = 24 // of a path; so the log has only the useless beginning of a token, because an API token has 46 characters
	maxOrigin  = 100
	maxAccount = 150
	maxMethod  = 20
)

// clip shortens a text that a client has sent. It replaces bytes that aren't UTF-8 with question marks.
func clip(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit] + "…"
	}
	return strings.ToValidUTF8(text, "?")
}

// clipPath shortens an escaped path, and each of its segments.
func clipPath(path string) string {
	segments := strings.Split(path[:min(len(path), 2*maxPath)], "/")
	for i, segment := range segments {
		segments[i] = clip(segment, maxSegment)
	}
	return clip(strings.Join(segments, "/"), maxPath)
}

// rejectedOrigin returns the origin of the page that sent the request if the server rejected the request because of it, or if the
// browser doesn't let the page read the response. Otherwise it returns an empty text.
func (l Log) rejectedOrigin(r *http.Request, response http.Header, code apperr.Code) string {
	origin := r.Header.Get("Origin")
	switch {
	case code == problem.CrossSiteRequest:
		return cmp.Or(origin, r.Header.Get("Sec-Fetch-Site"))
	case origin == "", origin == l.Origin, response.Get("Access-Control-Allow-Origin") != "",
		r.Header.Get("Sec-Fetch-Site") == "same-origin", isSameHost(origin, r.Host):
		return ""
	}
	return origin
}

// isSameHost reports whether an origin has the host of the request.
func isSameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && NormalHost(u.Scheme, u.Host) == NormalHost(u.Scheme, host)
}

// DefaultPorts are the ports, by scheme, that browsers omit in an origin.
var DefaultPorts = map[string]string{"http": ":80", "https": ":443"}

// NormalHost returns a host in lower case, without an empty or default port.
func NormalHost(scheme, host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(host), DefaultPorts[scheme]), ":")
}
