package history

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/ocipe/ocipe/sdk/ocipe"
)

// input is an operation that a client called.
type input struct {
	name string
	key  string // of the item, the session or the account
	text string
	tick bool
}

// output is the outcome of an operation.
type output struct {
	unknown bool // the operation may have taken effect, or may do so later
	status  int
	tries   int
	rows    []row // the rows of a list, or the row that an edit returned
}

// row is an item of the checklist, or a plan.
type row struct {
	key, text string
	ticked    bool
}

// recorder collects the operations of one model.
type recorder struct {
	began   time.Time
	known   atomic.Int64 // the number of operations whose outcome is known
	limiter *rate.Limiter

	mu         sync.Mutex
	operations []porcupine.Operation
	unexpected []error
	endless    map[string]int // by key, the number of operations that may take effect at any later time
}

// perSecond is the maximum number of operations that the clients of a model call per second. For more, the check takes much longer.
const perSecond = 60

func newRecorder() *recorder {
	return &recorder{began: time.Now(), limiter: rate.NewLimiter(perSecond, 1), endless: map[string]int{}}
}

// maxEndless limits the operations on a key that may take effect at any later time: each of them doubles the time of the search for an
// order. Without a limit, the search would never end on a machine where a server takes long to start.
const maxEndless = 6

// allows reports whether a client may call an operation on a key that it wouldn't repeat, so that its outcome may stay unknown.
func (r *recorder) allows(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.endless[key] < maxEndless
}

// wait waits until a client may call its next operation. It returns false when ctx ends.
func (r *recorder) wait(ctx context.Context) bool { return r.limiter.Wait(ctx) == nil }

// never is the end of an operation whose outcome is unknown. It may take effect at any later time.
const never = int64(1) << 62

// record calls an operation, records it with its outcome, and returns the outcome.
func (r *recorder) record(client int, in input, do func() ([]row, error)) output {
	called := time.Since(r.began)
	rows, err := do()
	returned := time.Since(r.began)
	out, unexpected := outcome(err)
	out.rows = rows
	r.add(client, in, out, called, returned)
	if unexpected != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.unexpected = append(r.unexpected, fmt.Errorf("%s %s: %w", in.name, in.key, unexpected))
	}
	return out
}

func (r *recorder) add(client int, in input, out output, called, returned time.Duration) {
	end := returned.Nanoseconds()
	switch {
	case !out.unknown:
		r.known.Add(1)
	case slices.Contains([]string{"list", "use", "refresh"}, in.name):
		return // it has no effect in a model
	default:
		end = never
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if end == never && in.name != "add" {
		r.endless[in.key]++
	}
	r.operations = append(r.operations, porcupine.Operation{ClientId: client, Input: in, Call: called.Nanoseconds(), Output: out, Return: end})
}

// outcome converts an error of the SDK to the outcome of an operation.
func outcome(err error) (out output, unexpected error) {
	if err == nil {
		return output{status: http.StatusOK, tries: 1}, nil
	}
	e, ok := errors.AsType[*ocipe.Error](err)
	if !ok {
		return output{unknown: true}, nil // no response
	}
	switch e.Status {
	case http.StatusNotFound, http.StatusUnauthorized:
		return output{status: e.Status, tries: e.Tries}, nil
	case http.StatusConflict, http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return output{unknown: true}, nil
	}
	return output{unknown: true}, err
}

// checkLimit limits the search for an order, which takes exponential time if many outcomes are unknown.
const checkLimit = time.Minute

// check fails the test if the operations aren't linearizable. Then it writes a file that shows why.
func (r *recorder) check(t *testing.T, name string, model porcupine.Model) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, err := range r.unexpected {
		assert.NoError(t, err, name)
	}
	model.DescribeOperation = func(in, out any) string { return fmt.Sprintf("%+v → %+v", in, out) }
	unknown := 0
	for _, o := range r.operations {
		if o.Output.(output).unknown {
			unknown++
		}
	}
	for _, part := range model.Partition(r.operations) {
		single := model
		single.Partition = nil
		if porcupine.CheckOperationsTimeout(single, part, checkLimit) == porcupine.Ok {
			continue
		}
		result, info := porcupine.CheckOperationsVerbose(single, part, checkLimit)
		path, err := filepath.Abs(filepath.Join("../../../artifacts", "history-"+name+".html"))
		require.NoError(t, err)
		require.NoError(t, visualize(single, info, path))
		slices.SortFunc(part, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
		require.Failf(t, "the history isn't linearizable", "%s: %s; open %s. One key has these operations:\n%s", name, result, path, text(part))
	}
	t.Logf("%s: %d operations are linearizable; the outcome of %d is unknown", name, len(r.operations), unknown)
}

// visualize writes the file that shows a history.
func visualize(model porcupine.Model, info porcupine.LinearizationInfo, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return porcupine.VisualizePath(model, info, path)
}

// text returns a line for each operation. If several lists in a row return the same, it has only the first and the last of them.
func text(operations []porcupine.Operation) (lines string) {
	list := func(i int) string {
		if i < 0 || i >= len(operations) || operations[i].Input.(input).name != "list" {
			return ""
		}
		return fmt.Sprintf("list %+v", operations[i].Output.(output).rows)
	}
	for i, o := range operations {
		if same := list(i); same == "" || same != list(i-1) || same != list(i+1) {
			lines += fmt.Sprintf("client %d, %v to %v: %+v → %+v\n", o.ClientId, time.Duration(o.Call), time.Duration(o.Return), o.Input, o.Output)
		}
	}
	return lines
}
