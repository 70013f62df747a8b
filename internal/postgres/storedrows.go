package postgres

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// storedRows are stored rows, read from a JSON array of objects whose members are the columns in their order. Only the methods below
// may be called.
type storedRows struct {
	pgx.Rows
	rest []json.RawMessage
	row  json.RawMessage
}

func newStoredRows(text []byte) (*storedRows, error) {
	r := &storedRows{}
	if err := json.Unmarshal(text, &r.rest); err != nil {
		return nil, fmt.Errorf("decode the kept rows: %w", err)
	}
	return r, nil
}

// Next reports whether there is another row.
func (r *storedRows) Next() bool {
	if len(r.rest) == 0 {
		return false
	}
	r.row, r.rest = r.rest[0], r.rest[1:]
	return true
}

// Scan decodes the columns of the row.
func (r *storedRows) Scan(dest ...any) error {
	columns := json.NewDecoder(bytes.NewReader(r.row))
	if _, err := columns.Token(); err != nil {
		return fmt.Errorf("decode a kept row: %w", err)
	}
	for i, d := range dest {
		name, err := columns.Token()
		if err == nil {
			err = columns.Decode(d)
		}
		if err != nil {
			return fmt.Errorf("decode column %d of a kept row, %v: %w", i, name, err)
		}
	}
	if columns.More() {
		return errors.New("a kept row has more columns than the query")
	}
	return nil
}

// Err returns nil: all rows have been read.
func (r *storedRows) Err() error { return nil }

// Close does nothing.
func (r *storedRows) Close() {}
