-- name: ListFridgeItems :many
-- In the order of the contract: groups descending by their bytes, items by id. Each row has the version of the whole fridge.
select (select v.fridge from user_versions v where v.user_id = @user_id)::bigint as list_version, id, name, group_name
from fridge_items where fridge_items.user_id = @user_id order by group_name desc, id;

-- name: CreateFridgeItem :one
-- No row: the account has been deleted.
with bumped as (
	update user_versions v set fridge = next_version(v.fridge) where v.user_id = @user_id returning v.user_id, v.fridge as version
)
insert into fridge_items (user_id, version, name, group_name) select bumped.user_id, bumped.version, @name, @group_name from bumped
returning id, version, name, group_name;

-- name: GetFridgeItem :one
select id, version, name, group_name from fridge_items where id = @id and user_id = @user_id;

-- name: UpdateFridgeItem :one
-- A null parameter leaves its column as it is.
with bumped as (
	update user_versions v set fridge = next_version(v.fridge)
	where v.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning v.fridge as version
)
update fridge_items f set
	version    = bumped.version,
	name       = coalesce(sqlc.narg('name'), name),
	group_name = coalesce(sqlc.narg('group_name'), group_name)
from bumped
where f.id = @id and f.user_id = @user_id
	and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]))
returning f.id, f.version, f.name, f.group_name;

-- name: DeleteFridgeItem :execrows
with bumped as (
	update user_versions v set fridge = next_version(v.fridge)
	where v.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning v.user_id
)
delete from fridge_items f using bumped
where f.id = @id and f.user_id = bumped.user_id
	and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]));

-- name: RenameFridgeGroup :execrows
-- Runs after BumpVersions, in the same transaction.
update fridge_items set group_name = @new_name, version = (select v.fridge from user_versions v where v.user_id = @user_id)
where fridge_items.user_id = @user_id and group_name = @group_name;

-- name: DeleteFridgeGroup :execrows
-- Runs after BumpVersions, in the same transaction.
delete from fridge_items where user_id = @user_id and group_name = @group_name;
