-- name: GetExportedAccount :one
select username, created_at, password_changed_at from users where id = @user_id;

-- name: GetPlanSettings :one
-- No row: no plan was committed.
select units, ignored from meal_plans where user_id = @user_id;

-- name: ListPlanItems :many
-- The items that the current plan has written, also deleted ones, in the order in which they were written. Each row has the version of
-- all plans, also the single row of an empty list, whose item is null.
select v.plans as list_version, i.item_id, i.food, i.item
from user_versions v
left join (
	select l.item_id, l.food, l.item from plan_lines l where l.user_id = @user_id order by l.item_id
) i on true
where v.user_id = @user_id;

-- name: NewIDs :many
-- New ids for a table, in ascending order. They may have gaps, because other transactions take ids, too.
select nextval(pg_get_serial_sequence(@table_name::text, 'id')::regclass)::bigint as id from generate_series(1, @count::bigint);

-- name: ImportRecipes :exec
-- Runs after BumpVersions, in the same transaction. Adds recipes with their ids and dates from arrays. Deleted recipes go to the
-- trash; deleted_at is only read for them. A deletion date in the future becomes the present, because the trash is emptied by age.
-- Arrays have no nulls: see CreateRecipes.
with added as materialized (
	select unnest(@ids::bigint[]) as id, unnest(@added_dates::timestamptz[]) as added_date, unnest(@are_deleted::boolean[]) as is_deleted,
		unnest(@deleted_at::timestamptz[]) as deleted_at,
		unnest(@names::text[]) as name, unnest(@meat_types::text[]) as meat_type,
		unnest(@longevities::bigint[]) as longevity, unnest(@servings::bigint[]) as servings, unnest(@frequencies::text[]) as frequency,
		unnest(@states::text[]) as state, unnest(@notes::text[]) as note,
		unnest(@ingredients::text[])::json as ingredients, unnest(@ingredient_terms::text[])::text[] as ingredient_terms,
		unnest(@name_keys::bytea[]) as name_key, unnest(@names_folded::text[]) as name_folded, unnest(@meat_types_folded::text[]) as meat_type_folded,
		unnest(@ingredients_folded::text[]) as ingredients_folded, unnest(@notes_folded::text[]) as note_folded
), recorded as (
	insert into deleted_ids (user_id, kind, id) select @user_id, 'recipe', a.id from added a where a.is_deleted
), trashed as (
	insert into recipe_trash (id, user_id, version, added_date, deleted_at, name, meat_type, longevity, servings, frequency, state, note, ingredients,
		ingredient_terms, name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
	select a.id, v.user_id, v.recipes, a.added_date, least(a.deleted_at, (select clock_timestamp())), a.name, a.meat_type, a.longevity, a.servings, a.frequency, a.state, a.note, a.ingredients,
		a.ingredient_terms, a.name_key, a.name_folded, a.meat_type_folded, a.ingredients_folded, a.note_folded
	from added a, user_versions v where v.user_id = @user_id and a.is_deleted
)
insert into recipes (id, user_id, version, added_date, name, meat_type, longevity, servings, frequency, state, note, ingredients,
	ingredient_terms, name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
overriding system value
select a.id, v.user_id, v.recipes, a.added_date, a.name, a.meat_type, a.longevity, a.servings, a.frequency, a.state, a.note, a.ingredients,
	a.ingredient_terms, a.name_key, a.name_folded, a.meat_type_folded, a.ingredients_folded, a.note_folded
from added a, user_versions v where v.user_id = @user_id and not a.is_deleted;

-- name: ImportDeletedIDs :exec
-- Records recipes that were permanently deleted.
insert into deleted_ids (user_id, kind, id) select @user_id, 'recipe', unnest(@ids::bigint[]);

-- name: ImportFridgeItems :exec
-- Runs after BumpVersions, in the same transaction. An existing group keeps its name. All items of a new group get the group name of
-- its first item.
with added as (
	select unnest(@ids::bigint[]) as id, unnest(@names::text[]) as name, unnest(@group_names::text[]) as group_name,
		unnest(@group_keys::text[]) as group_key, unnest(@quantities::text[]) as quantity, unnest(@best_before::text[]) as best_before,
		unnest(@opened::text[]) as opened, unnest(@places::text[]) as place, unnest(@are_staples::boolean[]) as staple
)
insert into fridge_items (id, user_id, version, name, group_name, group_key, quantity, best_before, opened, place, staple)
overriding system value
select a.id, v.user_id, v.fridge, a.name,
	fridge_group(v.user_id, a.group_key, first_value(a.group_name) over (partition by a.group_key order by a.id), 0), a.group_key,
	a.quantity, nullif(a.best_before, '')::date, nullif(a.opened, '')::date, a.place, a.staple
from added a, user_versions v where v.user_id = @user_id;

-- name: ImportGroceryItems :exec
-- Runs after BumpVersions, in the same transaction.
insert into grocery_items (id, user_id, version, item, is_checked, food)
overriding system value
select a.id, v.user_id, v.checklist, a.item, a.is_checked, a.food
from user_versions v, (
	select unnest(@ids::bigint[]) as id, unnest(@items::text[]) as item, unnest(@are_checked::boolean[]) as is_checked,
		nullif(unnest(@foods::text[]), '') as food
) as a
where v.user_id = @user_id;

-- name: ImportPlanItems :exec
-- Runs after BumpVersions, in the same transaction.
insert into plan_lines (user_id, item_id, food, item)
select @user_id, unnest(@item_ids::bigint[]), unnest(@foods::text[]), unnest(@items::text[]);

-- name: ImportPlanSettings :exec
-- Runs after BumpVersions, in the same transaction. An account that has settings keeps them.
insert into meal_plans (user_id, units, ignored) values (@user_id, @units, @ignored::text[]) on conflict do nothing;

-- name: ImportMeals :exec
-- Runs after BumpVersions, in the same transaction.
insert into planned_meals (id, user_id, recipe_id, servings, factor, cook_on)
overriding system value
select unnest(@ids::bigint[]), @user_id, unnest(@recipe_ids::bigint[]), unnest(@servings::bigint[]), unnest(@factors::text[]), unnest(@dates::text[]);

-- name: ImportOverrides :execrows
-- Runs after BumpVersions, in the same transaction. Each decision becomes older than those before it and than the account's own ones,
-- because the newest one on a food counts. The account's own decision with the same name stays.
insert into plan_overrides (id, user_id, food, food_key, state, amount, set_at)
overriding system value
select a.id, @user_id, a.food, a.food_key, a.state, a.amount, oldest.set_at - a.place * interval '1 microsecond'
from (
	select unnest(@ids::bigint[]) as id, unnest(@foods::text[]) as food, unnest(@food_keys::text[]) as food_key,
		unnest(@states::text[]) as state, unnest(@amounts::text[]) as amount, generate_subscripts(@ids::bigint[], 1) as place
) as a, (
	select coalesce(min(o.set_at), now()) as set_at from plan_overrides o where o.user_id = @user_id
) as oldest
on conflict (user_id, food_key) do nothing;

-- name: ImportPlans :exec
-- Runs after BumpVersions, in the same transaction. The ids of a plan's recipes are an array in PostgreSQL's text form, because
-- arrays of arrays must be rectangular.
insert into plans (id, user_id, created_at, recipe_ids)
overriding system value
select a.id, @user_id, a.created_at, a.recipe_ids
from (
	select unnest(@ids::bigint[]) as id, unnest(@created_at::timestamptz[]) as created_at, unnest(@recipe_ids::text[])::bigint[] as recipe_ids
) as a;

-- name: ImportFoods :exec
-- Runs after BumpVersions, in the same transaction. The aliases of a food are an array in PostgreSQL's text form, because arrays of
-- arrays must be rectangular.
insert into foods (id, user_id, version, name, aliases, density, piece_weight, density_g_per_ml, piece_weight_g, aisle, staple)
overriding system value
select a.id, v.user_id, v.foods, a.name, a.aliases, a.density, a.piece_weight, a.density_g_per_ml, a.piece_weight_g, a.aisle, a.staple
from user_versions v, (
	select unnest(@ids::bigint[]) as id, unnest(@names::text[]) as name, unnest(@aliases::text[])::text[] as aliases,
		unnest(@densities::text[]) as density, unnest(@piece_weights::text[]) as piece_weight,
		unnest(@densities_g_per_ml::text[]) as density_g_per_ml, unnest(@piece_weights_g::text[]) as piece_weight_g,
		unnest(@aisles::text[]) as aisle, unnest(@staples::boolean[]) as staple
) as a
where v.user_id = @user_id;
