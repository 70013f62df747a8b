package contract

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/ocipe/ocipe/internal/budget"
)

// The sizes of bodies, in bytes. A body of more than freeBody takes its memory from a budget before it is read. It keeps the memory
// until the response is written, because its decoded form takes as much again.
const (
	freeBody      = 16 << 10 // about what a connection takes anyway
	smallBody     = 1 << 20
	initialBuffer = 4 << 10 // the first buffer; most bodies fit into it

	memoryWait          = 10 * time.Second // the maximum wait for memory
	anonymousMemoryWait = time.Second      // without a login; the body of a login is much smaller than freeBody
)

// bodyBudgets has the budgets of memory for bodies. Bodies without a login and small bodies have separate budgets, so that slow imports
// don't block them. Imports share the budget for processing, because decoding one takes several times its size.
type bodyBudgets struct {
	anonymous, small, large, processing *budget.Budget
}

func newBodyBudgets() bodyBudgets {
	return bodyBudgets{
		anonymous:  budget.New("memory for bodies without a login", 4<<20, 4<<20),
		small:      budget.New("memory for bodies", 12<<20, 4<<20),
		large:      budget.New("memory for large bodies", 32<<20, 16<<20),
		processing: budget.New("processing of large bodies", 16<<20, 16<<20),
	}
}

// bodyMemory is the memory that one body has taken, in bytes of each budget.
type bodyMemory struct {
	budgets    bodyBudgets
	user       int64 // 0: not logged in
	maxDecoded int64 // the maximum size after decoding; 0: no content coding

	anonymous, small, large, processing int64

	file *bodyFile // nil: the body isn't in a file
}

// read reads a body of at most limit bytes. The buffer grows with the bytes that have arrived, not with the announced length.
func (m *bodyMemory) read(ctx context.Context, from io.Reader, body *deadlineBody, limit int64) ([]byte, error) {
	text := make([]byte, 0, min(limit, initialBuffer)+1) // one more byte detects the end
	for {
		n, err := from.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if errors.Is(err, io.EOF) {
			return text, nil
		}
		if err != nil {
			return nil, err
		}
		if len(text) < cap(text) {
			continue
		}
		size := min(2*int64(cap(text)), limit+1)
		if err := m.take(ctx, body, min(size, limit), limit); err != nil {
			return nil, err
		}
		text = append(make([]byte, 0, size), text...)
	}
}

// take takes the memory for a body that has grown to size bytes. The first step beyond freeBody, and the one beyond smallBody, take all
// that the body may need. Otherwise bodies that hold some memory could wait for each other forever.
func (m *bodyMemory) take(ctx context.Context, body *deadlineBody, size, limit int64) error {
	begin := realTime()
	defer func() {
		if body != nil {
			body.begin = body.begin.Add(realTime().Sub(begin)) // the server read nothing meanwhile
		}
	}()
	switch {
	case size <= freeBody:
		return nil
	case m.user == 0:
		return takeIfNone(ctx, m.budgets.anonymous, 0, &m.anonymous, limit, anonymousMemoryWait)
	case size <= smallBody:
		return takeIfNone(ctx, m.budgets.small, m.user, &m.small, min(limit, smallBody), memoryWait)
	}
	return takeIfNone(ctx, m.budgets.large, m.user, &m.large, max(limit, m.maxDecoded), memoryWait)
}

// beginProcessing takes the memory that decoding a large body needs. It may wait until other large bodies have been processed.
func (m *bodyMemory) beginProcessing(ctx context.Context) error {
	if m.maxDecoded > smallBody {
		if err := takeIfNone(ctx, m.budgets.large, m.user, &m.large, m.maxDecoded, memoryWait); err != nil {
			return err
		}
	}
	if m.large == 0 {
		return nil
	}
	return takeIfNone(ctx, m.budgets.processing, m.user, &m.processing, m.large, memoryWait)
}

// endProcessing gives back the memory for processing. Call it before the response is written, because the client may read slowly.
func (m *bodyMemory) endProcessing() { giveBack(m.budgets.processing, m.user, &m.processing) }

// giveBack gives back all memory and closes the file.
func (m *bodyMemory) giveBack() {
	if m.file != nil {
		m.file.close()
	}
	m.endProcessing()
	giveBack(m.budgets.large, m.user, &m.large)
	giveBack(m.budgets.small, m.user, &m.small)
	giveBack(m.budgets.anonymous, 0, &m.anonymous)
}

// takeIfNone takes an amount from a budget, unless *taken shows that it was taken before.
func takeIfNone(ctx context.Context, from *budget.Budget, user int64, taken *int64, amount int64, wait time.Duration) error {
	if *taken > 0 {
		return nil
	}
	if err := from.Take(ctx, user, amount, wait); err != nil {
		return err
	}
	*taken = amount
	return nil
}

func giveBack(to *budget.Budget, user int64, taken *int64) {
	if *taken > 0 {
		to.Give(user, *taken)
		*taken = 0
	}
}
