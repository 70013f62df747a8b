package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTakesGzip(t *testing.T) {
	t.Parallel()
	for header, takes := range map[string]bool{
		"": false, "identity": false, "gzip": true, "GZIP": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "br, gzip; q=0.000": false, "gzip;q=x": true,
	} {
		require.Equal(t, takes, takesGzip(http.Header{"Accept-Encoding": {header}}), header)
	}
	require.True(t, takesGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}))
	require.False(t, takesGzip(nil))
}
