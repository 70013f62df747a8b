package backup

import (
	"bytes"
	"errors"
	"io"
)

// countRows reads the text of a table, and returns the number of its rows: COPY escapes the line breaks of values.
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

// readError is an error of the file that a backup is read from.
type readError struct{ err error }

// Error returns the text of the error.
func (e *readError) Error() string { return "read the backup: " + e.err.Error() }

// Unwrap returns the error.
func (e *readError) Unwrap() error { return e.err }

// watched reads a file and reports how far it is.
type watched struct {
	from io.Reader
	read func(bytes int64)
	done int64
}

// Read reads on.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	w.done += int64(n)
	w.read(w.done)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &readError{err}
	}
	return n, err
}
