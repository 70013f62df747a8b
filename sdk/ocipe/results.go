package ocipe

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// ErrNotModified is returned by the methods without WithResponse if the parameters have IfNoneMatch and the version of the
// caller is current.
var ErrNotModified = errors.New("ocipe: not modified")

// pageSize is the number of entries that Pages requests if the parameters have no limit.
const pageSize = 100

// Pages iterates over the entries of a list. It fetches one page at a time: params.Limit entries, or 100. Pass the
// generated method, such as c.ListRecipesWithResponse. Params may be nil. After an error, the iteration ends.
//
//	for recipe, err := range ocipe.Pages(ctx, c.ListRecipesWithResponse, nil) {
func Pages[P any, R interface{ GetJSON200() *L }, L ~[]T, T any](
	ctx context.Context, list func(context.Context, *P, ...api.RequestEditorFn) (R, error), params *P,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		page := position{}
		ctx := context.WithValue(ctx, positionKey{}, &page)
		for {
			entries, err := ok(list(ctx, params, page.addTo))
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, entry := range *entries {
				if !yield(entry, nil) {
					return
				}
			}
			if page.next == "" {
				return
			}
		}
	}
}

// position is the position at which a list continues. If the context of a request has a position, the session sets it from the response.
type position struct{ next string }

type positionKey struct{}

// addTo adds the position to the parameters of a request.
func (p *position) addTo(_ context.Context, r *http.Request) error {
	query := r.URL.Query()
	if !query.Has("limit") {
		query.Set("limit", strconv.Itoa(pageSize))
	}
	if p.next != "" {
		query.Set("cursor", p.next)
	}
	r.URL.RawQuery = query.Encode()
	return nil
}

// setPosition stores the position at which the list of a response continues, if [Pages] has sent the request.
func setPosition(r *http.Request, res *http.Response) {
	if p, found := r.Context().Value(positionKey{}).(*position); found {
		p.next = NextCursor(res)
	}
}

// ok returns the body of a response with status 200.
func ok[T any](res interface{ GetJSON200() *T }, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return orNotModified(res.GetJSON200())
}

// created returns the body of a response with status 201.
func created[T any](res interface{ GetJSON201() *T }, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return orNotModified(res.GetJSON201())
}

func orNotModified[T any](body *T) (*T, error) {
	if body == nil {
		return nil, ErrNotModified
	}
	return body, nil
}

// list returns the elements of a list.
func list[L ~[]T, T any](elements *L, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return *elements, nil
}
