package backup

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/gen/db"
)

// Finish makes a database that was restored safe to serve. backupAt is the moment of the backup; nil if it is unknown.
//
//   - No id is handed out again: not that of an account, which access tokens name, and not that of a recipe, which apps remember.
//   - Access tokens issued before now are rejected.
//   - Sessions continue with a token of the backup or of the lost time, once (docs/sessions.md); or they end.
//   - Codes for a new password are deleted: they may have been used.
func Finish(ctx context.Context, tx pgx.Tx, backupAt *time.Time, endSessions bool) (done Restored, err error) {
	all, err := sequences(ctx, tx)
	if err != nil {
		return done, err
	}
	for _, s := range all {
		s.Last += gap
		if err := setSequence(ctx, tx, s); err != nil {
			return done, err
		}
	}
	q := db.New(tx)
	if endSessions {
		done.Ended, err = q.EndRestoredSessions(ctx)
	} else {
		done.Continued, err = q.MarkRestoredSessions(ctx, gap)
	}
	if err != nil {
		return done, fmt.Errorf("prepare the sessions: %w", err)
	}
	if _, err := q.DeleteResetCodes(ctx); err != nil {
		return done, fmt.Errorf("delete the codes for a new password: %w", err)
	}
	if done.At, err = q.RecordRestore(ctx, backupAt); err != nil {
		return done, fmt.Errorf("record the restore: %w", err)
	}
	return done, nil
}

// setSequence continues the sequence of an identity column after the last value; 0: at the beginning.
func setSequence(ctx context.Context, tx pgx.Tx, s Sequence) error {
	_, err := tx.Exec(ctx, "select setval(pg_get_serial_sequence($1, $2), greatest($3::bigint, 1), $3 > 0)",
		pgx.Identifier{s.Table}.Sanitize(), s.Column, s.Last)
	if err != nil {
		return fmt.Errorf("set the sequence of %s.%s: %w", s.Table, s.Column, err)
	}
	return nil
}

// checkEmpty returns a [*NotEmptyError] unless the schema is empty.
func checkEmpty(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('e', 'i', 'a'))
		order by c.relname`)
	if err != nil {
		return fmt.Errorf("look into the database: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look into the database: %w", err)
	}
	if len(names) == 0 {
		return nil
	}
	schema, err := schemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if schema == 0 {
		return &NotEmptyError{fmt.Sprintf("%s%s", plural(len(names), "table"), listed(names, len(names)))}
	}
	return accounts(ctx, tx, schema)
}

// accounts describes a database of Ocipe.
func accounts(ctx context.Context, tx pgx.Tx, schema int64) error {
	rows, err := tx.Query(ctx, "select username from users order by id limit 3")
	if err != nil {
		return fmt.Errorf("list the accounts: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list the accounts: %w", err)
	}
	var count int
	if err := tx.QueryRow(ctx, "select count(*) from users").Scan(&count); err != nil {
		return fmt.Errorf("count the accounts: %w", err)
	}
	return &NotEmptyError{fmt.Sprintf("Ocipe's schema (version %d) and %s%s", schema, plural(count, "account"), listed(names, count))}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// listed returns the first names in parentheses.
func listed(names []string, count int) string {
	const shown = 3
	if count == 0 {
		return ""
	}
	text := strings.Join(names[:min(len(names), shown)], ", ")
	if count > shown {
		text += ", …"
	}
	return " (" + text + ")"
}
