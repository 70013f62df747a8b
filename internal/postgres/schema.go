package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The errors of [DB.CheckSchema] and [DB.Migrate] for a schema that this program must not use. The full text of the error says what to
// do.
var (
	ErrForeignSchema = errors.New("the database has tables of another application")
	ErrBrokenSchema  = errors.New("the schema is incomplete")
	ErrNewerSchema   = errors.New("the schema is newer than this program")
)

// Schema is the state of a database's schema. A version is the number of a migration.
type Schema struct {
	Version       int64  // the newest migration that was applied; 0: none
	Program       int64  // the newest migration of this program
	OldestProgram int64  // the newest migration that a program must have to serve the schema; 0: unknown
	MigratedBy    string // the version of the program that ran the last migration; empty: unknown

	applied []int64
}

// SchemaVersion returns the version of the schema that this program creates.
func SchemaVersion() int64 { return embedded[len(embedded)-1].version }

// CheckSchema reads the state of the schema, and changes nothing.
//
// It returns [ErrForeignSchema], [ErrBrokenSchema] or [ErrNewerSchema] if this program can neither serve nor migrate the schema. A
// newer schema is no error if it allows older programs to serve it.
func (d *DB) CheckSchema(ctx context.Context) (Schema, error) {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return Schema{}, fmt.Errorf("can't connect: %w", oneLine(err))
	}
	defer conn.Release()
	return d.readSchema(ctx, conn.Conn())
}

func (d *DB) readSchema(ctx context.Context, conn *pgx.Conn) (Schema, error) {
	s := Schema{Program: SchemaVersion()}
	var migrated bool
	var tables []string
	if err := conn.QueryRow(ctx, tablesSQL).Scan(&migrated, &tables); err != nil {
		return s, fmt.Errorf("look for tables: %w", err)
	}
	if migrated {
		if err := conn.QueryRow(ctx, appliedSQL).Scan(&s.applied); err != nil {
			return s, fmt.Errorf("read which migrations were applied: %w", err)
		}
	}
	if len(s.applied) == 0 {
		return s, checkForeign(tables)
	}
	s.Version = slices.Max(s.applied)
	if slices.Contains(tables, "schema_window") {
		if err := conn.QueryRow(ctx, windowSQL).Scan(&s.OldestProgram, &s.MigratedBy); err != nil {
			return s, fmt.Errorf("read which programs may serve the schema: %w; if the row is missing, restore the whole dump into an empty database", err)
		}
	}
	if s.Version <= s.Program {
		return s, checkComplete(ctx, conn, s)
	}
	if s.OldestProgram != 0 && s.OldestProgram <= s.Program {
		return s, nil // newer migrations may have dropped what this program's migrations created
	}
	if s.OldestProgram == 0 && !slices.Contains(tables, "user_versions") { // another application that also uses goose
		return s, checkForeign(append(tables, "goose_db_version"))
	}
	return s, d.newerSchemaError(s)
}

// tablesSQL doesn't count the tables of extensions.
const tablesSQL = `select to_regclass('goose_db_version') is not null, coalesce(array_agg(c.relname::text order by c.relname), '{}')
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'goose_db_version'
	and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

const (
	appliedSQL = `select coalesce(array_agg(version_id order by version_id), '{}') from goose_db_version where version_id > 0 and is_applied`
	windowSQL  = `select oldest_program, migrated_by from schema_window`
)

// maxNamed is the maximum number of objects that an error names.
const maxNamed = 5

func checkForeign(tables []string) error {
	if len(tables) == 0 {
		return nil
	}
	return fmt.Errorf("%w (%s) and no schema of Ocipe: create an empty database for Ocipe (createdb -E UTF8 -T template0 ocipe), and name that one. If these are "+
		"tables of Ocipe, the table goose_db_version is missing: restore the whole dump into an empty database", ErrForeignSchema, joinFirst(tables))
}

func (d *DB) newerSchemaError(s Schema) error {
	program, by := cmp.Or(d.Program, "this program"), "a newer program"
	if s.MigratedBy != "" {
		by = "ocipe " + s.MigratedBy
	}
	return fmt.Errorf("%w: the database has schema version %d, written by %s; %s has schema version %d. Start %s or a newer one instead. "+
		"To go back to this program, restore the dump that was made before the upgrade", ErrNewerSchema, s.Version, by, program, s.Program, by)
}

// checkComplete returns [ErrBrokenSchema] if an object that the applied migrations have created is missing, or a migration was skipped.
func checkComplete(ctx context.Context, conn *pgx.Conn, s Schema) error {
	var expected []string
	for _, m := range embedded {
		if slices.Contains(s.applied, m.version) {
			expected = slices.DeleteFunc(append(expected, m.creates...), func(name string) bool { return slices.Contains(m.drops, name) })
		} else if m.version < s.Version {
			return fmt.Errorf("%w: migration %d was not applied, but %d was: restore the whole dump into an empty database, or name another one",
				ErrBrokenSchema, m.version, s.Version)
		}
	}
	var missing []string
	if err := conn.QueryRow(ctx, missingSQL, expected).Scan(&missing); err != nil {
		return fmt.Errorf("look for what the migrations created: %w", err)
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: the migrations up to %d were applied, but what they created is missing: %s. Either a dump was restored only in part: "+
		"restore all of it into an empty database, in one transaction (psql -1). Or this is the database of another application: name another one",
		ErrBrokenSchema, s.Version, joinFirst(missing))
}

const missingSQL = `select coalesce(array_agg(name), '{}') from unnest($1::text[]) name where not exists (
	select from pg_class where relname = name and relnamespace = current_schema()::regnamespace
	union all select from pg_proc where proname = name and pronamespace = current_schema()::regnamespace
	union all select from pg_trigger t join pg_class c on c.oid = t.tgrelid where tgname = name and c.relnamespace = current_schema()::regnamespace
)`

func joinFirst(names []string) string {
	if len(names) > maxNamed {
		return strings.Join(names[:maxNamed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxNamed)
	}
	return strings.Join(names, ", ")
}

// embedded are the migrations of this program, in order.
var embedded = mustReadMigrations()

type migration struct {
	file    string
	text    string
	version int64
	creates []string // the names of tables, indexes, functions and triggers
	drops   []string
}

// objectLine is a line of a migration that creates or drops an object.
var objectLine = regexp.MustCompile(`(?m)^(create|drop) (?:or replace )?(?:unique )?(?:table|index|function|trigger) (?:if exists )?(\w+)`)

// mustReadMigrations reads the embedded migrations. It panics if one has no number, which every test would find.
func mustReadMigrations() []migration {
	var all []migration
	files, err := fs.Glob(migrations, "migrations/*.sql")
	for _, file := range files {
		m := migration{file: path.Base(file)}
		number, _, _ := strings.Cut(m.file, "_")
		var text []byte
		if m.version, err = strconv.ParseInt(number, 10, 64); err == nil {
			text, err = migrations.ReadFile(file)
		}
		if err != nil {
			break
		}
		for _, found := range objectLine.FindAllSubmatch(text, -1) {
			if string(found[1]) == "create" {
				m.creates = append(m.creates, string(found[2]))
			} else {
				m.drops = append(m.drops, string(found[2]))
			}
		}
		m.text = string(text)
		all = append(all, m)
	}
	if err != nil || len(all) == 0 {
		panic(fmt.Sprintf("read the embedded migrations: %v", err))
	}
	return all
}
