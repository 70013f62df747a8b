package api

import (
	"maps"
	"net/http"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/page"
)

func pageRequest(limit *int64, cursor *string) page.Request {
	return page.Request{Limit: valueOf(limit), Cursor: valueOf(cursor)}
}

// linkNext sets the header Link to the next page (RFC 8288), with the other parameters of this request. Without a cursor this
// is the last page. path is that of the operation in the contract.
func (s *Server) linkNext(w http.ResponseWriter, r *http.Request, path, cursor string) {
	if cursor == "" {
		return
	}
	query := maps.Clone(request.Of(r).Query)
	query.Set("cursor", cursor)
	w.Header().Set("Link", "<"+s.path+path+"?"+query.Encode()+`>; rel="next"`)
}

// valueOf returns what p points to; the zero value if the member was left out.
func valueOf[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
