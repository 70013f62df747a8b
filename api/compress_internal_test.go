package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompressionApplies(t *testing.T) {
	t.Parallel()
	for peer, remote := range map[string]bool{
		"127.0.0.1:1": false, "[::1]:1": false, "10.1.2.3:1": false, "192.168.0.7:1": false, "[fd00::1]:1": false, "[fe80::1%eth0]:1": false,
		"[::ffff:192.168.0.7]:1": false, "203.0.113.9:1": true, "[2001:db8::1]:1": true,
	} {
		r := &http.Request{RemoteAddr: peer, Header: http.Header{"Accept-Encoding": {"gzip"}}}
		require.Equal(t, remote, CompressRemote.applies(r), peer)
		require.True(t, CompressAlways.applies(r), peer)
		require.False(t, CompressNever.applies(r), peer)
		require.False(t, CompressRemote.applies(&http.Request{RemoteAddr: peer}), peer)
	}
}
