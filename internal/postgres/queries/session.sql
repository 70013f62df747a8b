-- name: GetCredentials :one
select id, password_hash from users where username_key = @username_key;

-- name: GetCredentialsByID :one
select id, username, username_key, password_hash from users where id = @user_id;

-- name: ReplacePasswordHash :execrows
-- Stores a stronger hash of the same password. It does nothing if the password has changed meanwhile.
update users set password_hash = @new_hash where id = @user_id and password_hash = @old_hash;

-- name: CreateSession :one
-- Creates a session if the checked password is still the account's. The share lock waits for a password change or a deletion in
-- progress. A later one waits for this transaction, and so finds the session.
with checked as materialized (
	select u.id from users u where u.id = @user_id and u.password_hash = @verified_hash for share
), clock as materialized (
	select clock_timestamp() as now from checked
)
insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at,
	idle_expires_at, absolute_expires_at, user_agent, address)
select checked.id, 1, 0, date_trunc('second', clock.now), clock.now, '{}', '{}', clock.now, clock.now,
	least(clock.now + @refresh_ttl::interval, clock.now + @session_max::interval),
	clock.now + @session_max::interval, @user_agent, @address
from checked, clock
returning id, user_id, gen, gen_at, absolute_expires_at, auth_at, created_at as now;

-- name: RotateSession :one
-- The normal refresh in one statement: the token has the current generation, the session is alive, and the ring has room (its
-- second-oldest entry is past the grace). It does the same as the verdict rotated in internal/session/decide.go; 8 is its maxRecent.
-- No row: use LockSession instead.
--
-- If another transaction has locked the row, this waits. If that transaction changed the row, PostgreSQL evaluates the conditions
-- again, and they fail (gen is higher, or the session is revoked).
update sessions s set
	gen             = s.gen + 1,
	ack             = s.gen,
	gen_at          = date_trunc('second', clock.now),
	served_at       = clock.now,
	ring_gen        = (s.gen || s.ring_gen)[1:8],
	ring_at         = (clock.now || s.ring_at)[1:8],
	idle_expires_at = least(clock.now + @refresh_ttl::interval, s.absolute_expires_at)
from (select clock_timestamp() as now) as clock
where s.id = @session_id and s.user_id = @user_id and s.gen = @presented
	and s.revoked_at is null and s.idle_expires_at > clock.now and s.absolute_expires_at > clock.now
	and (cardinality(s.ring_at) < 8 or s.ring_at[7] <= clock.now - @grace::interval) and s.restored_gen is null
returning s.id, s.user_id, s.gen, s.gen_at, s.absolute_expires_at, s.auth_at, clock.now::timestamptz as now;

-- name: LockSession :one
-- For refreshes that RotateSession doesn't handle: decide.go decides what to change.
select id, user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, idle_expires_at, absolute_expires_at,
	auth_at, revoked_at, coalesce(restored_gen, 0)::bigint as restored_gen
from sessions
where id = @session_id and user_id = @user_id
for update;

-- name: Now :one
-- The database's clock, read after a row is locked.
select clock_timestamp()::timestamptz;

-- name: SaveSession :exec
-- Saves a row that LockSession has locked.
update sessions set
	gen = @gen, ack = @ack, gen_at = @gen_at, served_at = @served_at, ring_gen = @ring_gen, ring_at = @ring_at,
	idle_expires_at = @idle_expires_at, restored_gen = null
where id = @session_id and user_id = @user_id;

-- name: EndSession :execrows
-- Ends a session and records the event in the security log. The trigger session_revoked tells every replica.
with ended as (
	update sessions s set revoked_at = clock_timestamp(), revoke_reason = @reason::text
	where s.id = @session_id and s.user_id = @user_id and s.revoked_at is null
	returning s.user_id
)
insert into security_events (user_id, kind, address, user_agent, detail)
select ended.user_id, @event, @address, @user_agent, '' from ended;

-- name: ListEndedSessions :many
-- The sessions that ended after a time, by the database's clock.
select session_id, ended_at from ended_sessions where ended_at > @since order by ended_at;

-- name: ListSessionEnds :many
-- One batch of all sessions by primary key, with the time at which each ended or will end. This is the only query that scans a table:
-- call it rarely, with the last key of the previous batch.
select user_id, id, least(coalesce(revoked_at, 'infinity'), idle_expires_at, absolute_expires_at)::timestamptz as ended_at
from sessions where (user_id, id) > (@after_user_id::bigint, @after_id::uuid) order by user_id, id limit @batch_size;

-- name: DeleteSessions :execrows
-- A session has its user and its id at the same index of the arrays.
delete from sessions s using (select unnest(@user_ids::bigint[]) as user_id, unnest(@ids::uuid[]) as id) as old
where s.user_id = old.user_id and s.id = old.id;

-- name: ForgetEndedSessions :execrows
-- Deletes the records of sessions that ended before a time. Their access tokens must have expired.
delete from ended_sessions where ended_at < @before;

-- name: ReauthenticateSession :one
-- Renews the time of the login if the session is alive and the checked password is still the account's. For the share lock see
-- CreateSession.
with checked as materialized (
	select u.id from users u where u.id = @user_id and u.password_hash = @verified_hash for share
), clock as materialized (
	select clock_timestamp() as now from checked
)
update sessions s set auth_at = clock.now
from checked, clock
where s.id = @session_id and s.user_id = checked.id
	and s.revoked_at is null and s.idle_expires_at > clock.now and s.absolute_expires_at > clock.now
returning s.id, s.user_id, s.gen, s.gen_at, s.absolute_expires_at, s.auth_at, clock.now::timestamptz as now;

-- name: ListSessions :many
-- The user's sessions that have not ended, the last used first.
select id, created_at, greatest(served_at, auth_at)::timestamptz as last_used_at,
	least(idle_expires_at, absolute_expires_at)::timestamptz as expires_at, address, user_agent
from sessions
where user_id = @user_id and revoked_at is null
	and idle_expires_at > clock_timestamp() and absolute_expires_at > clock_timestamp()
order by greatest(served_at, auth_at) desc, id
limit 1000;

-- name: HasSession :one
select exists (select from sessions where id = @session_id and user_id = @user_id)::boolean;

-- name: EndSessions :many
-- Ends all sessions of the user except keep; the nil UUID excepts none. It waits for refreshes of these sessions in progress. Returns
-- the sessions that it has ended.
update sessions set revoked_at = clock_timestamp(), revoke_reason = @reason::text
where user_id = @user_id and id <> @keep and revoked_at is null
returning id;

-- name: GetClock :one
-- The database's clock, and the time of the last restore, or the epoch if there was none. A restore in the future is ignored: the clock
-- was set back since then, and otherwise no access token would be accepted.
select clock_timestamp()::timestamptz as now,
	coalesce((select max(restored_at) from restores where restored_at <= clock_timestamp()), 'epoch')::timestamptz as restored_at;
