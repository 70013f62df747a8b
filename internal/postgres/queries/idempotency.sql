-- name: ClaimKey :exec
-- The first statement of a transaction with several statements for a request with an idempotency key. It fails with OC001 if another
-- request with this key is running, and with OC002 if one has succeeded.
select claim_idempotency_key(@user_id, @key_hash, @lock, @keep::interval);

-- name: KeepResult :exec
-- Runs after ClaimKey, in the same transaction.
insert into idempotency_keys (user_id, key_hash, fingerprint, result, sealed)
values (@user_id, @key_hash, @fingerprint, @result, @sealed);

-- name: GetKeptResult :one
select fingerprint, result, sealed from idempotency_keys
where user_id = @user_id and key_hash = @key_hash and created_at > clock_timestamp() - @keep::interval;

-- name: DeleteOldKeys :execrows
-- Deletes one batch. A row that is updated meanwhile gets another ctid, and stays. Unlike clock_timestamp(), now() can use the index.
delete from idempotency_keys k where k.ctid = any(array(
	select o.ctid from idempotency_keys o where o.created_at <= now() - @keep::interval order by o.created_at limit @batch_size
));

-- name: TryLockKey :one
-- Locks an idempotency key until the end of the transaction, unless another transaction has locked it.
select pg_try_advisory_xact_lock(@lock);

-- name: KeepRegistration :exec
-- Runs after TryLockKey and FindRegistration, in the same transaction: an existing row has expired.
insert into registration_keys (key_hash, user_id, username) values (@key_hash, @user_id, @username)
on conflict (key_hash) do update set user_id = excluded.user_id, username = excluded.username, created_at = excluded.created_at;

-- name: FindRegistration :one
select r.username, u.password_hash from registration_keys r join users u on u.id = r.user_id
where r.key_hash = @key_hash and r.created_at > clock_timestamp() - @keep::interval;

-- name: DeleteOldRegistrationKeys :execrows
-- Deletes one batch, like DeleteOldKeys.
delete from registration_keys k where k.ctid = any(array(
	select o.ctid from registration_keys o where o.created_at <= now() - @keep::interval order by o.created_at limit @batch_size
));
