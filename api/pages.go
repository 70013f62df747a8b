package api

import (
	"net/url"

	"github.com/ocipe/ocipe/internal/page"
)

func pageOf(limit *int64, cursor *string) page.Request {
	return page.Request{Limit: value(limit), Cursor: value(cursor)}
}

// nextLink is the reference to the next page (RFC 8288), with the other parameters of this request; empty: there is
// none.
func nextLink(path string, query url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	query.Set("cursor", cursor)
	return "<" + path + "?" + query.Encode() + `>; rel="next"`
}
