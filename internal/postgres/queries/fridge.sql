-- name: ListFridgeItems :many
-- In the order of the wire: groups descending by bytes, items by id. Each with the version of the whole fridge.
select (select c.fridge from collections c where c.user_id = @user_id)::bigint as collection, id, name, group_name
from fridge_items where fridge_items.user_id = @user_id order by group_name desc, id;

-- name: CreateFridgeItem :one
-- No row: the account has been deleted.
with moved as (
	update collections c set fridge = next_version(c.fridge) where c.user_id = @user_id returning c.user_id, c.fridge as version
)
insert into fridge_items (user_id, version, name, group_name) select moved.user_id, moved.version, @name, @group_name from moved
returning id, version, name, group_name;

-- name: GetFridgeItem :one
select id, version, name, group_name from fridge_items where id = @id and user_id = @user_id;

-- name: UpdateFridgeItem :one
-- Null: that column stays as it is.
with moved as (
	update collections c set fridge = next_version(c.fridge)
	where c.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning c.fridge as version
)
update fridge_items f set
	version    = moved.version,
	name       = coalesce(sqlc.narg('name'), name),
	group_name = coalesce(sqlc.narg('group_name'), group_name)
from moved
where f.id = @id and f.user_id = @user_id
	and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]))
returning f.id, f.version, f.name, f.group_name;

-- name: DeleteFridgeItem :execrows
with moved as (
	update collections c set fridge = next_version(c.fridge)
	where c.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning c.user_id
)
delete from fridge_items f using moved
where f.id = @id and f.user_id = moved.user_id
	and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]));

-- name: RenameFridgeGroup :exec
-- After MoveCollections, in the same transaction.
update fridge_items set group_name = @new_name, version = (select c.fridge from collections c where c.user_id = @user_id)
where fridge_items.user_id = @user_id and group_name = @group_name;

-- name: DeleteFridgeGroup :exec
-- After MoveCollections, in the same transaction.
delete from fridge_items where user_id = @user_id and group_name = @group_name;
