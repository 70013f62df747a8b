package validate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxElement is the maximum size, in bytes, of an element of a list in a body that is read with [Schema.File], and of everything
// between two elements. It limits the memory.
const MaxElement = 4 << 20

// ErrElementTooLarge is returned by [Schema.File] for a body that exceeds [MaxElement].
var ErrElementTooLarge = errors.New("an element of the body is too large")

// File checks a body as [Schema.Body] does, but reads it from a file of the given size. Result.Normal is nil.
//
// It calls each with the normal form of every element of the lists that are members of the body, and the name of the list,
// in the order of the file, until it finds an invalid member. It does the same with every member that is an object. The element is
// valid until each returns. If each returns an error, File stops and returns that error. Each may be nil.
//
// It returns a [Malformed] as Body does, [ErrElementTooLarge], or an error of the file.
func (s *Schema) File(body io.ReaderAt, size int64, each func(member string, element []byte) error) (Result, error) {
	file := &fileReader{body: body, size: size, each: each}
	head, err := file.window(0)
	if err != nil {
		return Result{}, err
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		file.start = int64(len(byteOrderMark))
	}
	file.source = io.NewSectionReader(body, file.start, size-file.start)
	r := &bodyReader{file: file}
	r.dec.Reset(file)
	if r.dec.PeekKind() != '{' {
		return Result{}, file.readError(notAnObject(head))
	}
	if err := s.root.read(r); err != nil {
		return Result{}, file.readError(file.syntaxError(err))
	}
	if err := file.trailingData(r.dec.InputOffset()); err != nil {
		return Result{}, err
	}
	return Result{Invalid: r.invalidMembers(), Ignored: r.ignored}, nil
}

// fileReader is the part of a [bodyReader] that a body in a file needs.
type fileReader struct {
	body   io.ReaderAt
	source io.Reader // the body without its byte order mark
	size   int64
	start  int64 // of the text, behind the byte order mark
	each   func(member string, element []byte) error

	consumed   int64 // by the decoder
	elementEnd int64 // where the last element ended
	err        error // other than a syntax error
}

// Read reads the body for the decoder, which keeps what it hasn't decoded yet.
func (f *fileReader) Read(p []byte) (int, error) {
	if f.consumed-f.elementEnd > MaxElement {
		f.err = ErrElementTooLarge
		return 0, f.err
	}
	n, err := f.source.Read(p)
	f.consumed += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = fmt.Errorf("read the body: %w", err)
	}
	return n, err
}

// endElement passes the element of a list, or an object, to each, if the list or the object is a member of the body. The normal form
// of the element begins at begin.
func (f *fileReader) endElement(r *bodyReader, begin int) (err error) {
	if len(r.path) == 0 || bytes.IndexByte(r.path, '.') >= 0 {
		return nil
	}
	f.elementEnd = r.dec.InputOffset()
	if f.each != nil && len(r.errors.found) == 0 {
		err = f.each(string(r.path), r.out[begin:])
		f.err = err
	}
	r.out = r.out[:begin]
	return err
}

// readError returns the error that ended the reading: f.err if there is one, else the syntax error.
func (f *fileReader) readError(syntax error) error {
	if f.err != nil {
		return f.err
	}
	return syntax
}

// maxWindow is how many bytes of the body are read to say what is wrong at a place.
const maxWindow = 64 << 10

// window returns the part of the body that begins at offset.
func (f *fileReader) window(offset int64) ([]byte, error) {
	text := make([]byte, min(maxWindow, f.size-offset))
	if _, err := f.body.ReadAt(text, offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	return text, nil
}

// syntaxError calls the function syntaxError with the part of the body around the error.
func (f *fileReader) syntaxError(err error) error {
	found, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return err
	}
	offset := found.ByteOffset + f.start
	if errors.Is(err, io.ErrUnexpectedEOF) {
		offset = f.size
	}
	begin := max(0, offset-maxWindow/2)
	text, windowErr := f.window(begin)
	if windowErr != nil {
		return windowErr
	}
	near := *found
	near.ByteOffset = offset - begin
	if bytes.HasPrefix(text, byteOrderMark) {
		near.ByteOffset -= int64(len(byteOrderMark)) // which syntaxError adds
	}
	return f.place(syntaxError(text, &near), begin)
}

// trailingData returns an error if the body goes on after its object, which ends at end without the byte order mark.
func (f *fileReader) trailingData(end int64) error {
	for offset := end + f.start; offset < f.size; {
		text, err := f.window(offset)
		if err != nil {
			return err
		}
		if rest := bytes.TrimLeft(text, " \t\r\n"); len(rest) > 0 {
			begin := offset + int64(len(text)-len(rest))
			return f.place(&Malformed{Reason: "There is more after the JSON object"}, begin)
		}
		offset += int64(len(text))
	}
	return nil
}

// place returns an error with its place in the body. The offset of m counts from begin.
func (f *fileReader) place(m *Malformed, begin int64) error {
	offset := begin + int64(m.Offset)
	line, column := 1, 1
	for at := f.start; at < offset; {
		text, err := f.window(at)
		if err != nil {
			return err
		}
		text = text[:min(int64(len(text)), offset-at)]
		at += int64(len(text))
		if end := bytes.LastIndexByte(text, '\n'); end >= 0 {
			line, column = line+bytes.Count(text, []byte("\n")), 1
			text = text[end+1:]
		}
		column += characters(text)
	}
	return &Malformed{m.Reason, line, column, int(offset)}
}

// characters counts the characters that begin in a part of a text.
func characters(text []byte) (count int) {
	for _, b := range text {
		if utf8.RuneStart(b) {
			count++
		}
	}
	return count
}
