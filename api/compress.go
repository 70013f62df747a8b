package api

import (
	"net/http"
	"net/netip"

	"github.com/klauspost/compress/gzhttp"

	"github.com/ocipe/ocipe/api/request"
)

// Compression selects the clients whose responses are compressed, if they accept that.
type Compression string

// The choices. Compressing 60 kB takes about as long as making them and saves two thirds of the bytes, which pays on
// connections below some hundred Mbit/s.
const (
	CompressRemote Compression = "remote" // clients that are neither this machine nor in a private network, as a proxy is
	CompressAlways Compression = "always"
	CompressNever  Compression = "never"
)

// minCompressBytes is the minimum size of a compressed response: a smaller one wouldn't save a packet.
const minCompressBytes = 2 << 10

// middleware returns what compresses the responses of a handler (gzip or zstd, RFC 9110, section 8.4.1), each encoding under an
// ETag of its own. It is for the data of a user, not for tokens: the length would reveal something about them.
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
