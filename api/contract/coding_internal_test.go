package contract

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/problem"
)

// packed returns a text in a content coding.
func packed(t *testing.T, coding, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if coding == "zstd" {
		var err error
		w, err = zstd.NewWriter(&out)
		require.NoError(t, err)
	}
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestAContentCodingIsUndoneUpToTheLimit(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("leek ", 20_000)
	for coding := range unpackers {
		sent := packed(t, coding, text)
		got, err := unpack(coding, sent, int64(len(text)))
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		_, err = unpack(coding, sent, int64(len(text)-1))
		require.Equal(t, problem.BodyTooLarge, problem.Of(err).Code)
		for _, broken := range [][]byte{[]byte(`{}`), sent[:len(sent)-1], sent[:len(sent)/2], append(bytes.Clone(sent), 'x')} {
			_, err = unpack(coding, broken, 1<<20)
			require.Error(t, err, "%.20q", broken)
			require.Equal(t, problem.MalformedBody, problem.Of(err).Code)
			require.Contains(t, problem.Of(err).Detail, coding)
		}
		bomb := packed(t, coding, strings.Repeat("\x00", 64<<20))
		_, err = unpack(coding, bomb, 1<<20)
		require.Equal(t, problem.BodyTooLarge, problem.Of(err).Code, coding)
	}
}
