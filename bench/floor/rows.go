package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// objects reads rows and writes each as a JSON object, with a member for each column except version.
type objects struct {
	rows    pgx.Rows
	keys    []string // of all columns but the version, with their punctuation
	values  []any    // scanned
	version int64    // of the last row; 0: there is no such column
}

// servings is the key of a column that is left out if it is 0: the recipe doesn't say.
const servings = `,"servings":`

// keysOf caches the keys by statement.
var keysOf sync.Map

func (f *floor) query(ctx context.Context, sql string, args ...any) (*objects, error) {
	rows, err := f.db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	o := &objects{rows: rows}
	cached, known := keysOf.Load(sql)
	if known {
		o.keys = cached.([]string)
	}
	for _, column := range rows.FieldDescriptions() {
		if column.Name == "version" {
			o.values = append(o.values, &o.version)
			continue
		}
		if !known {
			o.keys = append(o.keys, fmt.Sprintf(",%q:", column.Name))
		}
		o.values = append(o.values, destination(column.DataTypeOID))
	}
	if !known {
		keysOf.Store(sql, o.keys)
	}
	return o, nil
}

func destination(oid uint32) any {
	switch oid {
	case pgtype.Int8OID:
		return new(int64)
	case pgtype.BoolOID:
		return new(bool)
	case pgtype.JSONOID:
		return new([]byte)
	case pgtype.TimestamptzOID:
		return new(time.Time)
	}
	return new(string)
}

// append scans the row and appends it. The version is the last column, if there is one.
func (o *objects) append(b []byte) ([]byte, error) {
	if err := o.rows.Scan(o.values...); err != nil {
		return b, err
	}
	begin := len(b)
	for i, key := range o.keys {
		if number, ok := o.values[i].(*int64); ok && *number == 0 && key == servings {
			continue
		}
		b = append(b, key...)
		switch v := o.values[i].(type) {
		case *int64:
			b = strconv.AppendInt(b, *v, 10)
		case *bool:
			b = strconv.AppendBool(b, *v)
		case *[]byte:
			b = append(b, *v...)
		case *time.Time:
			b = appendTime(b, *v)
		case *string:
			b = appendText(b, *v)
		}
	}
	b[begin] = '{' // instead of the comma
	return append(b, '}'), nil
}

// respondOne responds with the only row of a statement.
func (f *floor) respondOne(w http.ResponseWriter, r *http.Request, sql string, args ...any) error {
	o, err := f.query(r.Context(), sql, args...)
	if err != nil {
		return err
	}
	defer o.rows.Close()
	if !o.rows.Next() {
		return cmp.Or(o.rows.Err(), pgx.ErrNoRows)
	}
	b, err := o.append(nil)
	if err != nil {
		return err
	}
	o.rows.Close()
	if err := o.rows.Err(); err != nil {
		return err
	}
	setTag(w, o.version)
	return writeJSON(w, http.StatusOK, b)
}

// buffers has buffers for reuse, which are large enough for most responses.
var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 64<<10)) }}

// respondAll responds with an array of all rows of a statement.
func (f *floor) respondAll(w http.ResponseWriter, r *http.Request, sql string, args ...any) error {
	o, err := f.query(r.Context(), sql, args...)
	if err != nil {
		return err
	}
	defer o.rows.Close()
	buffer := buffers.Get().(*[]byte)
	b := (*buffer)[:0]
	defer func() { *buffer = b; buffers.Put(buffer) }()
	b = append(b, '[')
	for first := true; o.rows.Next(); first = false {
		if !first {
			b = append(b, ',')
		}
		if b, err = o.append(b); err != nil {
			return err
		}
	}
	if err := o.rows.Err(); err != nil {
		return err
	}
	b = append(b, ']')
	setTag(w, o.version)
	return writeJSON(w, http.StatusOK, b)
}
