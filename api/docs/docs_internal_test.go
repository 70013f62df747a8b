package docs

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, takes := range map[string]bool{
		"": false, "identity": false, "gzip": true, "GZIP": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "br, gzip; q=0.000": false, "gzip;q=x": true,
	} {
		require.Equal(t, takes, acceptsGzip(http.Header{"Accept-Encoding": {header}}), header)
	}
	require.True(t, acceptsGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}))
	require.False(t, acceptsGzip(nil))
}
