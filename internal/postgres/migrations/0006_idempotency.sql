-- +goose Up

-- The requests of the last 24 hours that had an idempotency key and an effect. A row is written in the transaction of the effect.
create table idempotency_keys (
	user_id     bigint not null references user_versions on delete cascade,
	key_hash    bytea not null, -- SHA-256 of the key
	fingerprint bytea not null, -- SHA-256 of the request
	-- What the effect has returned, as an array of rows: the response is made of this and of the repeated request, which has the
	-- same body. So a response of megabytes takes some kilobytes here.
	result      json not null,
	sealed      bytea,          -- a secret in the response, encrypted with the keys file and the key; null: it has none
	created_at  timestamptz not null default clock_timestamp(),
	primary key (user_id, key_hash)
);
create index idempotency_keys_by_time on idempotency_keys (created_at);

-- The same for registrations, whose keys belong to no user. No fingerprint is stored: the password in the body would make it a fast
-- hash of the password.
create table registration_keys (
	key_hash   bytea primary key, -- SHA-256 of the key
	user_id    bigint not null references users on delete cascade,
	username   text not null, -- as registered
	created_at timestamptz not null default clock_timestamp()
);
create index registration_keys_by_time on registration_keys (created_at);
create index registration_keys_by_user on registration_keys (user_id);

-- Begins a request with an idempotency key: the error OC001 says that another one with this key is running, OC002 that one had an
-- effect. The lock is held until the end of the transaction, so that its effect is not repeated meanwhile.
-- +goose StatementBegin
create function claim_idempotency_key(owner bigint, hash bytea, lock bigint, keep interval) returns void language plpgsql volatile as $$
begin
	if not pg_try_advisory_xact_lock(lock) then
		raise exception 'the idempotency key is in use' using errcode = 'OC001';
	end if;
	if exists (select from idempotency_keys k where k.user_id = owner and k.key_hash = hash and k.created_at > clock_timestamp() - keep) then
		raise exception 'the idempotency key was used' using errcode = 'OC002';
	end if;
end
$$;
-- +goose StatementEnd
