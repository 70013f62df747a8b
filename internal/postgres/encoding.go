package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Encoding is PostgreSQL's name of the encoding that a database must have.
const Encoding = "UTF8"

// ErrEncoding is returned for a database with another encoding than [Encoding]. There, PostgreSQL would take each byte of a text for a
// character: it would count wrong, and other programs would read wrong texts. The full text of the error says what to do.
var ErrEncoding = errors.New("the database needs the encoding " + Encoding)

// CheckEncoding returns [ErrEncoding] if the database has another encoding.
func CheckEncoding(ctx context.Context, conn *pgx.Conn) error {
	var encoding string
	if err := conn.QueryRow(ctx, "show server_encoding").Scan(&encoding); err != nil {
		return fmt.Errorf("read the encoding of the database: %w", err)
	}
	if encoding == Encoding {
		return nil
	}
	return fmt.Errorf("%w, but has %s: create one with createdb -E UTF8 -T template0 ocipe. To move the data of Ocipe, write it to a file with "+
		"`ocipe backup`, and restore it there with `ocipe restore`", ErrEncoding, encoding)
}
