-- name: CreateUser :one
-- Creates the account, the versions of its lists and its first event in one statement. No row: the name is taken. It deletes earlier
-- login failures for the name, which must not delay the owner's first login.
with clock as materialized (
	select clock_timestamp() as now
), new_user as (
	insert into users (username, username_key, password_hash, created_at, password_changed_at)
	select @username, @username_key, @password_hash, clock.now, clock.now from clock
	on conflict (username_key) do nothing
	returning id
), owned as (
	insert into user_versions (user_id) select id from new_user
), event as (
	insert into security_events (user_id, kind, address, user_agent, detail)
	select id, 'registered', @address, @user_agent, '' from new_user
), forgotten as (
	delete from login_failures f using new_user where f.account = @account::bytea
)
select id from new_user;

-- name: ListUsers :many
-- For the operator: every account with the number of its live sessions.
select u.id, u.username, u.created_at,
	(select count(*) from sessions s
	  where s.user_id = u.id and s.revoked_at is null
	    and s.idle_expires_at > clock_timestamp() and s.absolute_expires_at > clock_timestamp()) as live_sessions
from users u
order by u.id;

-- name: GetUser :one
select id, username from users where username_key = @username_key;

-- name: SetPassword :execrows
update users set password_hash = @password_hash, password_changed_at = clock_timestamp() where id = @user_id;

-- name: DeleteUser :exec
-- Deletes the account with its sessions and all other rows that belong to it.
delete from users where id = @user_id;

-- name: GetAccount :one
-- The account as its owner sees it.
select u.id, u.username, u.created_at, u.password_changed_at,
	(select count(*) from sessions s
	  where s.user_id = u.id and s.revoked_at is null
	    and s.idle_expires_at > clock_timestamp() and s.absolute_expires_at > clock_timestamp()) as live_sessions,
	(select count(*) from api_tokens t where t.user_id = u.id and t.expires_at > clock_timestamp()) as api_tokens
from users u
where u.id = @user_id;

-- name: RenameUser :execrows
-- No row: the account has been deleted. A unique violation: the name is taken.
update users set username = @username, username_key = @username_key where id = @user_id;

-- name: LockUsername :one
-- Returns the name of the account, and locks it until the end of the transaction.
select username, username_key from users where id = @user_id for update;

-- name: ChangePassword :execrows
-- No row: the password has changed since it was checked.
update users set password_hash = @new_hash, password_changed_at = clock_timestamp()
where id = @user_id and password_hash = @old_hash;

-- name: LockUser :one
-- Runs before the sessions are locked. A password change locks in the same order, so the two can't deadlock.
select id from users where id = @user_id for update;
