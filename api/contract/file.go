package contract

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/validate"
)

// checkFile is checkBody for x-body-in-file. It receives the body into a temporary file, with no more memory than a small body takes.
// Then it takes its share of the budget for processing large bodies.
func (g *Guard) checkFile(op *operation, w http.ResponseWriter, r *http.Request) (elements request.Elements, ignored []string, memory *bodyMemory, err error) {
	memory = &bodyMemory{budgets: g.bodies, user: request.UserID(r)}
	elements, ignored, err = g.receiveAndCheck(op, w, r, memory)
	if err != nil {
		memory.giveBack()
		return nil, ignored, nil, err
	}
	return elements, ignored, memory, nil
}

func (g *Guard) receiveAndCheck(op *operation, w http.ResponseWriter, r *http.Request, memory *bodyMemory) (request.Elements, []string, error) {
	f, err := g.newBodyFile(request.UserID(r))
	if err != nil {
		return nil, nil, err
	}
	memory.file = f
	if err = f.receive(op, w, r); err != nil {
		return nil, nil, err
	}
	if err = takeIfNone(r.Context(), g.bodies.processing, memory.user, &memory.processing, max(1, min(f.size, maxFileProcessing)), memoryWait); err != nil {
		return nil, nil, err
	}
	return checkElements(op, f, f.size)
}

// checkElements checks a body in a file. It returns its elements and the names of the members that the contract doesn't know.
func checkElements(op *operation, body io.ReaderAt, size int64) (request.Elements, []string, error) {
	found, err := op.body.File(body, size, nil)
	if err = fileError(found, err); err != nil {
		return nil, found.Ignored, err
	}
	return func(each func(member string, element []byte) error) error {
		_, err := op.body.File(body, size, each)
		return err
	}, found.Ignored, nil
}

// BodyInFile checks a body that wasn't sent by HTTP against an operation, which must have x-body-in-file, and returns its elements.
// An invalid body gets the same errors as in a request: those with the status 400 or 413.
func (c *Contract) BodyInFile(method, path string, body io.ReaderAt, size int64) (request.Elements, error) {
	op, err := c.operation(method, path)
	if err != nil {
		return nil, err
	}
	if size > op.maxBytes {
		return nil, problem.TooLarge(op.maxBytes)
	}
	elements, _, err := checkElements(op, body, size)
	return elements, err
}

// maxFileProcessing is the maximum, in bytes, that a body in a file takes from the budget for processing. Its elements are decoded one at
// a time.
const maxFileProcessing = 8 << 20

// fileError returns the error to respond with after a body in a file was checked; nil if it is valid.
func fileError(found validate.Result, err error) error {
	malformed := new(validate.Malformed)
	switch {
	case errors.As(err, &malformed):
		return &apperr.Error{Code: problem.MalformedBody, Detail: malformed.Error()}
	case errors.Is(err, validate.ErrElementTooLarge):
		return &apperr.Error{Code: problem.BodyTooLarge, Detail: fmt.Sprintf("One element of the body is larger than %d bytes.", validate.MaxElement)}
	case err != nil:
		return err
	case len(found.Invalid) > 0:
		return apperr.Invalid(found.Invalid...)
	}
	return nil
}

// bodyFile is a temporary file with a decoded body.
type bodyFile struct {
	file   *os.File
	size   int64
	taken  int64 // the bytes taken from the budget
	userID int64
	budget *fileBudget
}

func (g *Guard) newBodyFile(userID int64) (*bodyFile, error) {
	file, err := os.CreateTemp("", "ocipe-body-*")
	if err != nil {
		return nil, fmt.Errorf("create a file for the body: %w", err)
	}
	_ = os.Remove(file.Name()) // the system deletes it when it is closed, even if the program crashes
	return &bodyFile{file: file, userID: userID, budget: g.files}, nil
}

// receive writes the body to the file. It returns the first error in this order: content type, size, arrival, content coding; or
// [apperr.Overloaded] if the files of other bodies take too much space.
func (f *bodyFile) receive(op *operation, w http.ResponseWriter, r *http.Request) error {
	sent, coding, err := openBody(op, w, r)
	if err != nil {
		return err
	}
	arriving := &arrivingBody{Reader: bufio.NewReader(sent)}
	reader := io.Reader(arriving)
	if coding != "" {
		decoded, err := decoders[coding](arriving)
		if err != nil {
			return f.receiveError(op, coding, arriving, err)
		}
		reader = decoded
	}
	to := io.Writer(f)
	if key := request.Of(r).Key; key != nil {
		to = io.MultiWriter(f, key)
	}
	_, err = io.Copy(to, io.LimitReader(reader, op.maxBytes+1))
	switch {
	case err != nil:
		return f.receiveError(op, coding, arriving, err)
	case f.size > op.maxBytes:
		return tooLargeDecoded(op.maxBytes)
	}
	if body, ok := r.Body.(*deadlineBody); ok {
		body.end()
	}
	return nil
}

// receiveError returns the error for a body that couldn't be received.
func (f *bodyFile) receiveError(op *operation, coding string, arriving *arrivingBody, err error) error {
	_, known := errors.AsType[*apperr.Error](err)
	switch {
	case arriving.err != nil:
		return readError(op, arriving.err)
	case known, coding == "":
		return err
	}
	return invalidCoding(coding)
}

// arrivingBody keeps the error of the connection, because a decoder may replace it.
type arrivingBody struct {
	*bufio.Reader
	err error
}

// Read reads from the connection.
func (a *arrivingBody) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		a.err = err
	}
	return n, err
}

// Write appends to the file. It takes space from the budget first.
func (f *bodyFile) Write(p []byte) (int, error) {
	if size := f.size + int64(len(p)); size > f.taken && size > smallBody {
		if !f.budget.take(f.userID, smallBody) {
			return 0, apperr.Busy(apperr.Overloaded, apperr.RetrySoon, errors.New("the files of bodies take too much space"))
		}
		f.taken += smallBody
	}
	n, err := f.file.Write(p)
	f.size += int64(n)
	if err != nil {
		err = fmt.Errorf("write the body to a file: %w", err)
	}
	return n, err
}

// ReadAt reads a part of the body.
func (f *bodyFile) ReadAt(p []byte, offset int64) (int, error) { return f.file.ReadAt(p, offset) }

func (f *bodyFile) close() {
	_ = f.file.Close() // the content is no longer needed
	f.budget.give(f.userID, f.taken)
}

// The maximum space, in bytes, of the files of all bodies and of the bodies of one user. Bodies of up to smallBody bytes don't count.
const (
	maxFiles     = 1 << 30
	maxUserFiles = 256 << 20
)

// fileBudget counts the space that the files of bodies take.
type fileBudget struct {
	mu     sync.Mutex
	total  int64
	byUser map[int64]int64
}

// take takes size bytes for a file of the user. It takes nothing and returns false if there is too little space.
func (b *fileBudget) take(userID, size int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.total+size > maxFiles || b.byUser[userID]+size > maxUserFiles {
		return false
	}
	b.total += size
	b.byUser[userID] += size
	return true
}

// give gives back size bytes that the user has taken.
func (b *fileBudget) give(userID, size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total -= size
	b.byUser[userID] -= size
	if b.byUser[userID] == 0 {
		delete(b.byUser, userID)
	}
}
