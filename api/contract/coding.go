package contract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
)

// decoders has a decoder for each content coding that the contract may allow for a body (x-content-codings).
var decoders = map[string]func(encoded io.Reader) (io.Reader, error){
	"gzip": func(encoded io.Reader) (io.Reader, error) { return gzip.NewReader(encoded) },
	"zstd": func(encoded io.Reader) (io.Reader, error) {
		d, err := zstd.NewReader(encoded, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	},
}

// maxWindow limits the memory of a zstd decoder, in bytes.
const maxWindow = 16 << 20

// decode decodes a content coding; an empty one means that there is none. It returns [problem.BodyTooLarge] if the decoded body is
// larger than limit, in bytes.
func decode(coding string, encoded []byte, limit int64) ([]byte, error) {
	if coding == "" {
		return encoded, nil
	}
	invalid := invalidCoding(coding)
	reader, err := decoders[coding](bytes.NewReader(encoded))
	if err != nil {
		return nil, invalid
	}
	if closer, ok := reader.(io.Closer); ok {
		defer func() { _ = closer.Close() }() // only frees memory
	}
	text, err := io.ReadAll(io.LimitReader(reader, limit+1))
	switch {
	case int64(len(text)) > limit:
		return nil, tooLargeDecoded(limit)
	case errors.Is(err, zstd.ErrWindowSizeExceeded): // also for a body that declares no window: its window is its size
		return nil, &apperr.Error{Code: problem.BodyTooLarge, Detail: fmt.Sprintf("The body needs a zstd window of more than %d bytes. Compress it with a lower level.", maxWindow)}
	case err != nil:
		return nil, invalid
	}
	return text, nil
}

func invalidCoding(coding string) *apperr.Error {
	return &apperr.Error{Code: problem.MalformedBody, Detail: fmt.Sprintf("The body isn't valid %s, its content coding.", coding)}
}

func tooLargeDecoded(limit int64) *apperr.Error {
	return &apperr.Error{Code: problem.BodyTooLarge, Detail: fmt.Sprintf("Without its content coding, the body is larger than %d bytes.", limit)}
}

// contentCoding returns the content coding of a body, empty if there is none. It returns [problem.UnsupportedMediaType] if the body
// isn't declared as application/json in UTF-8 or the coding isn't supported. In the latter case it also sets the header
// Accept-Encoding (RFC 9110, section 15.5.16).
func contentCoding(op *operation, h, response http.Header) (coding string, err error) {
	if len(h["Content-Type"]) == 1 && h["Content-Type"][0] == "application/json" && h["Content-Encoding"] == nil { // the usual case
		return "", nil
	}
	if wrong := wrongType(h); wrong != "" {
		return "", unsupported(wrong)
	}
	coding = strings.ToLower(strings.TrimSpace(strings.Join(h["Content-Encoding"], ", ")))
	switch coding {
	case "", "identity":
		return "", nil
	case "x-gzip":
		coding = "gzip" // RFC 9110, section 8.4.1.3
	}
	if slices.Contains(op.codings, coding) {
		return coding, nil
	}
	accepted, instead := "identity", "Send the body without one."
	if len(op.codings) > 0 {
		accepted = strings.Join(op.codings, ", ")
		instead = "This call accepts " + strings.Join(op.codings, " and ") + "."
	}
	response.Set("Accept-Encoding", accepted)
	return "", unsupported("The content coding" + spaceAndName(coding) + " isn't supported. " + instead)
}

// wrongType returns the detail of the error if the header Content-Type is wrong, or an empty text if it is right.
func wrongType(h http.Header) string {
	const instead = " Send the body as JSON, with the header Content-Type: application/json."
	sent := h.Get("Content-Type")
	media, params, err := mime.ParseMediaType(sent)
	charset, given := params["charset"]
	switch {
	case strings.TrimSpace(sent) == "":
		return "The header Content-Type is missing." + instead
	case err != nil:
		return "The header Content-Type is invalid." + instead
	case media != "application/json":
		return "The content type" + spaceAndName(media) + " isn't supported." + instead
	case given && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8"):
		return "The charset" + spaceAndName(charset) + " isn't supported. Send the body in UTF-8."
	}
	return ""
}

func unsupported(detail string) error {
	return &apperr.Error{Code: problem.UnsupportedMediaType, Detail: detail}
}

// spaceAndName returns a space and a name from a header, or an empty text if it doesn't look like a name.
func spaceAndName(name string) string {
	for _, c := range []byte(name) {
		if c != '/' && c != '-' && c != '+' && c != '.' && c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return ""
		}
	}
	if len(name) > 60 || name == "" {
		return ""
	}
	return " " + name
}
