package request

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTraceID(t *testing.T) {
	t.Parallel()
	const id = "0af7651916cd43dd8448eb211c80319c"
	for parent, want := range map[string]string{
		"00-" + id + "-b7ad6b7169203331-01":                        id,
		"00-" + id + "-b7ad6b7169203331-00":                        id,
		"01-" + id + "-b7ad6b7169203331-01-more":                   id,
		"00-" + id + "-b7ad6b7169203331-01-more":                   "",
		"ff-" + id + "-b7ad6b7169203331-01":                        "",
		"00-" + id + "-0000000000000000-01":                        "",
		"00-00000000000000000000000000000000-b7ad6b7169203331-01":  "",
		"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01":  "",
		"00-" + id + "-b7ad6b7169203331":                           "",
		"00_" + id + "_b7ad6b7169203331_01":                        "",
		"":                                                         "",
		"00-0af7651916cd43dd8448eb211c80319\n-b7ad6b7169203331-01": "",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\"-01": "",
	} {
		require.Equal(t, want, traceID(parent), parent)
	}
}
