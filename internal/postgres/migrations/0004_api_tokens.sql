-- +goose Up

-- The API tokens of an account, for scripts. The token itself isn't stored: with 178 random bits, a plain SHA-256 can't be reversed.
create table api_tokens (
	id           bigint generated always as identity,
	user_id      bigint not null references user_versions on delete cascade,
	hash         bytea not null unique check (octet_length(hash) = 32),
	-- Identifies the data that a server may have cached for the token. It is replaced when the scopes change.
	grant_id     uuid not null unique default gen_random_uuid(),
	name         text not null,
	scopes       text[] collate "C" not null check (cardinality(scopes) > 0),
	created_at   timestamptz not null default clock_timestamp(),
	expires_at   timestamptz not null,
	last_used_at timestamptz, -- the beginning of the hour; null: never used
	user_agent   text not null, -- of the client that created it
	address      text not null,
	primary key (user_id, id)
) with (fillfactor = 80); -- the time of the last use is a heap-only update
create index api_tokens_by_expiry on api_tokens (expires_at);

-- Every transaction that ends a grant (a revoked token, other scopes, a deleted account, an operator's own SQL) tells every server, in
-- the same way as the end of a session.
-- +goose StatementBegin
create function announce_ended_grant() returns trigger language plpgsql as $$
begin
	insert into ended_sessions (session_id, ended_at) values (old.grant_id, clock_timestamp())
	on conflict (session_id) do nothing;
	perform pg_notify('ocipe_ended_sessions', old.grant_id::text);
	return null;
end
$$;
-- +goose StatementEnd

create trigger grant_replaced after update of grant_id on api_tokens
	for each row when (old.grant_id <> new.grant_id)
	execute function announce_ended_grant();

create trigger grant_deleted after delete on api_tokens
	for each row when (old.expires_at > now() - interval '1 day')
	execute function announce_ended_grant();
