package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// The memory for the items of a list, in bytes. A page ends early if its items need more. A whole list is streamed.
const (
	pageBytes   = 2 << 20
	streamBytes = 256 << 10 // at a time
)

// A Part is the beginning of a list, or all of it.
type Part[Item any] struct {
	Items   []Item
	Version int64 // of the whole list
	Bytes   int   // the approximate memory of Items

	// Cut says that the page ends early because its items are large.
	Cut bool
	// Rest has the items that follow, if the whole list was requested and is long. The caller must close it. Nil: there are no more.
	Rest *Rest[Item]
}

// ReadPage is [List.Read] for a query that returns a page. It returns at least one item, and stops after about 2 MiB of them.
func (l List[Item]) ReadPage(ctx context.Context, d *DB, userID int64, known []int64) (Part[Item], error) {
	return l.read(ctx, d, request{userID: userID, known: known, bytes: pageBytes})
}

// ReadAll is [List.Read] for a list that may be long: [Part.Rest] keeps the connection for the items that aren't read yet. Only a few
// lists are streamed at once, so ReadAll may wait for up to 3 s if the list is long.
func (l List[Item]) ReadAll(ctx context.Context, d *DB, userID int64, known []int64) (Part[Item], error) {
	r := request{userID: userID, known: known, bytes: streamBytes, stream: true}
	part, err := l.read(ctx, d, r)
	if !errors.Is(err, errNoStream) {
		return part, err
	}
	if err := d.limits.streams.Take(ctx, userID, 1, d.limits.wait); err != nil {
		return Part[Item]{}, err
	}
	r.hasStream = true
	part, err = l.read(ctx, d, r)
	if part.Rest == nil { // it has become shorter meanwhile
		d.limits.streams.Give(userID, 1)
	}
	return part, err
}

// ReadPart is [List.ReadAll] for a whole list, and [List.ReadPage] for a page.
func (l List[Item]) ReadPart(ctx context.Context, d *DB, userID int64, known []int64, page bool) (Part[Item], error) {
	if page {
		return l.ReadPage(ctx, d, userID, known)
	}
	return l.ReadAll(ctx, d, userID, known)
}

// request describes which part of a list to read.
type request struct {
	userID    int64
	known     []int64
	bytes     int  // reading stops after this many bytes
	stream    bool // also read the rest
	hasStream bool // the call may stream the rest
}

// errNoStream says that a list is too long to read at once, and can't be streamed now.
var errNoStream = errors.New("no room for a stream")

func (l List[Item]) read(ctx context.Context, d *DB, r request) (part Part[Item], err error) {
	err = d.withConn(ctx, l.work(r.userID), func(ctx context.Context, conn *borrowedConn) error {
		part, err = l.readFrom(ctx, d, conn, r)
		return err
	})
	return part, readError(err)
}

func (l List[Item]) readFrom(ctx context.Context, d *DB, conn *borrowedConn, r request) (part Part[Item], err error) {
	dbtx := deadlineDB{conn, ctx}
	if len(r.known) > 0 {
		part.Version, err = l.version(ctx, dbtx, r.userID)
		if err != nil || slices.Contains(r.known, part.Version) {
			return part, err
		}
	}
	capture := &rowCapture{DBTX: dbtx, variant: l.Variant}
	if err := l.Query(db.New(capture)); err != nil {
		return Part[Item]{}, fmt.Errorf("%s: %w", l.Name, err)
	}
	s := &scanner[Item]{list: l, rows: capture.rows}
	part.Items, part.Bytes, err = s.next(nil, r.bytes)
	part.Version = s.version
	switch {
	case err != nil:
		s.rows.Close()
		return Part[Item]{}, fmt.Errorf("%s: %w", l.Name, err)
	case part.Items == nil:
		return Part[Item]{}, apperr.New(apperr.TokenNotValid)
	case s.done:
		s.rows.Close() // after the row of an empty list, the end may not have been read
		return part, s.rows.Err()
	case r.stream && (r.hasStream || d.limits.streams.Take(ctx, r.userID, 1, 0) == nil):
		part.Rest = newRest(conn, s, d)
		return part, nil
	}
	conn.drop() //nolint:contextcheck // the call's context may have ended. Reading the rest would take longer than a new connection
	s.rows.Close()
	if r.stream {
		return Part[Item]{}, errNoStream
	}
	part.Cut = true
	return part, nil
}

// scanner reads the rows of a list.
type scanner[Item any] struct {
	list    List[Item]
	rows    pgx.Rows
	item    Item
	dest    []any // pointers into item
	version int64
	done    bool // all rows have been read
}

// initialCap is the capacity for items while their number is unknown.
const initialCap = 32

// next appends to items until they take this number of bytes, or there are no more. It returns nil items if there is no row: the
// account has been deleted.
func (s *scanner[Item]) next(items []Item, bytes int) (_ []Item, size int, err error) {
	for size < bytes {
		if !s.rows.Next() {
			s.done = true
			return items, size, s.rows.Err()
		}
		if s.dest == nil { // the first row
			if s.dest, err = s.list.dest(s.rows, &s.item, &s.version); err != nil {
				return nil, 0, err
			}
			items = make([]Item, 0, initialCap)
		}
		if isEmptyList(s.rows) {
			s.done = true
			return items, 0, s.rows.Scan(append([]any{&s.version}, make([]any, len(s.dest)-1)...)...)
		}
		s.item = *new(Item)
		if err := s.rows.Scan(s.dest...); err != nil {
			return nil, 0, err
		}
		items = append(items, s.item)
		size += int(unsafe.Sizeof(s.item))
		for _, raw := range s.rows.RawValues() {
			size += len(raw)
		}
	}
	return items, size, nil
}

// A Rest reads the remaining items of a list. It keeps a connection until it is closed.
type Rest[Item any] struct {
	scanner *scanner[Item]
	conn    *borrowedConn
	db      *DB
	items   []Item
}

// newRest keeps the connection of a call for the rest of its list.
func newRest[Item any](conn *borrowedConn, s *scanner[Item], d *DB) *Rest[Item] {
	conn.streaming = true
	return &Rest[Item]{scanner: s, conn: conn, db: d}
}

// restTimeout is how long the database may take for the next items of a stream.
const restTimeout = 10 * time.Second

// Next returns the next items, or no items at the end. The items are valid until the next call. The receiver may be nil.
func (r *Rest[Item]) Next() ([]Item, error) {
	if r == nil || r.scanner.done {
		return nil, nil
	}
	if r.conn.call.end() {
		return nil, apperr.New(apperr.Overloaded) // the statement was canceled before this call
	}
	r.conn.call.set(time.Time{}, time.Now().Add(restTimeout)) //nolint:forbidigo // like the deadlines of contexts
	defer r.conn.call.end()                                   // no limit while the client reads
	clear(r.items)
	items, _, err := r.scanner.next(r.items[:0], streamBytes)
	r.items = items
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.scanner.list.Name, err)
	}
	return items, nil
}

// Close returns the connection to the pool. The receiver may be nil.
func (r *Rest[Item]) Close() {
	if r == nil {
		return
	}
	if !r.scanner.done {
		r.conn.drop()
	}
	r.scanner.rows.Close()
	r.db.limits.streams.Give(r.conn.permit.work.user, 1)
	r.conn.returnToPool()
}
