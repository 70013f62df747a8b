package api_test

import (
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/session"
)

// weakHash is a hash of [apitest.Password] with other parameters than those of the server under test.
func weakHash(t *testing.T) string {
	t.Helper()
	hash, err := argon2id.CreateHash(apitest.Password, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	require.NoError(t, err)
	return hash
}

// expired is a change of a server's clock after which no access token of now is valid.
var expired = clockAhead(session.MaxAccessTTL + time.Second)

// clockAhead sets the clock of a server ahead.
func clockAhead(by time.Duration) func(*apitest.Config) {
	return func(c *apitest.Config) { c.Clock = func() time.Time { return time.Now().Add(by) } }
}
