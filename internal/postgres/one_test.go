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
		err, getErr apperr.Code
		match       []int64
		want        apperr.Code
	}{
		"OfARowWithAnotherVersion": {apperr.NotFound, "", versions, apperr.PreconditionFailed},
		"OfAMissingRow":            {apperr.NotFound, apperr.NotFound, versions, apperr.NotFound},
		"WithoutAPrecondition":     {apperr.NotFound, "", nil, apperr.NotFound},
		"WhenGetFails":             {apperr.NotFound, apperr.Unavailable, versions, apperr.Unavailable},
		"OfAnotherError":           {apperr.Unavailable, "", versions, apperr.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := postgres.MapPrecondition(apperr.New(c.err), c.match, func() error {
				if c.getErr == "" {
					return nil
				}
				return apperr.New(c.getErr)
			})
			require.Equal(t, c.want, codeOf(err))
		})
	}
	require.NoError(t, postgres.MapPrecondition(nil, versions, func() error { panic("there is no error to map") }))
}
