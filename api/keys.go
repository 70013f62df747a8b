package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/token"
)

// GetKeySet handles GET /.well-known/jwks.json. A new key is published some time before it signs. Clients may cache the set that long,
// so that they never see a token of an unknown key.
func (s *Server) GetKeySet(w http.ResponseWriter, r *http.Request, _ models.GetKeySetParams) {
	set, err := s.Keys.Issuer().PublicKeys(s.config.Clock())
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	sum, h := sha256.Sum256(set), w.Header()
	h.Set("Content-Type", "application/jwk-set+json")
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(token.AnnounceFor.Seconds())))
	h.Set("Etag", `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
	for _, name := range []string{"If-Match", "If-Range", "Range"} { // they would cause 206, 412 or 416, which the contract doesn't have
		r.Header.Del(name)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(set)) // compares If-None-Match
}
