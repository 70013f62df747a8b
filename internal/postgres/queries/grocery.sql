-- name: LockPlannedRecipes :many
-- What a plan needs of its recipes, which nobody changes until it is recorded.
select id, ingredients from recipes where user_id = @user_id and id = any(@ids::bigint[]) for no key update;

-- name: ListFridgeNames :many
select name from fridge_items where user_id = @user_id;

-- name: RecordPlanAndMarkUsed :exec
-- Writes the plan down and marks its recipes used; LockPlannedRecipes holds them.
with marked as (
	update recipes r set state = 'used'
	where r.user_id = @user_id and r.id = any(@recipe_ids::bigint[]) and r.state <> 'used'
)
insert into plans (user_id, recipe_ids) values (@user_id, @recipe_ids::bigint[]);

-- name: ListPlans :many
-- The newest first, after a key; that of the first page is beyond every row's.
select id, recipe_ids, created_at from plans
where user_id = @user_id and (created_at, id) < (@after_date::timestamptz, @after_id::bigint)
order by created_at desc, id desc
limit sqlc.narg('at_most')::bigint;

-- name: DeletePlans :exec
delete from plans where user_id = @user_id;

-- name: ListGroceryItems :many
select id, item, is_checked from grocery_items where user_id = @user_id order by id desc;

-- name: CreateGroceryItems :many
-- In the order of the lines, which is the order of the rows that come back.
insert into grocery_items (user_id, item) select @user_id, unnest(@items::text[]) returning id;

-- name: GetGroceryItem :one
select id, item, is_checked from grocery_items where id = @id and user_id = @user_id;

-- name: UpdateGroceryItem :one
-- Null: that column stays as it is.
update grocery_items set
	item       = coalesce(sqlc.narg('item'), item),
	is_checked = coalesce(sqlc.narg('is_checked'), is_checked)
where id = @id and user_id = @user_id
returning id, item, is_checked;

-- name: DeleteGroceryItem :execrows
delete from grocery_items where id = @id and user_id = @user_id;

-- name: DeleteGroceryItems :exec
delete from grocery_items where user_id = @user_id;
