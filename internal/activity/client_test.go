package activity

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                        "Firefox on Windows",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0":                         "Edge on Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1": "Safari on iOS",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15":                   "Safari on macOS",
		"curl/8.5.0": "curl", "python-requests/2.31": "python-requests", "HomeAssistant/2024.1 aiohttp/3.9": "HomeAssistant",
		"": "Unknown client", "<script>alert(1)</script>": "Unknown client", "\u202egnp.exe": "Unknown client", "\xff\x00": "Unknown client",
		strings.Repeat("x", 41): "Unknown client", "クック": "Unknown client",
	} {
		require.Equal(t, want, Client{UserAgent: userAgent}.Describe(), "%q", userAgent)
	}
}
