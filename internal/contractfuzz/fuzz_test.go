package contractfuzz_test

import (
	"flag"
	"log"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// hashesPassword reports whether an operation hashes a password, which takes as long as several others.
func hashesPassword(id string) bool {
	return slices.Contains([]string{"registerUser", "obtainToken", "reauthenticate", "changePassword", "deleteAccount", "endSession", "resetPassword"}, id)
}

func TestEveryValidRequestSucceeds(t *testing.T) {
	t.Parallel()
	h := startServer(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := h.newRun(t, rt)
		for _, o := range w.operations {
			often := 2
			if hashesPassword(o.ID) {
				often = 4
			}
			if rapid.IntRange(1, often).Draw(rt, o.ID) < often {
				continue
			}
			c := w.drawUser()
			w.succeed(c, w.validRequest(c, o))
		}
		for _, c := range w.users {
			w.compareAll(c)
		}
	})
}

func TestAnInvalidRequestIsRejectedAndChangesNothing(t *testing.T) {
	t.Parallel()
	h := startServer(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := h.newRun(t, rt)
		for _, c := range w.users {
			for _, o := range w.operations {
				if creator, _ := apitest.Creator(o.ResourceTemplate()); o.HasID() && creator != "" {
					w.drawOrCreate(c, o.ResourceTemplate())
				}
			}
		}
		actions := map[string]func(*rapid.T){}
		for _, o := range w.operations {
			actions[o.ID] = func(*rapid.T) {
				c := w.drawUser()
				r, b := w.breakRequest(c, o)
				w.reject(c, r, b)
			}
		}
		before := w.snapshot()
		rt.Repeat(actions)
		require.Equal(w, before, w.snapshot(), "an invalid request has changed something")
		for _, c := range w.users {
			w.compareAll(c)
		}
	})
}

func TestTwoUsersSeeTheirOwnDataOnly(t *testing.T) {
	t.Parallel()
	for _, o := range apitest.Operations(t) { // before rapid, which would repeat the failure many times
		if o.Method == http.MethodPost && o.HasID() && o.Body == nil {
			require.True(t, modelEffects[o.ID] != nil, "add the effect of %s to modelEffects in internal/contractfuzz/effects_test.go", o.ID)
		}
	}
	h := startServer(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := h.newRun(t, rt)
		step := func(act func(c *user)) func(*rapid.T) {
			return func(*rapid.T) { act(w.drawUser()) }
		}
		special := map[string]func(*rapid.T){
			"replace": step(w.replaceAndPatch), "restore": step(w.restoreFromTrash),
		}
		actions := maps.Clone(special)
		actions[""] = func(*rapid.T) { w.compareOneList(w.drawUser()) }
		for _, o := range w.operations {
			if !hashesPassword(o.ID) {
				actions[o.ID] = step(func(c *user) { w.succeed(c, w.validRequest(c, o)) })
			}
		}
		rt.Repeat(actions)
		for _, name := range slices.Sorted(maps.Keys(special)) { // each at least once
			special[name](rt)
		}
		for _, c := range w.users {
			w.compareAll(c)
		}
	})
}

func TestMain(m *testing.M) {
	flag.Parse()
	if err := apitest.SetShortBudget(); err != nil {
		log.Fatal(err)
	}
	os.Exit(pgtest.Main(m))
}
