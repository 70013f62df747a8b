-- name: CreateAPIToken :one
-- Runs after BumpVersions, in the same transaction: the lock makes the count right. No row: the account has max_tokens already.
with made as (
	insert into api_tokens (user_id, hash, name, scopes, created_at, expires_at, user_agent, address)
	select @user_id, @hash, @name, @scopes::text[], clock.now, clock.now + @lifetime::interval, @user_agent, @address
	from (select clock_timestamp() as now) as clock
	where (select count(*) from api_tokens t where t.user_id = @user_id) < @max_tokens::bigint
	returning id, user_id, name, scopes, created_at, expires_at, user_agent, address
), event as (
	insert into security_events (user_id, kind, address, user_agent, detail)
	select made.user_id, 'api_token_created', made.address, made.user_agent, made.name from made
) /* KEEP */
select made.id, made.name, made.scopes, made.created_at, made.expires_at, made.user_agent, made.address from made;

-- name: ListAPITokens :many
-- All tokens of a user, also expired ones, the newest first.
select id, name, scopes, created_at, expires_at, last_used_at, user_agent, address
from api_tokens where user_id = @user_id order by id desc;

-- name: GetAPIToken :one
select id, name, scopes, created_at, expires_at, last_used_at, user_agent, address
from api_tokens where id = @id and user_id = @user_id;

-- name: UpdateAPIToken :one
-- A null parameter leaves its column unchanged. New scopes make a new grant: the trigger grant_replaced tells every server that the
-- old one has ended.
with old as (
	select t.id, t.grant_id,
		sqlc.narg('scopes')::text[] is not null and sqlc.narg('scopes')::text[] <> t.scopes as regranted
	from api_tokens t where t.id = @id and t.user_id = @user_id for update
)
update api_tokens t set
	name     = coalesce(sqlc.narg('name'), t.name),
	scopes   = coalesce(sqlc.narg('scopes')::text[], t.scopes),
	grant_id = case when old.regranted then gen_random_uuid() else t.grant_id end
from old where t.user_id = @user_id and t.id = old.id
returning t.id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at, t.user_agent, t.address,
	old.grant_id as old_grant, old.regranted::boolean as regranted;

-- name: DeleteAPIToken :one
-- The trigger grant_deleted tells every server.
with gone as (
	delete from api_tokens t where t.id = @id and t.user_id = @user_id returning t.user_id, t.id, t.grant_id, t.name
), remembered as (
	insert into deleted_ids (user_id, kind, id) select gone.user_id, 'api_token', gone.id from gone on conflict do nothing
), event as (
	insert into security_events (user_id, kind, address, user_agent, detail)
	select gone.user_id, 'api_token_revoked', @address, @user_agent, gone.name from gone
)
select gone.grant_id from gone;

-- name: DeleteAPITokensOfUser :many
-- Returns the grants that have ended.
with gone as (
	delete from api_tokens t where t.user_id = @user_id returning t.user_id, t.id, t.grant_id
), remembered as (
	insert into deleted_ids (user_id, kind, id) select gone.user_id, 'api_token', gone.id from gone on conflict do nothing
)
select gone.grant_id from gone;

-- name: UseAPIToken :one
-- Finds a token by its hash, and records the hour of its use, with at most one update an hour for all servers. The first use is an
-- event of the security log.
with found as (
	select t.id, t.user_id, t.grant_id, t.name, t.scopes, t.expires_at, t.last_used_at, date_trunc('hour', clock.now, 'UTC') as this_hour,
		t.expires_at > clock.now as live
	from api_tokens t, (select clock_timestamp() as now) as clock
	where t.hash = @hash
), used as (
	update api_tokens t set last_used_at = found.this_hour
	from found where t.user_id = found.user_id and t.id = found.id and found.live and (t.last_used_at is null or t.last_used_at < found.this_hour)
	returning t.id
), event as (
	insert into security_events (user_id, kind, address, user_agent, detail)
	select found.user_id, 'api_token_used', @address, @user_agent, found.name from found join used on used.id = found.id
	where found.last_used_at is null
)
select found.id, found.user_id, found.grant_id, found.scopes, found.expires_at,
	(found.last_used_at is null and exists (select from used))::boolean as first_use
from found;

-- name: DeleteExpiredAPITokens :execrows
-- Deletes one batch of the tokens that expired longer ago than kept. Expired tokens are no longer used, so their ctid is stable.
delete from api_tokens where ctid = any (array(
	select e.ctid from api_tokens e where e.expires_at < clock_timestamp() - @kept::interval order by e.expires_at limit @batch_size
));
