-- +goose Up

-- An account. username is stored as typed (after NFKC), for display. username_key is its case-folded form, which is unique
-- and used to find the account.
create table users (
	id                  bigint generated always as identity primary key,
	username            text not null,
	username_key        text collate "C" not null unique,
	password_hash       text not null,
	created_at          timestamptz not null default clock_timestamp(),
	password_changed_at timestamptz not null default clock_timestamp()
);

-- The version after v: the time in microseconds, or v + 1 if the clock is not past v. So a version is not used again for other content
-- after the database was restored from a backup.
create function next_version(v bigint) returns bigint language sql volatile as
	$$ select greatest(v + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint) $$;

-- The version of each list of a user, created with the account (docs/adr/0010).
--
-- Every write bumps the version of a list before it changes the list, in the same transaction. So the writes of one user run one after
-- the other, on all replicas: this row is the lock.
create table user_versions (
	user_id   bigint primary key references users on delete cascade,
	recipes   bigint not null default next_version(0),
	fridge    bigint not null default next_version(0),
	checklist bigint not null default next_version(0),
	plans     bigint not null default next_version(0),
	foods     bigint not null default 0 -- 0: the user has never set a food (0009_foods.sql)
) with (fillfactor = 50); -- room for heap-only updates: every write updates it

create table fridge_items (
	id         bigint generated always as identity,
	user_id    bigint not null references user_versions on delete cascade,
	version    bigint not null, -- the version of the fridge at the last change of this row
	name       text not null,
	-- Compared by bytes, which is the order in the contract.
	group_name text collate "C" not null,
	-- The form in which names of groups are the same (internal/casefold). Items with the same key have the same group_name.
	group_key  text collate "C" not null,
	quantity    text not null default '', -- as typed; empty: unknown
	best_before date,
	opened      date,
	place       text not null default '', -- empty: unknown
	staple      boolean not null default false,
	primary key (user_id, id)
) with (fillfactor = 90);
create index fridge_items_by_user on fridge_items (user_id, group_name desc, id);
create index fridge_items_by_group on fridge_items (user_id, group_key, id);

-- The name of a user's group with this key: that of its oldest item other than the item that is about to join, or the name as typed if
-- there is no such item. It is called after the user's versions are locked. Because it is volatile, it sees the changes that were
-- committed while the statement waited for the lock, so a group never has two spellings.
-- +goose StatementBegin
create function fridge_group(owner bigint, key text, typed text, joining bigint) returns text language plpgsql volatile as $$
begin
	return coalesce((select f.group_name from fridge_items f
		where f.user_id = owner and f.group_key = key and f.id <> joining order by f.id limit 1), typed);
end
$$;
-- +goose StatementEnd

create table grocery_items (
	id         bigint generated always as identity,
	user_id    bigint not null references user_versions on delete cascade,
	version    bigint not null, -- the version of the checklist at the last change of this row
	item       text not null,
	is_checked boolean not null default false,
	food       text, -- the food for which a plan wrote the item; null: a person has written or changed it
	primary key (user_id, id)
) with (fillfactor = 90); -- a tick is a heap-only update

-- One row per session; neither a token nor its hash is stored. A refresh token names the session and a generation (gen); all
-- of its content can be computed from this row.
--
-- No column that a refresh changes is indexed, and pages keep free space: every refresh is a heap-only update.
create table sessions (
	-- Random: a number could be reused for another session after the database was restored.
	id                  uuid not null default gen_random_uuid(),
	user_id             bigint not null references users on delete cascade,
	gen                 bigint not null,       -- the current generation
	ack                 bigint not null,       -- the newest generation that was presented and accepted; 0: none yet
	gen_at              timestamptz not null,  -- when gen was issued, in whole seconds: the token's iat
	served_at           timestamptz not null,  -- when a token of gen was last sent
	ring_gen            bigint[] not null,     -- the last 8 accepted generations, the newest first …
	ring_at             timestamptz[] not null, -- … and when each was first presented
	created_at          timestamptz not null,
	auth_at             timestamptz not null,  -- when the user last sent a password; a refresh keeps it
	idle_expires_at     timestamptz not null,
	absolute_expires_at timestamptz not null,
	revoked_at          timestamptz,
	revoke_reason       text,
	user_agent          text not null,
	address             text not null,
	primary key (user_id, id),
	check (gen > ack and ack >= 0),
	check (cardinality(ring_gen) = cardinality(ring_at) and cardinality(ring_gen) <= 8),
	check ((revoked_at is null) = (revoke_reason is null))
) with (fillfactor = 55); -- the ring makes rows up to twice as long

-- The sessions that were ended before they expired, so that every replica rejects their access tokens; and the ended grants of
-- API tokens. A row is needed for the lifetime of an access token, even if the account is deleted.
create table ended_sessions (
	session_id uuid primary key,
	ended_at   timestamptz not null
);
create index ended_sessions_by_time on ended_sessions (ended_at);

-- Every transaction that ends a session (logout, reuse, a new password, a deleted account, an operator's own SQL) also records the end
-- here and notifies every replica.
-- +goose StatementBegin
create function announce_ended_session() returns trigger language plpgsql as $$
begin
	insert into ended_sessions (session_id, ended_at) values (old.id, clock_timestamp())
	on conflict (session_id) do nothing;
	perform pg_notify('ocipe_ended_sessions', old.id::text);
	return null;
end
$$;
-- +goose StatementEnd

create trigger session_revoked after update of revoked_at on sessions
	for each row when (old.revoked_at is null and new.revoked_at is not null)
	execute function announce_ended_session();

create trigger session_deleted after delete on sessions
	for each row when (old.revoked_at is null and old.idle_expires_at > now() - interval '1 day')
	execute function announce_ended_session();
