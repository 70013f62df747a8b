-- +goose Up

-- The programs that may serve this schema: those that have the migration with the number oldest_program. If older programs can't work
-- with a migration, the migration sets oldest_program to its own number, in its transaction. All other migrations leave it unchanged,
-- so replicas can be replaced one after the other (CONTRIBUTING.md).
create table schema_window (
	one_row        boolean primary key default true check (one_row),
	oldest_program bigint not null,
	migrated_by    text not null default '' -- the version of the program that ran the last migration
);
insert into schema_window (oldest_program) values (7);

-- The keys that sign tokens, without their private parts. A server that lacks one of them would reject valid tokens, and so log users
-- out. The first server writes the keys; a rotation adds one.
create table signing_keys (
	id             text collate "C" primary key, -- kid: the thumbprint of RFC 7638
	signs_from     timestamptz not null,         -- as in the keys file; the year 1: no limit
	verifies_until timestamptz not null
);
