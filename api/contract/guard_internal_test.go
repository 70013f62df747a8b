package contract

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
)

func TestCheckRecentLogin(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	guard := Guard{ReauthAge: 10 * time.Minute, Clock: func() time.Time { return now }}
	for _, c := range []struct {
		name     string
		needed   bool
		authTime time.Time
		ok       bool
	}{
		{"AcceptsAFreshLogin", true, now, true},
		{"AcceptsALoginOfTheMaximumAge", true, now.Add(-10 * time.Minute), true},
		{"AcceptsALoginWhenTheClockWasSetBack", true, now.Add(time.Second), true},
		{"RefusesAnOlderLogin", true, now.Add(-10*time.Minute - 1), false},
		{"RefusesAnAPIToken", true, time.Time{}, false},
		{"AcceptsAnyLoginWhereNoneIsNeeded", false, time.Time{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			state := &request.State{Caller: request.Caller{AuthTime: c.authTime}}
			err := guard.checkRecentLogin(&operation{recentLogin: c.needed}, state)
			if c.ok {
				require.NoError(t, err)
				require.Empty(t, state.Challenge)
				return
			}
			require.Equal(t, problem.ReauthenticationRequired, problem.Of(err).Code)
			require.Equal(t, `error="insufficient_user_authentication", max_age="600"`, state.Challenge)
		})
	}
}
