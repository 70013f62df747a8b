package api

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// responseHeaders returns the headers of every response. Handlers overwrite what a browser may cache, and the pages of the
// documentation those that restrict pages.
func (s *Server) responseHeaders() http.Header {
	h := http.Header{
		"Api-Version":             {s.config.Contract.Version()},
		"Cache-Control":           {"no-store"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
		// No page of another origin embeds a response. The allowed origins aren't affected: they read responses with CORS, for
		// which browsers don't check this header (Fetch, section 3.7).
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

// transportSecurity returns the value of Strict-Transport-Security (RFC 6797) for a year, if clients reach the server over https, or
// else an empty text. Behind a proxy, the server can't tell which requests came over http: browsers ignore the header there, and for
// an IP address. For localhost they don't, and it would close the other ports of the developer's machine to http.
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
