-- name: RecordPlan :one
-- Runs after BumpVersions, in the same transaction. Records the plan, marks its recipes as used, and returns their ingredients and
-- the names in the fridge. It leaves out recipes that the user has deleted. If other ids are unknown, it returns them and changes
-- nothing. If the ingredients take more than max_bytes, it changes nothing and returns no ingredients. The row locks protect only
-- against an operator's own SQL: all writes of the server wait for BumpVersions.
with planned as materialized (
	select r.id, r.ingredients from recipes r where r.user_id = @user_id and r.id = any(@recipe_ids::bigint[]) for no key update
), known as (
	select d.id from deleted_ids d where d.user_id = @user_id and d.kind = 'recipe' and d.id = any(@recipe_ids::bigint[])
	union all
	select planned.id from planned
), unknown as (
	select coalesce(array_agg(distinct wanted.id order by wanted.id), '{}')::bigint[] as ids
	from unnest(@recipe_ids::bigint[]) as wanted(id)
	where not exists (select from known where known.id = wanted.id)
), fitting as (
	select coalesce(sum(octet_length(planned.ingredients::text)), 0) <= @max_bytes::bigint as fits from planned
), complete as (
	select 1 from unknown, fitting where unknown.ids = '{}' and fitting.fits
), marked as (
	update recipes r set state = 'used', version = v.recipes
	from user_versions v, complete
	where v.user_id = @user_id and r.user_id = @user_id and r.id = any(@recipe_ids::bigint[]) and r.state <> 'used'
), recorded as (
	insert into plans (user_id, recipe_ids) select @user_id, @recipe_ids::bigint[] from complete
) /* KEEP where unknown_ids = '{}' and fits */
select unknown.ids::bigint[] as unknown_ids, fitting.fits::boolean as fits,
	coalesce((select array_agg(id) from planned, complete), '{}')::bigint[] as ids,
	coalesce((select array_agg(ingredients::text) from planned, complete), '{}')::text[] as ingredients,
	coalesce((select array_agg(f.name) from fridge_items f, complete where f.user_id = @user_id), '{}')::text[] as fridge
from unknown, fitting;

-- name: ListPlans :many
-- The plans after a key, the newest first. The key of the first page is before every row. Each row has the version of all plans, also
-- the single row of an empty list, whose plan is null.
select v.plans as list_version, i.id, i.recipe_ids, i.created_at
from user_versions v
left join (
	select p.id, p.recipe_ids, p.created_at
	from plans p
	where p.user_id = @user_id and (p.created_at, p.id) < (@after_date::timestamptz, @after_id::bigint)
	order by p.created_at desc, p.id desc
	limit sqlc.narg('at_most')::bigint
) i on true
where v.user_id = @user_id;

-- name: DeletePlans :execrows
-- Runs after BumpVersions, in the same transaction.
delete from plans where user_id = @user_id;

-- name: ListGroceryItems :many
-- Each row has the version of the whole checklist, also the single row of an empty list, whose item is null.
select v.checklist as list_version, i.id, i.item, i.is_checked, i.food
from user_versions v
left join (
	select g.id, g.item, g.is_checked, g.food from grocery_items g where g.user_id = @user_id order by g.id desc
) i on true
where v.user_id = @user_id;

-- name: CreateGroceryItems :many
-- Creates items in the order of the array, and returns the rows in the same order. No rows: the account has been deleted.
with bumped as (
	update user_versions v set checklist = next_version(v.checklist) where v.user_id = @user_id
	returning v.user_id, v.checklist as version
) /* KEEP */
insert into grocery_items (user_id, version, item) select bumped.user_id, bumped.version, unnest(@items::text[]) from bumped
returning id;

-- name: GetGroceryItem :one
select id, version, item, is_checked, food from grocery_items where id = @id and user_id = @user_id;

-- name: UpdateGroceryItem :one
-- A null parameter leaves its column unchanged. An item whose text changes no longer belongs to the plan.
with bumped as (
	update user_versions v set checklist = next_version(v.checklist)
	where v.user_id = @user_id and exists (select from grocery_items g where g.id = @id and g.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or g.version = any(sqlc.narg('match')::bigint[])))
	returning v.checklist as version
)
update grocery_items g set
	version    = bumped.version,
	item       = coalesce(sqlc.narg('item'), item),
	food       = case when coalesce(sqlc.narg('item'), item) = item then food end,
	is_checked = coalesce(sqlc.narg('is_checked'), is_checked)
from bumped
where g.id = @id and g.user_id = @user_id
	and (sqlc.narg('match')::bigint[] is null or g.version = any(sqlc.narg('match')::bigint[]))
returning g.id, g.version, g.item, g.is_checked, g.food;

-- name: DeleteGroceryItem :execrows
with bumped as (
	update user_versions v set checklist = next_version(v.checklist)
	where v.user_id = @user_id and exists (select from grocery_items g where g.id = @id and g.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or g.version = any(sqlc.narg('match')::bigint[])))
	returning v.user_id
), gone as (
	delete from grocery_items g using bumped
	where g.id = @id and g.user_id = bumped.user_id
		and (sqlc.narg('match')::bigint[] is null or g.version = any(sqlc.narg('match')::bigint[]))
	returning g.user_id, g.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'checklist', gone.id from gone on conflict do nothing;

-- name: DeleteGroceryItems :execrows
-- Runs after BumpVersions, in the same transaction.
with gone as (
	delete from grocery_items g where g.user_id = @user_id returning g.user_id, g.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'checklist', gone.id from gone on conflict do nothing;

-- name: TakeBoughtItems :many
-- Runs after BumpVersions, in the same transaction. Deletes the items with these ids, or the ticked ones if the array is null or
-- empty, and returns them in the order of their ids. They no longer belong to the plan: otherwise it would take them for items that the
-- user has deleted.
with gone as (
	delete from grocery_items g
	where g.user_id = @user_id and case when cardinality(@ids::bigint[]) > 0 then g.id = any(@ids::bigint[]) else g.is_checked end
	returning g.id, g.item, g.food
), recorded as (
	insert into deleted_ids (user_id, kind, id) select @user_id, 'checklist', gone.id from gone on conflict do nothing
), forgotten as (
	delete from plan_lines l using gone where l.user_id = @user_id and l.item_id = gone.id
)
select gone.id, gone.item, coalesce(gone.food, '')::text as food from gone order by gone.id;
