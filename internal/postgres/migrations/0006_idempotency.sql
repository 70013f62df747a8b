-- +goose Up

-- The successful requests of the last 24 hours that had an idempotency key. A row is written in the transaction of the request.
create table idempotency_keys (
	user_id     bigint not null, -- not a foreign key: it would cost time. See forget_idempotency_keys
	key_hash    bytea not null, -- SHA-256 of the key
	fingerprint bytea not null, -- SHA-256 of the request
	-- The rows that the request's queries returned, as an array. A repeated request has the same body, so the server can build the same
	-- response from both. A response of megabytes takes a few kilobytes here.
	result      json not null,
	sealed      bytea,          -- a secret in the response, encrypted with the keys file and the key; null: it has none
	created_at  timestamptz not null default clock_timestamp(),
	primary key (user_id, key_hash)
);
create index idempotency_keys_by_time on idempotency_keys (created_at);

-- The same for registrations, whose keys belong to no user. No fingerprint is stored: the body has the password, so it would be a fast
-- hash of the password.
create table registration_keys (
	key_hash   bytea primary key, -- SHA-256 of the key
	user_id    bigint not null references users on delete cascade,
	username   text not null, -- as registered
	created_at timestamptz not null default clock_timestamp()
);
create index registration_keys_by_time on registration_keys (created_at);
create index registration_keys_by_user on registration_keys (user_id);

-- Begins a request with an idempotency key, and returns null. The error OC001 says that another request with this key is running, OC002
-- that one has succeeded. The lock is held until the end of the transaction, so that the request can't run twice at once.
-- +goose StatementBegin
create function claim_idempotency_key(owner bigint, hash bytea, lock bigint, keep interval) returns bigint language plpgsql volatile as $$
declare
	used timestamptz;
begin
	if not pg_try_advisory_xact_lock(lock) then
		raise exception 'the idempotency key is in use' using errcode = 'OC001';
	end if;
	select k.created_at into used from idempotency_keys k where k.user_id = owner and k.key_hash = hash;
	if used > clock_timestamp() - keep then
		raise exception 'the idempotency key was used' using errcode = 'OC002';
	elsif used is not null then
		delete from idempotency_keys k where k.user_id = owner and k.key_hash = hash;
	end if;
	return null;
end
$$;
-- +goose StatementEnd

-- Deletes the keys of a deleted account. A request locks the versions of its user before it writes its key, so no key is written later.
-- +goose StatementBegin
create function forget_idempotency_keys() returns trigger language plpgsql as $$
begin
	delete from idempotency_keys k where k.user_id = old.user_id;
	return null;
end
$$;
-- +goose StatementEnd

create trigger account_deleted after delete on user_versions for each row execute function forget_idempotency_keys();
