package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// The errors for a file that can't be restored. After these errors, nothing has changed.
var (
	ErrNotBackup  = errors.New("the file is not a backup that `ocipe backup` has written")
	ErrIncomplete = errors.New("the backup is incomplete: the file ends early")
	ErrDamaged    = errors.New("the backup is damaged")
	ErrNewer      = errors.New("the backup was written by a newer version of Ocipe")
)

// maxFileSize is the maximum size in bytes of all files except those of tables. They are read into memory.
const maxFileSize = 1 << 20

// header is the beginning of a backup, before its tables.
type header struct {
	Description

	keys []byte // encrypted; nil: none
}

// visitor has the functions that [walk] calls for the parts of a backup.
type visitor struct {
	begin func(header) error
	table func(Table, io.Reader) (rows int64, err error) // must return the errors of the reader
}

// walk reads a backup, passes its parts to the visitor, and checks them against the checksums of the manifest. If it returns no error,
// the backup is complete and undamaged. It returns one of the errors above, or that of the visitor.
func walk(src io.Reader, v visitor) error {
	r, err := newReader(src)
	if err != nil {
		return err
	}
	defer r.compressed.Close()
	h, sums, err := r.begin()
	if err != nil {
		return err
	}
	if err := v.begin(h); err != nil {
		return err
	}
	for _, t := range h.Tables {
		sum, err := r.table(t, v.table)
		if err != nil {
			return err
		}
		sums.Tables = append(sums.Tables, sum)
	}
	return r.end(sums)
}

// reader reads the files of a backup in order.
type reader struct {
	compressed *zstd.Decoder
	tar        *tar.Reader
	next       string // the name of the next file; empty: none
}

func newReader(src io.Reader) (*reader, error) {
	compressed, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	r := &reader{compressed: compressed, tar: tar.NewReader(compressed)}
	h, err := r.tar.Next()
	switch {
	case err != nil && !errors.Is(err, zstd.ErrMagicMismatch) && !errors.Is(err, tar.ErrHeader) && !errors.Is(err, io.EOF):
		err = convertError(err)
	case err != nil || h.Name != descriptionFile:
		err = ErrNotBackup
	default:
		r.next = h.Name
		return r, nil
	}
	compressed.Close()
	return nil, err
}

// convertError converts an error of a reader to [ErrIncomplete], [ErrDamaged], or the error of the disk.
func convertError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return ErrIncomplete
	}
	if e := (*readError)(nil); errors.As(err, &e) { // of the disk, not of the content
		return e
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// advance goes to the next file.
func (r *reader) advance() error {
	h, err := r.tar.Next()
	switch {
	case errors.Is(err, io.EOF):
		r.next = ""
		return nil
	case err != nil:
		return convertError(err)
	}
	r.next = h.Name
	return nil
}

// readFile reads the whole next file, which must have this name.
func (r *reader) readFile(name string) ([]byte, error) {
	if r.next == "" {
		return nil, ErrIncomplete
	}
	if r.next != name {
		return nil, fmt.Errorf("%w: %q comes where %q is expected", ErrDamaged, r.next, name)
	}
	content, err := io.ReadAll(io.LimitReader(r.tar, maxFileSize+1))
	if err != nil {
		return nil, convertError(err)
	}
	if len(content) > maxFileSize {
		return nil, fmt.Errorf("%w: %s is too long", ErrDamaged, name)
	}
	return content, r.advance()
}

func (r *reader) begin() (h header, sums manifest, err error) {
	text, err := r.readFile(descriptionFile)
	if err != nil {
		return h, sums, err
	}
	sums.Description = hexSum(text)
	var version struct{ Format int }
	if json.Unmarshal(text, &version) == nil && version.Format > format {
		return h, sums, fmt.Errorf("%w: its format is version %d, this program knows %d", ErrNewer, version.Format, format)
	}
	if err := json.Unmarshal(text, &h.Description); err != nil {
		return h, sums, fmt.Errorf("%w: its description can't be read", ErrDamaged)
	}
	if h.HasKeys {
		if h.keys, err = r.readFile(keysFile); err != nil {
			return h, sums, err
		}
		sums.Keys = hexSum(h.keys)
	}
	return h, sums, nil
}

// table passes the text of the next table to read.
func (r *reader) table(t Table, read func(Table, io.Reader) (int64, error)) (tableSum, error) {
	sum := sha256.New()
	text := &tableText{reader: r, prefix: "tables/" + t.Name + "/"}
	counted := &counter{to: io.Discard, sum: sum}
	rows, err := read(t, io.TeeReader(text, counted))
	if text.err != nil { // read may have changed this error
		err = text.err
	}
	return tableSum{t.Name, rows, counted.bytes, hex.EncodeToString(sum.Sum(nil))}, err
}

// tableText reads the files of a table as one text.
type tableText struct {
	*reader

	prefix string
	err    error // other than io.EOF
}

// Read reads from the current file. At its end, it goes to the next file of the table.
func (t *tableText) Read(p []byte) (int, error) {
	for t.err == nil && strings.HasPrefix(t.next, t.prefix) {
		n, err := t.tar.Read(p)
		if err != nil && !errors.Is(err, io.EOF) {
			t.err = convertError(err)
			return n, t.err
		}
		if err != nil {
			t.err = t.advance()
		}
		if n > 0 {
			return n, nil
		}
	}
	if t.err != nil {
		return 0, t.err
	}
	return 0, io.EOF
}

// end compares the checksums with the manifest, and checks that the file ends after it.
func (r *reader) end(sums manifest) error {
	text, err := r.readFile(manifestFile)
	if err != nil {
		return err
	}
	var want manifest
	if err := json.Unmarshal(text, &want); err != nil {
		return fmt.Errorf("%w: its manifest can't be read", ErrDamaged)
	}
	if want.Description != sums.Description || want.Keys != sums.Keys {
		return fmt.Errorf("%w: the checksum of its beginning is wrong", ErrDamaged)
	}
	if !slices.Equal(want.Tables, sums.Tables) {
		return fmt.Errorf("%w: the checksum of a table is wrong", ErrDamaged)
	}
	if r.next != "" {
		return fmt.Errorf("%w: %q comes after its end", ErrDamaged, r.next)
	}
	if _, err := io.Copy(io.Discard, r.compressed); err != nil {
		return convertError(err)
	}
	return nil
}
