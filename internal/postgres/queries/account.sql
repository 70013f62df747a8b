-- name: CreateUser :one
-- The account with what it owns, in one statement. No row: the name is taken.
with new_user as (
	insert into users (username, username_key, password_hash)
	values (@username, @username_key, @password_hash)
	on conflict (username_key) do nothing
	returning id
), owned as (
	insert into user_versions (user_id) select id from new_user
)
select id from new_user;

-- name: ListUsers :many
-- For the operator: every account, with its live sessions counted.
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

-- name: EndSessionsOfUser :execrows
-- Waits for a refresh under way on any of the rows; that refresh is ended with the rest.
update sessions set revoked_at = clock_timestamp(), revoke_reason = @reason::text
where user_id = @user_id and revoked_at is null;

-- name: DeleteUser :execrows
-- All that belongs to the account goes with it, sessions included.
delete from users where id = @user_id;
