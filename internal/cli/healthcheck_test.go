package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	s := inProcess(t, "DATA_DIR="+pgtest.DataDir(t))
	address := strings.TrimPrefix(s.url, "http://")
	out, _, err := command(t, "", "healthcheck", "--timeout=1h", "ADDR="+address)
	require.NoError(t, err)
	require.Equal(t, "ready\n", out)

	_, port, _ := strings.Cut(address, ":")
	for _, everywhere := range []string{":" + port, "0.0.0.0:" + port, "[::]:" + port} {
		_, _, err = command(t, "", "healthcheck", "--timeout=1h", "ADDR="+everywhere)
		require.NoError(t, err, everywhere)
	}

	require.NoError(t, s.stop())
	_, _, err = command(t, "", "healthcheck", "--timeout=1h", "ADDR="+address)
	require.ErrorContains(t, err, "doesn't respond")
	_, _, err = command(t, "", "healthcheck", "ADDR=127.0.0.1:0")
	require.ErrorContains(t, err, "OCIPE_ADDR")
}
