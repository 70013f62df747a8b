package api

import (
	"net/http"
	"net/netip"

	"github.com/klauspost/compress/gzhttp"

	"github.com/ocipe/ocipe/api/request"
)

// Compression selects the clients that get compressed responses, if they accept them.
type Compression string

// The values of Compression. Compressing 60 kB takes about as long as producing them and saves two thirds of the bytes. That pays
// off on connections below a few hundred Mbit/s.
const (
	CompressRemote Compression = "remote" // clients outside of this machine and of private networks; proxies are usually inside
	CompressAlways Compression = "always"
	CompressNever  Compression = "never"
)

// minCompressBytes is the minimum size of a compressed response: a smaller one wouldn't save a packet.
const minCompressBytes = 2 << 10

// middleware returns the middleware that compresses responses (gzip or zstd, RFC 9110, section 8.4.1). Each encoding has its own
// ETag. Don't use it for tokens: the compressed length would reveal something about them.
func (c Compression) middleware() (func(http.Handler) http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(minCompressBytes), gzhttp.CompressionLevel(1), gzhttp.SuffixETag("-gzip"))
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		compressed := wrap(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.applies(r) {
				compressed.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// applies reports whether the response to r is compressed if it is large enough.
func (c Compression) applies(r *http.Request) bool {
	switch c {
	case CompressAlways:
		return true
	case CompressRemote:
		return r.Header["Accept-Encoding"] != nil && isRemote(request.Peer(r))
	default:
		return false
	}
}

func isRemote(addr netip.Addr) bool {
	return !addr.IsLoopback() && !addr.IsPrivate() && !addr.IsLinkLocalUnicast()
}
