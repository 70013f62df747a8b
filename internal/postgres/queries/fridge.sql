-- name: ListFridgeItems :many
-- In the order of the response: groups descending by bytes, items by id. Each row has the version of the whole fridge, also the
-- single row of an empty fridge, whose item is null.
select v.fridge as list_version, i.id, i.name, i.group_name
from user_versions v
left join (
	select f.id, f.name, f.group_name from fridge_items f where f.user_id = @user_id order by f.group_name desc, f.id
) i on true
where v.user_id = @user_id;

-- name: CreateFridgeItem :one
-- A group that exists keeps its name. No row: the account has been deleted.
with bumped as (
	update user_versions v set fridge = next_version(v.fridge) where v.user_id = @user_id returning v.user_id, v.fridge as version
) /* KEEP */
insert into fridge_items (user_id, version, name, group_name, group_key)
select bumped.user_id, bumped.version, @name, fridge_group(bumped.user_id, @group_key, @group_name, 0), @group_key from bumped
returning id, version, name, group_name;

-- name: GetFridgeItem :one
select id, version, name, group_name from fridge_items where id = @id and user_id = @user_id;

-- name: UpdateFridgeItem :one
-- A null parameter leaves its column as it is. The group's name and key are both null or both given; a group that exists
-- keeps its name.
with bumped as (
	update user_versions v set fridge = next_version(v.fridge)
	where v.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning v.fridge as version
)
update fridge_items f set
	version    = bumped.version,
	name       = coalesce(sqlc.narg('name'), name),
	group_name = case when sqlc.narg('group_name')::text is null then group_name
		else fridge_group(f.user_id, sqlc.narg('group_key'), sqlc.narg('group_name'), f.id) end,
	group_key  = coalesce(sqlc.narg('group_key'), group_key)
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
), gone as (
	delete from fridge_items f using bumped
	where f.id = @id and f.user_id = bumped.user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]))
	returning f.user_id, f.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'fridge', gone.id from gone on conflict do nothing;

-- name: RenameFridgeGroup :execrows
-- Runs after BumpVersions, in the same transaction. If another group has the new name, the items join it and it keeps its name.
update fridge_items set group_key = @new_key::text, version = (select v.fridge from user_versions v where v.user_id = @user_id),
	group_name = coalesce((select o.group_name from fridge_items o
		where o.user_id = @user_id and o.group_key = @new_key::text and @new_key::text <> @group_key::text order by o.id limit 1), @new_name::text)
where fridge_items.user_id = @user_id and group_key = @group_key::text;

-- name: DeleteFridgeGroup :execrows
-- Runs after BumpVersions, in the same transaction.
with gone as (
	delete from fridge_items f where f.user_id = @user_id and f.group_key = @group_key::text returning f.user_id, f.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'fridge', gone.id from gone on conflict do nothing;
