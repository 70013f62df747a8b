package contract

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIgnoredNamesAreEscapedClippedAndCounted(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	tellIgnored(h, nil)
	require.Empty(t, h)
	tellIgnored(h, []string{"page", "ingredients[]", "", "a,b \"%\\\r\n\x00", "é", strings.Repeat("🍋", 50), strings.Repeat("x", 100), strings.Repeat("x", 101)})
	require.Equal(t, []string{
		`page, ingredients[], "", a%2Cb%20%22%25%5C%0D%0A%00, %C3%A9, ` + strings.Repeat("%F0%9F%8D%8B", 8) + `%F0..., ` + strings.Repeat("x", 100) + ", " + strings.Repeat("x", 100) + "...",
	}, h["Ignored-Members"])
	tellIgnored(h, strings.Split(strings.Repeat("x,", 40), ","))
	require.Equal(t, strings.Repeat("x, ", 20)+"...", h.Get("Ignored-Members"))
}
