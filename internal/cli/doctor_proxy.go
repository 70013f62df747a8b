package cli

import (
	"fmt"
	"net/netip"
)

// cookieFinding checks whether browsers keep the refresh cookie, which is Secure.
func cookieFinding(s *settings) finding {
	const check = "cookies"
	if s.cookieWarning() != "" {
		return warning(check, "clients reach the server over http: browsers drop the refresh cookie, so users are logged out at every reload",
			"Put a proxy with TLS in front, and set OCIPE_PUBLIC_URL to its https:// address and OCIPE_TRUSTED_PROXIES to its network.")
	}
	if len(s.TrustedProxies) > 0 && s.PublicURL.Scheme != "https" && !isLocal(s.PublicURL.Hostname()) {
		return warning(check, fmt.Sprintf("the public URL %s isn't https", s.PublicURL), "Set OCIPE_PUBLIC_URL to the https:// address of the proxy.")
	}
	if s.PublicURL.Scheme == "https" {
		return passed(check, "the public URL %s is https", s.PublicURL)
	}
	return passed(check, "browsers keep the refresh cookie on %s, except Safari", s.PublicURL)
}

// A network of public addresses with a shorter prefix is probably a mistake.
const broadIPv4, broadIPv6 = 16, 32

// proxyFinding checks which proxies are trusted to name the client in headers.
func proxyFinding(s *settings) finding {
	const check = "proxy headers"
	for _, n := range s.trustedProxies() {
		switch {
		case n.Bits() == 0:
			return failure(check, fmt.Sprintf("OCIPE_TRUSTED_PROXIES has %s: any client can pretend to have another address", n),
				"Name the address of the proxy alone.")
		case isBroad(n):
			return warning(check, fmt.Sprintf("OCIPE_TRUSTED_PROXIES has %s: %d bits of public addresses are trusted", n, n.Addr().BitLen()-n.Bits()),
				"Name the addresses of the proxies alone, and keep others from reaching OCIPE_ADDR.")
		}
	}
	switch {
	case len(s.TrustedProxies) > 0:
		return passed(check, "X-Forwarded-For, X-Forwarded-Proto and Forwarded are trusted from %v", s.trustedProxies())
	case s.hasTLS():
		return passed(check, "no proxy is trusted: the server itself has the certificate")
	case s.PublicURL.Scheme == "https":
		return warning(check, "the public URL is https, but no proxy is trusted: all clients share the limits of the proxy's address, and the log "+
			"doesn't name them", "Set OCIPE_TRUSTED_PROXIES to the proxy's address, for example 127.0.0.1,::1.")
	}
	return passed(check, "no proxy is trusted")
}

func isBroad(n netip.Prefix) bool {
	if a := n.Addr(); a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	return n.Addr().Is4() && n.Bits() < broadIPv4 || n.Addr().Is6() && n.Bits() < broadIPv6
}
