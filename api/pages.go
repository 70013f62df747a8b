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

// linkNext sets the header Link to the next page (RFC 8288), with the other parameters of this request. It does nothing if cursor is
// empty, because then this is the last page. path is the path of the operation in the contract.
func (s *Server) linkNext(w http.ResponseWriter, r *http.Request, path, cursor string) {
	if cursor == "" {
		return
	}
	query := maps.Clone(request.Of(r).Query)
	query.Set("cursor", cursor)
	w.Header().Set("Link", "<"+s.path+path+"?"+query.Encode()+`>; rel="next"`)
}

// valueOf returns the value that p points to, or the zero value for nil.
func valueOf[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
