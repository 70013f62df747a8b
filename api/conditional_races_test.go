package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestOfTwoWritesUnderTheSameTagOneSucceeds lets them meet on two servers.
func TestOfTwoWritesUnderTheSameTagOneSucceeds(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	for _, o := range conditionalWrites(t) {
		t.Run(o.ID, func(t *testing.T) {
			k := taggedUserOf(t, replicaUserOf(t, servers, o.ID))
			refused := http.StatusPreconditionFailed
			if o.Method == http.MethodDelete {
				refused = http.StatusNoContent // the second repeats the first
			}
			k.clients[1].Access = k.Access
			for round := range apitest.Rounds(t, 3) {
				r := k.Prepare(t, o)
				tag := k.tag(t, r.URL)
				send := func(t testing.TB, i int) *apitest.Response { return r.Send(t, k.clients[i], "If-Match: "+tag) }
				var answers []*apitest.Response
				if round == 0 { // both wait until both are there
					calls := apitest.Concurrently(t)
					release := k.hold(t, `select from user_versions for update`)
					one := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return send(t, 0) })
					two := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return send(t, 1) })
					release()
					calls.Wait()
					answers = []*apitest.Response{*one, *two}
				} else {
					answers = k.atOnce(t, 2, send)
				}
				statuses := []int{answers[0].StatusCode, answers[1].StatusCode}
				slices.Sort(statuses)
				require.Equal(t, []int{o.Success(), refused}, statuses)
			}
		})
	}
}

func TestADeletionThatAChangeOvertakesIsRefused(t *testing.T) {
	t.Parallel()
	k := taggedUserOf(t, newLoneReplicaUser(t, "overtaken"))
	for _, o := range conditionalWrites(t) {
		if o.Method != http.MethodDelete {
			continue
		}
		r := k.Prepare(t, o)
		tag := k.tag(t, r.URL)
		calls := apitest.Concurrently(t)
		release := k.hold(t, `select from user_versions for update`)
		change := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 1, http.MethodPatch, r.URL, conditionalPatches[collectionOf(r.URL)])
		})
		deletion := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return k.write(t, r, tag) })
		release()
		calls.Wait()
		(*change).Is(t, http.StatusOK)
		(*deletion).Is(t, http.StatusPreconditionFailed)
		require.Equal(t, (*change).Text, k.get(t, r.URL).Is(t, http.StatusOK).Text)
	}
}
