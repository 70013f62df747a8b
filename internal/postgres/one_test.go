package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestMapPrecondition(t *testing.T) {
	t.Parallel()
	versions := []int64{1}
	for name, c := range map[string]struct {
		failure, reading apperr.Code
		match            []int64
		want             apperr.Code
	}{
		"AnotherVersionIsThere":    {apperr.NotFound, "", versions, apperr.PreconditionFailed},
		"NothingIsThere":           {apperr.NotFound, apperr.NotFound, versions, apperr.NotFound},
		"NoVersionWasDemanded":     {apperr.NotFound, "", nil, apperr.NotFound},
		"TheDatabaseWentAway":      {apperr.NotFound, apperr.Unavailable, versions, apperr.Unavailable},
		"TheDatabaseWasAwayBefore": {apperr.Unavailable, "", versions, apperr.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := postgres.MapPrecondition(apperr.New(c.failure), c.match, func() error {
				if c.reading == "" {
					return nil
				}
				return apperr.New(c.reading)
			})
			require.Equal(t, c.want, codeOf(err))
		})
	}
	require.NoError(t, postgres.MapPrecondition(nil, versions, func() error { panic("there is nothing to look for") }))
}
