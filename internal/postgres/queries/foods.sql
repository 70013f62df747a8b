-- name: ListFoods :many
-- In the order of their ids. Each row has the version of all foods, also the single row of an empty list, whose food is null.
select v.foods as list_version, i.id, i.name, i.aliases, i.density, i.piece_weight, i.aisle, i.staple
from user_versions v
left join (
	select f.id, f.name, f.aliases, f.density, f.piece_weight, f.aisle, f.staple from foods f where f.user_id = @user_id order by f.id
) i on true
where v.user_id = @user_id;

-- name: GetFood :one
select id, version, name, aliases, density, piece_weight, aisle, staple from foods where id = @id and user_id = @user_id;

-- name: GetFoodSettings :one
-- All foods of a user in the form that catalog.Decode reads, and their version. The expression `settings` may also be a column
-- of another statement. No row: the account has been deleted.
select v.foods as version, (
	select json_agg(json_build_array(f.name, f.aliases, f.density_g_per_ml, f.piece_weight_g, f.aisle, f.staple) order by f.id)
	from foods f where f.user_id = @user_id
) as settings
from user_versions v where v.user_id = @user_id;

-- name: ListFoodNames :many
-- Runs after BumpVersions, in the same transaction.
select id, name, aliases from foods where user_id = @user_id order by id;

-- name: CreateFood :one
-- Runs after BumpVersions, in the same transaction.
insert into foods (user_id, version, name, aliases, density, piece_weight, density_g_per_ml, piece_weight_g, aisle, staple)
select v.user_id, v.foods, @name, @aliases::text[], @density, @piece_weight, @density_g_per_ml, @piece_weight_g, @aisle, @staple
from user_versions v where v.user_id = @user_id
returning id, version, name, aliases, density, piece_weight, aisle, staple;

-- name: UpdateFood :one
-- Runs after BumpVersions, in the same transaction.
update foods f set
	version = (select v.foods from user_versions v where v.user_id = @user_id),
	name = @name, aliases = @aliases::text[], density = @density, piece_weight = @piece_weight,
	density_g_per_ml = @density_g_per_ml, piece_weight_g = @piece_weight_g, aisle = @aisle, staple = @staple
where f.id = @id and f.user_id = @user_id
returning f.id, f.version, f.name, f.aliases, f.density, f.piece_weight, f.aisle, f.staple;

-- name: DeleteFood :execrows
-- The search for recipes by ingredients depends on the foods, so the version of the recipes is bumped, too.
with bumped as (
	update user_versions v set foods = next_version(v.foods), recipes = next_version(v.recipes)
	where v.user_id = @user_id and exists (select from foods f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning v.user_id
), gone as (
	delete from foods f using bumped
	where f.id = @id and f.user_id = bumped.user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]))
	returning f.user_id, f.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'food', gone.id from gone on conflict do nothing;
