package apitest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"

	"github.com/klauspost/compress/zstd"
)

// Decompress returns a body as it was before compression: the contract describes that form. It fails if the body doesn't match its
// Content-Encoding, or if the coding is neither gzip nor zstd.
func Decompress(h http.Header, body []byte) ([]byte, error) {
	var reader io.Reader
	var err error
	switch coding := h.Get("Content-Encoding"); {
	case coding == "", len(body) == 0: // HEAD, 304
		return body, nil
	case coding == "gzip":
		reader, err = gzip.NewReader(bytes.NewReader(body))
	case coding == "zstd":
		reader, err = zstd.NewReader(bytes.NewReader(body))
	default:
		err = fmt.Errorf("the coding %q is unknown", coding)
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
