package backup

import (
	"bytes"
	"errors"
	"io"
)

// countRows reads the text of a table and returns the number of its lines. Each line is a row, because COPY escapes line breaks in
// values.
func countRows(_ Table, text io.Reader) (rows int64, err error) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := text.Read(buffer)
		rows += int64(bytes.Count(buffer[:n], []byte{'\n'}))
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
	}
}

// readError is an error of reading the file of a backup.
type readError struct{ err error }

// Error returns the text of the error.
func (e *readError) Error() string { return "read the backup: " + e.err.Error() }

// Unwrap returns the error of the file.
func (e *readError) Unwrap() error { return e.err }

// progressReader is a reader that reports the number of bytes read.
type progressReader struct {
	from   io.Reader
	onRead func(bytes int64) // called with the bytes read so far
	bytes  int64
}

// Read reads from the file and reports the number of bytes read so far.
func (r *progressReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.bytes += int64(n)
	r.onRead(r.bytes)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &readError{err}
	}
	return n, err
}
