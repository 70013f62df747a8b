package backup

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Finish makes a restored database safe to serve. backupAt is the time of the backup; nil: unknown.
//
//   - No id is used again, such as that of an account, which access tokens name, or of a recipe, which apps remember.
//   - Access tokens issued before now are rejected.
//   - Sessions continue with a token of the backup or of the lost time, once (docs/sessions.md). With endSessions they end.
//   - Codes for a new password are deleted, because they may have been used.
func Finish(ctx context.Context, tx pgx.Tx, backupAt *time.Time, endSessions bool) (done Restored, err error) {
	all, err := sequences(ctx, tx)
	if err != nil {
		return done, err
	}
	for _, s := range all {
		s.Last += idGap
		if err := setSequence(ctx, tx, s); err != nil {
			return done, err
		}
	}
	if endSessions {
		done.Ended, err = execute(ctx, tx, "end the sessions", endSessionsSQL)
	} else {
		done.Continued, err = execute(ctx, tx, "prepare the sessions", continueSessionsSQL, idGap)
	}
	if err != nil {
		return done, err
	}
	if _, err := execute(ctx, tx, "delete the codes for a new password", "delete from password_reset_codes"); err != nil {
		return done, err
	}
	if err := tx.QueryRow(ctx, recordRestoreSQL, backupAt).Scan(&done.At); err != nil {
		return done, fmt.Errorf("record the restore: %w", err)
	}
	return done, nil
}

// These statements read whole tables. The server's queries never do that.
const (
	endSessionsSQL = `update sessions set revoked_at = clock_timestamp(), revoke_reason = 'restore' where revoked_at is null`

	// Generations beyond the gap were never issued. So the generations of the lost time are below it, and those after the restore above.
	continueSessionsSQL = `update sessions set restored_gen = coalesce(restored_gen, gen), gen = gen + $1::bigint
		where revoked_at is null and idle_expires_at > clock_timestamp() and absolute_expires_at > clock_timestamp()`

	// This waits for the beginning of the next second, because the iat of a token is in whole seconds.
	recordRestoreSQL = `with next as materialized (
			select date_trunc('second', clock_timestamp()) + interval '1 second' as second
		), waited as materialized (
			select next.second, pg_sleep_until(next.second) from next
		)
		insert into restores (restored_at, backup_at) select waited.second, $1::timestamptz from waited
		on conflict (restored_at) do update set backup_at = excluded.backup_at
		returning restored_at`
)

// execute runs a statement and returns the number of changed rows.
func execute(ctx context.Context, tx pgx.Tx, step, sql string, args ...any) (rows int64, err error) {
	tag, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", step, err)
	}
	return tag.RowsAffected(), nil
}

// setSequence sets the last value of the sequence of an identity column; 0: no value was used.
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
		return &NotEmptyError{fmt.Sprintf("%s%s", plural(len(names), "table"), inParentheses(names, len(names)))}
	}
	return accountsError(ctx, tx, schema)
}

// accountsError returns a [*NotEmptyError] that describes a database of Ocipe.
func accountsError(ctx context.Context, tx pgx.Tx, schema int64) error {
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
	return &NotEmptyError{fmt.Sprintf("Ocipe's schema (version %d) and %s%s", schema, plural(count, "account"), inParentheses(names, count))}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// inParentheses returns the first names in parentheses.
func inParentheses(names []string, count int) string {
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
