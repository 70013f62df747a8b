-- name: CreateRecipes :many
-- Creates recipes from arrays, and returns the rows in the same order. No rows: the account has been deleted. For 100 recipes, arrays
-- cost 1.6 ms less than one JSON array. They have no nulls: an optional number has a value for unknown, such as 0 servings. The
-- names of a recipe's ingredients are an array in PostgreSQL's text form, because arrays of arrays must be rectangular.
with bumped as (
	update user_versions v set recipes = next_version(v.recipes) where v.user_id = @user_id returning v.user_id, v.recipes as version
) /* KEEP */
insert into recipes (user_id, version, name, meat_type, longevity, servings, frequency, state, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
select bumped.user_id, bumped.version, r.name, r.meat_type, r.longevity, r.servings, r.frequency, r.state, r.note, r.ingredients::json,
	r.ingredient_terms::text[], r.name_key, r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded
from bumped, (
	select unnest(@names::text[]) as name, unnest(@meat_types::text[]) as meat_type,
		unnest(@longevities::bigint[]) as longevity, unnest(@servings::bigint[]) as servings, unnest(@frequencies::text[]) as frequency,
		unnest(@states::text[]) as state, unnest(@notes::text[]) as note,
		unnest(@ingredients::text[]) as ingredients, unnest(@ingredient_terms::text[]) as ingredient_terms,
		unnest(@name_keys::bytea[]) as name_key, unnest(@names_folded::text[]) as name_folded, unnest(@meat_types_folded::text[]) as meat_type_folded,
		unnest(@ingredients_folded::text[]) as ingredients_folded, unnest(@notes_folded::text[]) as note_folded
) as r
returning id, version, added_date;

-- name: ListRecipes :many
-- Lists the recipes that contain each of the words and at least one of the ingredients. Each row has the version of the whole
-- list, also the single row of an empty list, whose recipe is null.
--
-- The marked places depend on the order, the page and the filters; internal/recipe/list_sql.go fills them in. The query below returns a
-- later page of the best matches. It sorts by the number of matching ingredients, then by their share of the recipe's different
-- ingredients in per cent, then by exact: first recipes with the phrase as typed (2), then those with each word as typed (1). The
-- newest recipes come first.
--
-- The arguments are a row (ask), because PostgreSQL rejects a parameter that is not used. The terms are joined: with any(), a prepared
-- statement would compare them one by one. The texts of a recipe are concatenated once for all words, because reading a long note
-- costs more than searching it; offset prevents PostgreSQL from repeating the expression. stock has the recipes for which the fridge
-- has enough, with their ranks.
--
-- The terms of a filter are keys of foods. They depend on the user's settings of foods: if these have another version than the
-- argument foods, the list is empty. Null: any version.
select v.recipes as list_version, i.id, i.name, i.meat_type, i.longevity, i.servings, i.frequency, i.state, i.note, i.ingredients, i.added_date,
	i.matches, i.accuracy, i.exact, i.rank
from user_versions v
left join (
	select r.id, r.name, r.meat_type, r.longevity, r.servings, r.frequency, r.state, r.note, r.ingredients, r.added_date,
		found.matches::bigint as matches, found.accuracy::bigint as accuracy, ranked.exact::bigint as exact,
		stock.rank::bigint as rank
	from recipes r
	cross join (select @terms::text[] as terms, @words::text[] as words, @phrase::text as phrase,
		@after_id::bigint as after_id, @after_name::bytea as after_name, @after_date::timestamptz as after_date,
		@after_matches::bigint as after_matches, @after_accuracy::bigint as after_accuracy, @after_exact::bigint as after_exact,
		@stock_ids::bigint[] as stock_ids, @stock_ranks::bigint[] as stock_ranks, @after_rank::bigint as after_rank) as ask
	cross join lateral (select /* BEGIN stock */ unnest(ask.stock_ids) as id, unnest(ask.stock_ranks) as rank /* END */) as stock
	cross join lateral (select /* BEGIN matches */ count(*) as matches, 100 * count(*) / cardinality(r.ingredient_terms) as accuracy
		from unnest(r.ingredient_terms) as has(term) join unnest(ask.terms) as wants(term) using (term) /* END */) as found
	cross join lateral (select /* BEGIN texts */
		concat_ws(chr(31), r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded) as folded offset 0 /* END */) as texts
	cross join lateral (select /* BEGIN exact */ case
		when contains_word(split_part(r.name_folded, chr(30), 1), ask.phrase) or contains_word(split_part(r.meat_type_folded, chr(30), 1), ask.phrase)
			or contains_word(split_part(r.ingredients_folded, chr(30), 1), ask.phrase) or contains_word(split_part(r.note_folded, chr(30), 1), ask.phrase) then 2
		when ask.words <> array[ask.phrase] and coalesce((select false from (select concat_ws(chr(31), split_part(r.name_folded, chr(30), 1), split_part(r.meat_type_folded, chr(30), 1),
			split_part(r.ingredients_folded, chr(30), 1), split_part(r.note_folded, chr(30), 1)) as folded offset 0) as typed, unnest(ask.words) as wanted(word)
			where not contains_word(typed.folded, wanted.word) limit 1), true) then 1
		else 0 end /* END */ as exact) as ranked
	where r.user_id = @user_id and /* BEGIN stocked */ r.id = stock.id /* END */ and /* BEGIN filter */ r.ingredient_terms && ask.terms /* END */
		and /* BEGIN search */ coalesce((select false from unnest(ask.words) as wanted(word) where not contains_word(texts.folded, wanted.word) limit 1), true) /* END */
		and /* BEGIN after */ (stock.rank, found.matches, found.accuracy, ranked.exact, r.added_date, r.id)
			< (ask.after_rank, ask.after_matches, ask.after_accuracy, ask.after_exact, ask.after_date, ask.after_id) /* END */
	order by /* BEGIN order */ stock.rank desc, found.matches desc, found.accuracy desc, ranked.exact desc, r.added_date desc, r.id desc /* END */
	limit sqlc.narg('at_most')::bigint
) i on sqlc.narg('foods')::bigint is null or v.foods = sqlc.narg('foods')::bigint
where v.user_id = @user_id;

-- name: LoadKitchen :one
-- The lots of the fridge in its order, as arrays of equal length, and the settings of the user's foods in the form that catalog.Decode
-- reads. No row: the account has been deleted.
select v.fridge as version,
	lots.ids::bigint[] as lot_ids, lots.names::text[] as lot_names, lots.quantities::text[] as lot_quantities,
	lots.best_before::text[] as lot_best_before, lots.staples::boolean[] as lot_staples, (
		select json_agg(json_build_array(f.name, f.aliases, f.density_g_per_ml, f.piece_weight_g, f.aisle, f.staple) order by f.id)
		from foods f where f.user_id = @user_id
	) as settings
from user_versions v
cross join lateral (
	select coalesce(array_agg(f.id), '{}') as ids, coalesce(array_agg(f.name), '{}') as names, coalesce(array_agg(f.quantity), '{}') as quantities,
		coalesce(array_agg(coalesce(to_char(f.best_before, 'YYYY-MM-DD'), '')), '{}') as best_before, coalesce(array_agg(f.staple), '{}') as staples
	from (select i.id, i.name, i.quantity, i.best_before, i.staple from fridge_items i where i.user_id = @user_id order by i.group_name desc, i.id) f
) as lots
where v.user_id = @user_id;

-- name: ListRecipeNeeds :many
-- The ingredients of all recipes. Each row has the version of the whole list, also the single row of an empty list, whose recipe is
-- null.
select v.recipes as list_version, r.id, r.added_date, r.ingredients
from user_versions v left join recipes r on r.user_id = v.user_id
where v.user_id = @user_id;

-- name: GetRecipe :one
select id, version, name, meat_type, longevity, servings, frequency, state, note, ingredients, added_date
from recipes where id = @id and user_id = @user_id;

-- name: UpdateRecipe :one
-- A null parameter leaves its column unchanged. A column that can be null needs a parameter that says whether to set it.
with bumped as (
	update user_versions v set recipes = next_version(v.recipes)
	where v.user_id = @user_id and exists (select from recipes r where r.id = @id and r.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[])))
	returning v.recipes as version
)
update recipes r set
	version          = bumped.version,
	name             = coalesce(sqlc.narg('name'), name),
	meat_type        = coalesce(sqlc.narg('meat_type'), meat_type),
	longevity        = coalesce(sqlc.narg('longevity'), longevity),
	servings         = coalesce(sqlc.narg('servings'), servings),
	frequency        = coalesce(sqlc.narg('frequency'), frequency),
	state            = coalesce(sqlc.narg('state'), state),
	note             = coalesce(sqlc.narg('note'), note),
	ingredients      = coalesce(sqlc.narg('ingredients')::text::json, ingredients),
	ingredient_terms = coalesce(sqlc.narg('ingredient_terms')::text::text[], ingredient_terms),
	name_key            = coalesce(sqlc.narg('name_key'), name_key),
	name_folded         = coalesce(sqlc.narg('name_folded'), name_folded),
	meat_type_folded    = coalesce(sqlc.narg('meat_type_folded'), meat_type_folded),
	ingredients_folded  = coalesce(sqlc.narg('ingredients_folded'), ingredients_folded),
	note_folded         = coalesce(sqlc.narg('note_folded'), note_folded)
