-- name: RecordEvent :exec
-- Records nothing for a deleted account. The lock waits for a deletion in progress, which the foreign key would find too late.
insert into security_events (user_id, kind, address, user_agent, detail)
select u.id, @kind, @address, @user_agent, @detail from users u where u.id = @user_id for key share;

-- name: ListEvents :many
-- A page of a user's security log, the newest first.
select id, at, kind, address, user_agent, detail
from security_events
where user_id = @user_id and id < @before_id and at > clock_timestamp() - @keep::interval
order by id desc
limit sqlc.narg(at_most)::bigint;

-- name: DeleteOldEvents :execrows
-- Deletes one batch. Events never change, so their ctid is stable.
delete from security_events where ctid = any (array(
	select e.ctid from security_events e where e.at <= clock_timestamp() - @keep::interval order by e.at limit @batch_size
));

-- name: SetResetCode :exec
-- Replaces an earlier code.
insert into password_reset_codes (user_id, code_hash, expires_at)
values (@user_id, @code_hash, clock_timestamp() + @lifetime::interval)
on conflict (user_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at;

-- name: FindResetCode :one
-- The account to which the code belongs. No row: there is no such account, or the code is wrong, expired or used.
select u.id, u.username from users u join password_reset_codes c on c.user_id = u.id
where u.username_key = @username_key and c.code_hash = @code_hash and c.expires_at > clock_timestamp();

-- name: UseResetCode :execrows
-- A code can be used once: of several concurrent calls, only one deletes it.
delete from password_reset_codes
where user_id = @user_id and code_hash = @code_hash and expires_at > clock_timestamp();

-- name: DeleteOldResetCodes :execrows
delete from password_reset_codes where expires_at <= clock_timestamp();
