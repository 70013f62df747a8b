package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/token"
)

// GetKeySet answers GET /.well-known/jwks.json. It may be cached for as long as a new key is announced
// before it signs, so that nobody meets a key that they can't know.
func (s *Server) GetKeySet(_ context.Context, req server.GetKeySetRequestObject) (server.GetKeySetResponseObject, error) {
	set, err := s.keys.Issuer().PublicKeys(s.clock())
	if err != nil {
		return nil, err
	}
	caching := fmt.Sprintf("public, max-age=%d", int(token.AnnounceFor.Seconds()))
	tag := entityTag(set)
	if req.Params.IfNoneMatch != nil && matches(*req.Params.IfNoneMatch, tag) {
		return server.GetKeySet304Response{Headers: server.GetKeySet304ResponseHeaders{CacheControl: caching, ETag: tag}}, nil
	}
	return keySet{text: set, caching: caching, tag: tag}, nil
}

// keySet is a key set that is written already.
type keySet struct {
	text         []byte
	caching, tag string
}

// VisitGetKeySetResponse writes the answer.
func (k keySet) VisitGetKeySetResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "application/jwk-set+json")
	h.Set("Cache-Control", k.caching)
	h.Set("ETag", k.tag)
	_, err := w.Write(k.text)
	return err
}

// entityTag is a strong validator: the same for the same bytes alone.
func entityTag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// matches tells whether If-None-Match names the tag, compared weakly (RFC 9110, section 13.1.2).
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(candidate), "W/") == tag {
			return true
		}
	}
	return strings.TrimSpace(header) == "*"
}