from bumped
where r.id = @id and r.user_id = @user_id
	and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[]))
returning r.id, r.version, r.name, r.meat_type, r.longevity, r.servings, r.frequency, r.state, r.note, r.ingredients, r.added_date;

-- name: DeleteRecipe :execrows
-- Moves a recipe to the trash, with all its columns.
with bumped as (
	update user_versions v set recipes = next_version(v.recipes)
	where v.user_id = @user_id and exists (select from recipes r where r.id = @id and r.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[])))
	returning v.user_id
), gone as (
	delete from recipes r using bumped
	where r.id = @id and r.user_id = bumped.user_id
		and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[]))
	returning r.id, r.user_id, r.version, r.added_date, r.longevity, r.servings, r.frequency, r.state, r.name, r.meat_type, r.note, r.ingredients, r.ingredient_terms,
		r.name_key, r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded
), recorded as (
	insert into deleted_ids (user_id, kind, id) select gone.user_id, 'recipe', gone.id from gone on conflict do nothing
)
insert into recipe_trash (id, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
select id, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded from gone;

-- name: DeleteRecipes :execrows
-- Runs after BumpVersions, in the same transaction. Moves every recipe to the trash.
with gone as (
	delete from recipes r where r.user_id = @user_id
	returning r.id, r.user_id, r.version, r.added_date, r.longevity, r.servings, r.frequency, r.state, r.name, r.meat_type, r.note, r.ingredients, r.ingredient_terms,
		r.name_key, r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded
), recorded as (
	insert into deleted_ids (user_id, kind, id) select gone.user_id, 'recipe', gone.id from gone on conflict do nothing
)
insert into recipe_trash (id, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
select id, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded from gone;

-- name: RestoreRecipe :one
-- Moves a recipe back from the trash, under a new version. Its row in deleted_ids stays.
with bumped as (
	update user_versions v set recipes = next_version(v.recipes)
	where v.user_id = @user_id and exists (select from recipe_trash t where t.id = @id and t.user_id = @user_id)
	returning v.user_id, v.recipes as version
), kept as (
	delete from recipe_trash t using bumped
	where t.id = @id and t.user_id = bumped.user_id
	returning t.id, t.user_id, t.added_date, t.longevity, t.servings, t.frequency, t.state, t.name, t.meat_type, t.note, t.ingredients, t.ingredient_terms,
		t.name_key, t.name_folded, t.meat_type_folded, t.ingredients_folded, t.note_folded
)
insert into recipes (id, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
overriding system value
select kept.id, kept.user_id, bumped.version, kept.added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
	name_key, name_folded, meat_type_folded, ingredients_folded, note_folded from kept, bumped
returning id, version, name, meat_type, longevity, servings, frequency, state, note, ingredients, added_date;

-- name: ListDeletedRecipes :many
-- The recipes in the trash after a key, the last deleted first. The key of the first page is before every row. Each row has the version
-- of the list of recipes, also the single row of an empty trash, whose recipe is null.
select v.recipes as list_version, i.id, i.name, i.meat_type, i.longevity, i.servings, i.frequency, i.state, i.note, i.ingredients, i.added_date,
	i.deleted_at
from user_versions v
left join (
	select t.id, t.name, t.meat_type, t.longevity, t.servings, t.frequency, t.state, t.note, t.ingredients, t.added_date, t.deleted_at
	from recipe_trash t
	where t.user_id = @user_id and (t.deleted_at, t.id) < (@after_date::timestamptz, @after_id::bigint)
	order by t.deleted_at desc, t.id desc
	limit sqlc.narg('at_most')::bigint
) i on true
where v.user_id = @user_id;

-- name: OldestTrash :one
-- The user with the oldest recipe in any trash, if it was deleted more than this number of days ago.
select user_id from recipe_trash
where deleted_at < clock_timestamp() - make_interval(days => @days::int)
order by deleted_at limit 1;

-- name: EmptyTrash :execrows
-- Runs after BumpVersions, in the same transaction. Permanently deletes the recipes that the user deleted more than this number of days
-- ago.
delete from recipe_trash where user_id = @user_id and deleted_at < clock_timestamp() - make_interval(days => @days::int);

-- name: ActivateRecipes :one
-- Runs after BumpVersions, in the same transaction. Makes every recipe active and returns the number of all recipes.
with changed as (
	update recipes set state = 'active', version = (select v.recipes from user_versions v where v.user_id = @user_id)
	where recipes.user_id = @user_id and recipes.state <> 'active'
)
select count(*) from recipes where recipes.user_id = @user_id;

-- name: HasRecipes :one
select exists (select from recipes where user_id = @user_id);

-- name: CountRecipes :many
-- One row for each meat type and one for each frequency. Each row has the version of the list of recipes, also the single row
-- of an empty list, whose counts are null.
select v.recipes as list_version, c.by_meat_type, c.label, c.total, c.active
from user_versions v
left join (
	select (grouping(meat_type) = 0)::boolean as by_meat_type, coalesce(meat_type, frequency)::text as label,
		count(*) as total, count(*) filter (where state = 'active') as active
	from recipes where recipes.user_id = @user_id
	group by grouping sets ((meat_type), (frequency))
	order by 1, coalesce(meat_type, frequency) collate "C"
) c on true
where v.user_id = @user_id;
