package api

import (
	"net/http"
	"net/netip"

	"github.com/klauspost/compress/gzhttp"
)

// Compression says whose answers are compressed, where the client can take that.
type Compression string

// The choices. To compress 60 kB takes about as long as to make them, and saves two thirds of the way: that pays on every line
// slower than some hundred Mbit/s.
const (
	CompressRemote Compression = "remote" // of peers that are neither this machine nor in a private network, as a proxy is
	CompressAlways Compression = "always"
	CompressNever  Compression = "never"
)

// worthCompressing is how many bytes an answer must have: with fewer, no packet less is sent.
const worthCompressing = 2 << 10

// pays tells whether the answer to this request is to be compressed, if it is large enough.
func (c Compression) pays(r *http.Request) bool {
	switch c {
	case CompressAlways:
		return true
	case CompressRemote:
		return r.Header["Accept-Encoding"] != nil && isRemote(peer(r))
	default:
		return false
	}
}

func isRemote(addr netip.Addr) bool {
	return !addr.IsLoopback() && !addr.IsPrivate() && !addr.IsLinkLocalUnicast()
}

// compress compresses the answers of an operation (gzip or zstd, RFC 9110, section 8.4.1), each under an ETag of its own, which
// [versions] knows. It is for what belongs to a user, and not for tokens: their length would tell of their content.
func (s *Server) compress(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(worthCompressing), gzhttp.CompressionLevel(1), gzhttp.SuffixETag("-gzip"))
	if err != nil {
		return nil, err
	}
	compressed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.compression.pays(r) {
			compressed.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}
