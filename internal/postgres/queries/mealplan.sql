-- name: LoadMealPlan :one
-- Returns the input of a plan, in one snapshot. Lists are arrays of equal length, one for each column. The settings of the user's foods
-- have the form that catalog.Decode reads. Without with_current, the meals and the lines of the current plan are left out. No row: the
-- account has been deleted.
--
-- If ids are unknown, or the ingredients take too many bytes, the ingredients are left out.
with current as materialized (
	select m.id, m.recipe_id, m.servings, m.factor, m.cook_on
	from planned_meals m where m.user_id = @user_id and @with_current::boolean order by m.id
), wanted as materialized (
	select distinct w.id from (
		select unnest(@recipe_ids::bigint[]) as id union all select current.recipe_id from current
	) as w
), planned as materialized (
	select r.id, r.name, r.servings, r.ingredients from recipes r where r.user_id = @user_id and r.id in (select wanted.id from wanted)
), unknown as (
	select coalesce(array_agg(distinct sent.id order by sent.id), '{}') as ids
	from unnest(@recipe_ids::bigint[]) as sent(id)
	where not exists (select from planned where planned.id = sent.id)
		and not exists (select from deleted_ids d where d.user_id = @user_id and d.kind = 'recipe' and d.id = sent.id)
), fitting as (
	select coalesce(sum(octet_length(planned.ingredients::text)), 0) <= @max_bytes::bigint as fits from planned
)
select unknown.ids::bigint[] as unknown_ids, fitting.fits::boolean as fits,
	coalesce(p.units, '')::text as units, coalesce(p.ignored, '{}')::text[] as ignored,
	meals.ids::bigint[] as meal_ids, meals.recipes::bigint[] as meal_recipes, meals.servings::bigint[] as meal_servings,
	meals.factors::text[] as meal_factors, meals.dates::text[] as meal_dates,
	recipe.ids::bigint[] as recipe_ids, recipe.names::text[] as recipe_names, recipe.servings::bigint[] as recipe_servings,
	recipe.ingredients::text[] as recipe_ingredients,
	lots.ids::bigint[] as lot_ids, lots.names::text[] as lot_names, lots.quantities::text[] as lot_quantities,
	lots.best_before::text[] as lot_best_before, lots.staples::boolean[] as lot_staples,
	(
		select json_agg(json_build_array(f.name, f.aliases, f.density_g_per_ml, f.piece_weight_g, f.aisle, f.staple) order by f.id)
		from foods f where f.user_id = @user_id
	) as settings,
	decisions.ids::bigint[] as override_ids, decisions.foods::text[] as override_foods, decisions.states::text[] as override_states,
	decisions.amounts::text[] as override_amounts
from user_versions v
left join meal_plans p on p.user_id = v.user_id and @with_current::boolean
cross join unknown cross join fitting
cross join lateral (
	select coalesce(array_agg(c.id), '{}') as ids, coalesce(array_agg(c.recipe_id), '{}') as recipes, coalesce(array_agg(c.servings), '{}') as servings,
		coalesce(array_agg(c.factor), '{}') as factors, coalesce(array_agg(c.cook_on), '{}') as dates
	from current c
) as meals
cross join lateral (
	select coalesce(array_agg(r.id), '{}') as ids, coalesce(array_agg(r.name), '{}') as names,
		coalesce(array_agg(r.servings), '{}') as servings, coalesce(array_agg(r.ingredients::text), '{}') as ingredients
	from planned r where unknown.ids = '{}' and fitting.fits
) as recipe
cross join lateral (
	select coalesce(array_agg(f.id), '{}') as ids, coalesce(array_agg(f.name), '{}') as names, coalesce(array_agg(f.quantity), '{}') as quantities,
		coalesce(array_agg(coalesce(to_char(f.best_before, 'YYYY-MM-DD'), '')), '{}') as best_before, coalesce(array_agg(f.staple), '{}') as staples
	from (select i.id, i.name, i.quantity, i.best_before, i.staple from fridge_items i where i.user_id = @user_id order by i.group_name desc, i.id) f
) as lots
cross join lateral (
	select coalesce(array_agg(o.id), '{}') as ids, coalesce(array_agg(o.food), '{}') as foods, coalesce(array_agg(o.state), '{}') as states,
		coalesce(array_agg(o.amount), '{}') as amounts
	from (select d.id, d.food, d.state, d.amount from plan_overrides d where d.user_id = @user_id order by d.set_at, d.id) o
) as decisions
where v.user_id = @user_id;

-- name: ListPlanLines :many
-- The items that the current plan has written, with their current state, in the order in which they were written. gone: the item has
-- been deleted.
select l.item_id, l.food, l.item as written, (g.id is null)::boolean as gone, coalesce(g.item, '')::text as item,
	coalesce(g.is_checked, false)::boolean as is_checked
from plan_lines l left join grocery_items g on g.user_id = l.user_id and g.id = l.item_id
where l.user_id = @user_id order by l.item_id;

