package request

import (
	"net/http"
	"net/netip"
	"strings"
)

// TrustedProxies are the networks of the proxies whose Forwarded, X-Forwarded-For and X-Forwarded-Proto are trusted.
type TrustedProxies []netip.Prefix

// Client returns the address of the client: the address of the peer or, behind trusted proxies, the last address that isn't that of a
// proxy. It returns the address of a proxy if the chain can't be parsed, or if X-Forwarded-For and Forwarded name different clients,
// because the proxy has then passed on a header that it didn't write.
//
// chi's ClientIPFromXFF doesn't read Forwarded or the protocol, and returns no address for a chain that can't be parsed.
func (t TrustedProxies) Client(r *http.Request) netip.Addr {
	addr := Peer(r)
	if !t.has(addr) {
		return addr
	}
	xff, hasXFF := t.walk(splitList(r.Header.Values("X-Forwarded-For")), addr)
	rfc, hasRFC := t.walk(forwardedParams(r.Header.Values("Forwarded"), "for"), addr)
	switch {
	case hasXFF && hasRFC && xff != rfc:
		return addr
	case hasXFF:
		return xff
	case hasRFC:
		return rfc
	}
	return addr
}

// Secure reports whether a trusted proxy says that the client's connection is encrypted. The server itself speaks plain HTTP.
func (t TrustedProxies) Secure(r *http.Request) bool {
	if len(t) == 0 || !t.has(Peer(r)) {
		return false
	}
	protos := append(splitList(r.Header.Values("X-Forwarded-Proto")), forwardedParams(r.Header.Values("Forwarded"), "proto")...)
	return len(protos) > 0 && strings.EqualFold(protos[0], "https")
}

// Peer returns the address at the other end of the connection.
func Peer(r *http.Request) netip.Addr {
	addr, _ := netip.ParseAddrPort(r.RemoteAddr) // net/http always sets a valid one
	return addr.Addr().Unmap()
}

func (t TrustedProxies) has(addr netip.Addr) bool {
	for _, network := range t {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// walk goes from the nearest hop outwards to the first one that isn't a trusted proxy. It stops before a hop that can't be parsed.
func (t TrustedProxies) walk(hops []string, nearest netip.Addr) (client netip.Addr, found bool) {
	client = nearest
	for i := len(hops) - 1; i >= 0; i-- {
		addr, ok := parseHop(hops[i])
		if !ok {
			return client, true
		}
		if client = addr; !t.has(addr) {
			return client, true
		}
	}
	return client, len(hops) > 0
}

// parseHop parses an address with or without a port. An IPv6 address may be in brackets.
func parseHop(hop string) (netip.Addr, bool) {
	if withPort, err := netip.ParseAddrPort(hop); err == nil {
		return withPort.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(hop, "["), "]"))
	return addr.Unmap().WithZone(""), err == nil
}

func splitList(values []string) []string {
	var items []string
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			items = append(items, strings.TrimSpace(item))
		}
	}
	return items
}

// forwardedParams returns the value of one parameter for every element of Forwarded (RFC 7239, section 4); it is empty if the
// element lacks the parameter. It doesn't support quoted separators and escapes, because addresses don't need them.
func forwardedParams(values []string, name string) []string {
	var params []string
	for _, element := range splitList(values) {
		value := ""
		for pair := range strings.SplitSeq(element, ";") {
			if k, v, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && strings.EqualFold(k, name) {
				value = strings.Trim(v, `"`)
			}
		}
		params = append(params, value)
	}
	return params
}
