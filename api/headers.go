package api

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// responseHeaders returns the headers of every response. Handlers may overwrite Cache-Control. The documentation and the app also
// overwrite policies.
func (s *Server) responseHeaders() http.Header {
	h := http.Header{
		"Api-Version":             {s.config.Contract.Version()},
		"Cache-Control":           {"no-store"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
		// Pages of other origins can't embed a response. The allowed origins aren't affected: they read responses with CORS, and
		// browsers don't check this header then (Fetch, section 3.7).
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Referrer-Policy":              {"no-referrer"},
		"Server":                       {"Ocipe/" + s.config.Version},
		"X-Content-Type-Options":       {"nosniff"},
	}
	if policy := transportSecurity(s.config.PublicURL, s.config.HSTSSubdomains); policy != "" {
		h["Strict-Transport-Security"] = []string{policy}
	}
	return h
}

// transportSecurity returns the value of Strict-Transport-Security (RFC 6797), valid for a year, or an empty text if the header must
// not be sent. Behind a proxy, the server can't tell which requests came over http. It sends the header with all of them, because
// browsers ignore it over http and for IP addresses. For localhost they don't: it would make the other ports of a developer's machine
// unreachable over http.
func transportSecurity(publicURL *url.URL, subdomains bool) string {
	host := publicURL.Hostname()
	_, err := netip.ParseAddr(host)
	if publicURL.Scheme != "https" || err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return ""
	}
	if subdomains {
		return "max-age=31536000; includeSubDomains"
	}
	return "max-age=31536000"
}
