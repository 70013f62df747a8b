-- name: ListFridgeItems :many
-- In the order of the wire: groups descending by bytes, items by id.
select id, name, group_name from fridge_items where user_id = @user_id order by group_name desc, id;

-- name: CreateFridgeItem :one
insert into fridge_items (user_id, name, group_name) values (@user_id, @name, @group_name) returning id, name, group_name;

-- name: GetFridgeItem :one
select id, name, group_name from fridge_items where id = @id and user_id = @user_id;

-- name: UpdateFridgeItem :one
-- Null: that column stays as it is.
update fridge_items set
	name       = coalesce(sqlc.narg('name'), name),
	group_name = coalesce(sqlc.narg('group_name'), group_name)
where id = @id and user_id = @user_id
returning id, name, group_name;

-- name: DeleteFridgeItem :execrows
delete from fridge_items where id = @id and user_id = @user_id;

-- name: RenameFridgeGroup :exec
update fridge_items set group_name = @new_name where user_id = @user_id and group_name = @group_name;

-- name: DeleteFridgeGroup :exec
delete from fridge_items where user_id = @user_id and group_name = @group_name;
