package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/fault"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestUnmatched(t *testing.T) {
	t.Parallel()
	versions := []int64{1}
	for name, c := range map[string]struct {
		failure, reading fault.Code
		match            []int64
		want             fault.Code
	}{
		"AnotherVersionIsThere":    {fault.NotFound, "", versions, fault.PreconditionFailed},
		"NothingIsThere":           {fault.NotFound, fault.NotFound, versions, fault.NotFound},
		"NoVersionWasDemanded":     {fault.NotFound, "", nil, fault.NotFound},
		"TheDatabaseWentAway":      {fault.NotFound, fault.Unavailable, versions, fault.Unavailable},
		"TheDatabaseWasAwayBefore": {fault.Unavailable, "", versions, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := postgres.Unmatched(fault.New(c.failure), c.match, func() error {
				if c.reading == "" {
					return nil
				}
				return fault.New(c.reading)
			})
			require.Equal(t, c.want, codeOf(err))
		})
	}
	require.NoError(t, postgres.Unmatched(nil, versions, func() error { panic("there is nothing to look for") }))
}
