package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// item is the state of one item of a checklist. Each key is added only once.
type item struct {
	present, deleted bool // both false: not added yet
	text             string
	ticked           bool
}

var itemModel = porcupine.Model{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation { return partitionByKey(all, "add") },
	Init:      func() any { return item{} },
	Step: func(state, in, out any) (bool, any) {
		ok, next := state.(item).step(in.(input), out.(output))
		return ok, next
	},
}

// step applies an operation, and returns the next state. It reports whether the outcome is possible for an item in this state.
func (s item) step(in input, out output) (bool, item) {
	removed := item{deleted: true}
	switch {
	case in.name == "add":
		return !s.present && !s.deleted, item{present: true, text: in.text}
	case in.name == "list" && s.present:
		return len(out.rows) == 1 && out.rows[0].text == s.text && out.rows[0].ticked == s.ticked, s
	case in.name == "list":
		return len(out.rows) == 0, s
	case in.name == "delete" && out.unknown:
		return true, item{present: false, deleted: s.present || s.deleted}
	case in.name == "delete": // a repeated deletion also succeeds
		return out.status == http.StatusOK && (s.present || s.deleted), removed
	case out.status == http.StatusNotFound:
		return !s.present, s
	case !s.present:
		return out.unknown, s
	case in.name == "tick":
		s.ticked = in.tick
	case in.name == "edit":
		s.text = in.text
	}
	return out.unknown || out.rows[0].text == s.text && out.rows[0].ticked == s.ticked, s
}

// partitionByKey splits a history by keys. Each part also has the lists that ended after the call that created the key.
func partitionByKey(all []porcupine.Operation, create string) (parts [][]porcupine.Operation) {
	byKey, created := map[string][]porcupine.Operation{}, map[string]int64{}
	for _, o := range all {
		in := o.Input.(input)
		if in.name == create {
			created[in.key] = o.Call
		}
		if in.name != "list" {
			byKey[in.key] = append(byKey[in.key], o)
		}
	}
	for key, part := range byKey {
		for _, o := range all {
			if o.Input.(input).name == "list" && o.Return > created[key] {
				out := o.Output.(output)
				out.rows = rowsOf(out.rows, key)
				o.Output = out
				part = append(part, o)
			}
		}
		parts = append(parts, part)
	}
	return parts
}

func rowsOf(rows []row, key string) (some []row) {
	for _, r := range rows {
		if r.key == key {
			some = append(some, r)
		}
	}
	return some
}

// checklistClient is a client of the checklist of one account. Edits aren't repeated, because a second one could undo the edit of another
// client.
type checklistClient struct {
	recorder               *recorder
	id                     int
	client, withoutRetries *ocipe.Client
	ids                    map[string]int64 // the ids of the items of the last list, by key
	added                  int
}

// startChecklistClients starts clients of one checklist.
func startChecklistClients(ctx context.Context, t *testing.T, f *fleet, r *recorder, running *sync.WaitGroup, count int) {
	t.Helper()
	name := f.name("cook")
	client, withoutRetries := f.account(t, name), f.login(t, name, ocipe.WithRetries(0))
	for id := range count {
		running.Go(func() {
			c := &checklistClient{recorder: r, id: id, client: client, withoutRetries: withoutRetries}
			for r.wait(ctx) {
				c.step()
			}
		})
	}
}

// step calls a random operation.
func (c *checklistClient) step() {
	ctx := context.Background()
	for key, id := range c.ids { // in random order
		if !c.recorder.allows(key) {
			c.call(input{name: "delete", key: key}, func() ([]row, error) { return nil, c.client.DeleteGroceryItem(ctx, id) })
			break
		}
		switch rand.IntN(8) {
		case 0, 1, 2:
			tick := rand.IntN(2) == 0
			c.call(input{name: "tick", key: key, tick: tick}, func() ([]row, error) {
				return edited(c.withoutRetries.UpdateGroceryItem(ctx, id, api.GroceryItemPatch{IsChecked: &tick}))
			})
		case 3, 4:
			c.added++
			text := fmt.Sprintf("%s edit %d of %d", key, c.added, c.id)
			c.call(input{name: "edit", key: key, text: text}, func() ([]row, error) {
				return edited(c.withoutRetries.UpdateGroceryItem(ctx, id, api.GroceryItemPatch{Item: &text}))
			})
		case 5:
			c.call(input{name: "delete", key: key}, func() ([]row, error) { return nil, c.client.DeleteGroceryItem(ctx, id) })
		}
		break
	}
	if len(c.ids) < 4 {
		c.added++
		key := fmt.Sprintf("%d-%d", c.id, c.added)
		c.call(input{name: "add", key: key, text: key + " new"}, func() ([]row, error) {
			_, err := c.client.AddGroceryItems(ctx, key+" new")
			return nil, err
		})
	}
	c.list(ctx)
}

func (c *checklistClient) call(in input, do func() ([]row, error)) { c.recorder.record(c.id, in, do) }

func (c *checklistClient) list(ctx context.Context) {
	c.call(input{name: "list"}, func() ([]row, error) {
		items, err := c.client.ListGroceryItems(ctx)
		if err != nil {
			return nil, err
		}
		c.ids = map[string]int64{}
		var rows []row
		for _, i := range items {
			rows = append(rows, rowOf(i))
			c.ids[rowOf(i).key] = i.ID
		}
		return rows, nil
	})
}

func rowOf(i api.GroceryItem) row {
	key, _, _ := strings.Cut(i.Item, " ")
	return row{key, i.Item, i.IsChecked}
}

func edited(i *api.GroceryItem, err error) ([]row, error) {
	if err != nil {
		return nil, err
	}
	return []row{rowOf(*i)}, nil
}
