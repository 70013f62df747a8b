package ocipe_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// TestEveryListWithPagesHasAnIterator iterates over three pages of each list that has the parameter cursor.
func TestEveryListWithPagesHasAnIterator(t *testing.T) {
	t.Parallel()
	lists := 0
	for method := range reflect.TypeFor[*api.ClientWithResponses]().Methods() {
		name, found := strings.CutPrefix(strings.TrimSuffix(method.Name, "WithResponse"), "List")
		if !found || !strings.HasSuffix(method.Name, "WithResponse") {
			continue
		}
		params := method.Type.In(2)
		if _, paged := params.Elem().FieldByName("Cursor"); !paged {
			continue
		}
		lists++
		page := func(next string) try {
			return try{end: status(http.StatusOK, `[{},{}]`, "Api-Version", "0.0.0", "Link", next)}
		}
		c, f := newFaultyClient(
			[]try{page(`</x/?cursor=second>; rel="next"`), failure("502"), page(`</x/?cursor=third>; rel="next"`), page("")},
			ocipe.WithSleep(func(time.Duration) {}))
		iterator := reflect.ValueOf(c).MethodByName("All" + name)
		if !iterator.IsValid() {
			t.Errorf("calls_pages.go has no method All%s", name)
			continue
		}
		entries := 0
		for _, err := range iterator.Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.Zero(params)})[0].Seq2() {
			entries++
			if !err.IsNil() {
				t.Errorf("All%s: %v", name, err)
			}
		}
		if got := fmt.Sprint(entries, queries(f)); got != "6 [limit=100 cursor=second&limit=100 cursor=second&limit=100 cursor=third&limit=100]" {
			t.Errorf("All%s has entries and requests: %s", name, got)
		}
	}
	if lists < 4 {
		t.Errorf("%d lists have pages; at least 4 are expected", lists)
	}
}

func queries(f *faultyTransport) (all []string) {
	for _, request := range f.sent {
		all = append(all, request.query)
	}
	return all
}