-- name: RecordMeals :many
-- Runs after BumpVersions, in the same transaction. Adds meals to the current plan in the order of the arrays, and returns their ids in
-- the same order. It marks their recipes as used and, if there are any, adds them to the history.
with marked as (
	update recipes r set state = 'used', version = v.recipes
	from user_versions v
	where v.user_id = @user_id and r.user_id = @user_id and r.id = any(@recipe_ids::bigint[]) and r.state <> 'used'
), recorded as (
	insert into plans (user_id, recipe_ids) select @user_id, @recipe_ids::bigint[] where cardinality(@recipe_ids::bigint[]) > 0
)
insert into planned_meals (user_id, recipe_id, servings, factor, cook_on)
select @user_id, unnest(@recipe_ids::bigint[]), unnest(@servings::bigint[]), unnest(@factors::text[]), unnest(@dates::text[])
returning id;

-- name: DropMeals :exec
-- Runs after BumpVersions, in the same transaction.
with gone as (
	delete from planned_meals m where m.user_id = @user_id returning m.user_id, m.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'meal', gone.id from gone on conflict do nothing;

-- name: DeleteMeal :execrows
-- Runs after BumpVersions, in the same transaction.
with gone as (
	delete from planned_meals m where m.user_id = @user_id and m.id = @id returning m.user_id, m.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'meal', gone.id from gone on conflict do nothing;

-- name: SaveMealPlan :exec
insert into meal_plans (user_id, units, ignored) values (@user_id, @units, @ignored::text[])
on conflict (user_id) do update set units = excluded.units, ignored = excluded.ignored;

-- name: WritePlanLines :exec
-- Runs after BumpVersions, in the same transaction. Deletes, changes and adds items of the checklist that belong to the plan. The versions
-- are locked, so no person can change or tick these items meanwhile.
with version as (
	select v.checklist from user_versions v where v.user_id = @user_id
), deleted as (
	delete from grocery_items g where g.user_id = @user_id and g.id = any(@deleted::bigint[]) returning g.id
), remembered as (
	insert into deleted_ids (user_id, kind, id) select @user_id, 'checklist', deleted.id from deleted on conflict do nothing
), forgotten as (
	delete from plan_lines l where l.user_id = @user_id and l.item_id = any(@forgotten::bigint[])
), changes as (
	select unnest(@changed::bigint[]) as id, unnest(@changed_foods::text[]) as food, unnest(@changed_items::text[]) as item
), changed as (
	update grocery_items g set version = version.checklist, item = c.item, food = c.food
	from changes c, version where g.user_id = @user_id and g.id = c.id
), rewritten as (
	update plan_lines l set food = c.food, item = c.item from changes c where l.user_id = @user_id and l.item_id = c.id
), added as (
	insert into grocery_items (user_id, version, item, food)
	select @user_id, version.checklist, unnest(@added_items::text[]), unnest(@added_foods::text[]) from version
	returning id, food, item
)
insert into plan_lines (user_id, item_id, food, item) select @user_id, added.id, added.food, added.item from added;

-- name: SetPlanOverride :many
-- Stores a decision, which replaces an earlier one on the same food. No row: the account has been deleted.
with bumped as (
	update user_versions v set plans = next_version(v.plans) where v.user_id = @user_id returning v.user_id
) /* KEEP */
insert into plan_overrides (user_id, food, food_key, state, amount)
select bumped.user_id, @food, @food_key, @state, @amount from bumped
on conflict (user_id, food_key) do update set food = excluded.food, state = excluded.state, amount = excluded.amount, set_at = excluded.set_at
returning id, food, state, amount;

-- name: SavePlanOverrides :many
-- Runs after BumpVersions, in the same transaction. Stores decisions, each on a different food.
insert into plan_overrides (user_id, food, food_key, state, amount)
select @user_id, unnest(@foods::text[]), unnest(@food_keys::text[]), unnest(@states::text[]), unnest(@amounts::text[])
on conflict (user_id, food_key) do update set food = excluded.food, state = excluded.state, amount = excluded.amount, set_at = excluded.set_at
returning id;

-- name: ListPlanOverrides :many
-- The newest first. Each row has the version of all plans, also the single row of an empty list, whose decision is null.
select v.plans as list_version, i.id, i.food, i.state, i.amount
from user_versions v
left join (
	select o.id, o.food, o.state, o.amount from plan_overrides o where o.user_id = @user_id order by o.set_at desc, o.id desc
) i on true
where v.user_id = @user_id;

-- name: ListPlannedMeals :many
-- The meals of the current plan, in their order. Each row has the version of all plans, also the single row of an empty list, whose meal is
-- null.
select v.plans as list_version, i.id, i.recipe_id, i.servings, i.factor, i.cook_on
from user_versions v
left join (
	select m.id, m.recipe_id, m.servings, m.factor, m.cook_on from planned_meals m where m.user_id = @user_id order by m.id
) i on true
where v.user_id = @user_id;

-- name: DeletePlanOverride :execrows
with bumped as (
	update user_versions v set plans = next_version(v.plans)
	where v.user_id = @user_id and exists (select from plan_overrides o where o.id = @id and o.user_id = @user_id)
	returning v.user_id
), gone as (
	delete from plan_overrides o using bumped where o.id = @id and o.user_id = bumped.user_id returning o.user_id, o.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'override', gone.id from gone on conflict do nothing;
