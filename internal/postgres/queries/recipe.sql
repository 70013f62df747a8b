-- name: CreateRecipes :many
-- Any number of recipes, in the order of the arrays, which is the order of the rows that come back. The names of a
-- recipe's ingredients are an array in PostgreSQL's text form, since arrays of arrays are rectangular. No rows: the account
-- has been deleted.
with moved as (
	update collections c set recipes = next_version(c.recipes) where c.user_id = @user_id returning c.user_id, c.recipes as version
)
insert into recipes (user_id, version, name, meat_type, longevity, frequency, state, note, ingredients, ingredient_terms,
	name_folded, meat_type_folded, ingredients_folded, note_folded)
select moved.user_id, moved.version, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients::json,
	r.ingredient_terms::text[], r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded
from moved, (
	select unnest(@names::text[]) as name, unnest(@meat_types::text[]) as meat_type,
		unnest(@longevities::bigint[]) as longevity, unnest(@frequencies::text[]) as frequency,
		unnest(@states::text[]) as state, unnest(@notes::text[]) as note,
		unnest(@ingredients::text[]) as ingredients, unnest(@ingredient_terms::text[]) as ingredient_terms,
		unnest(@names_folded::text[]) as name_folded, unnest(@meat_types_folded::text[]) as meat_type_folded,
		unnest(@ingredients_folded::text[]) as ingredients_folded, unnest(@notes_folded::text[]) as note_folded
) as r
returning id, version, added_date;

-- The lists below differ in their order alone: a filter must change in all of them. An empty text and an empty array
-- mean no filter. Each begins after a key; where an index gives the order, the key of the first page is beyond every
-- row's. matches counts the ingredients that were asked for, different_names all. The names are joined rather than
-- compared with any(), which a prepared statement looks through one by one. collection is the version of all recipes.

-- name: ListRecipesNewestFirst :many
select (select c.recipes from collections c where c.user_id = @user_id)::bigint as collection,
	r.id, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients, r.added_date,
	cardinality(r.ingredient_terms)::bigint as different_names,
	(case when cardinality(@wanted::text[]) = 0 then 0
		else (select count(*) from unnest(r.ingredient_terms) as has(term) join unnest(@wanted::text[]) as wants(term) using (term))
	end)::bigint as matches
from recipes r
where r.user_id = @user_id and (r.added_date, r.id) < (@after_date::timestamptz, @after_id::bigint)
	and (cardinality(@wanted::text[]) = 0 or r.ingredient_terms && @wanted::text[])
	and (@needle::text = '' or strpos(r.name_folded, @needle) > 0 or strpos(r.meat_type_folded, @needle) > 0
		or strpos(r.ingredients_folded, @needle) > 0 or strpos(r.note_folded, @needle) > 0)
order by r.added_date desc, r.id desc
limit sqlc.narg('at_most')::bigint;

-- name: ListRecipesOldestFirst :many
select (select c.recipes from collections c where c.user_id = @user_id)::bigint as collection,
	r.id, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients, r.added_date,
	cardinality(r.ingredient_terms)::bigint as different_names,
	(case when cardinality(@wanted::text[]) = 0 then 0
		else (select count(*) from unnest(r.ingredient_terms) as has(term) join unnest(@wanted::text[]) as wants(term) using (term))
	end)::bigint as matches
from recipes r
where r.user_id = @user_id and (r.added_date, r.id) > (@after_date::timestamptz, @after_id::bigint)
	and (cardinality(@wanted::text[]) = 0 or r.ingredient_terms && @wanted::text[])
	and (@needle::text = '' or strpos(r.name_folded, @needle) > 0 or strpos(r.meat_type_folded, @needle) > 0
		or strpos(r.ingredients_folded, @needle) > 0 or strpos(r.note_folded, @needle) > 0)
order by r.added_date, r.id
limit sqlc.narg('at_most')::bigint;

-- name: ListRecipesByName :many
select (select c.recipes from collections c where c.user_id = @user_id)::bigint as collection,
	r.id, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients, r.added_date,
	cardinality(r.ingredient_terms)::bigint as different_names,
	(case when cardinality(@wanted::text[]) = 0 then 0
		else (select count(*) from unnest(r.ingredient_terms) as has(term) join unnest(@wanted::text[]) as wants(term) using (term))
	end)::bigint as matches
from recipes r
where r.user_id = @user_id and (r.name_folded, r.id) > (@after_name::text, @after_id::bigint)
	and (cardinality(@wanted::text[]) = 0 or r.ingredient_terms && @wanted::text[])
	and (@needle::text = '' or strpos(r.name_folded, @needle) > 0 or strpos(r.meat_type_folded, @needle) > 0
		or strpos(r.ingredients_folded, @needle) > 0 or strpos(r.note_folded, @needle) > 0)
order by r.name_folded, r.id
limit sqlc.narg('at_most')::bigint;

-- name: ListRecipesByNameDescending :many
select (select c.recipes from collections c where c.user_id = @user_id)::bigint as collection,
	r.id, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients, r.added_date,
	cardinality(r.ingredient_terms)::bigint as different_names,
	(case when cardinality(@wanted::text[]) = 0 then 0
		else (select count(*) from unnest(r.ingredient_terms) as has(term) join unnest(@wanted::text[]) as wants(term) using (term))
	end)::bigint as matches
from recipes r
where r.user_id = @user_id and (r.name_folded, r.id) < (@after_name::text, @after_id::bigint)
	and (cardinality(@wanted::text[]) = 0 or r.ingredient_terms && @wanted::text[])
	and (@needle::text = '' or strpos(r.name_folded, @needle) > 0 or strpos(r.meat_type_folded, @needle) > 0
		or strpos(r.ingredients_folded, @needle) > 0 or strpos(r.note_folded, @needle) > 0)
order by r.name_folded desc, r.id desc
limit sqlc.narg('at_most')::bigint;

-- name: ListRecipesBestMatchFirst :many
-- The most matches first, then the largest share of whole per cent (as accuracy in internal/recipe has it), then the
-- newest. wanted is not empty.
select (select c.recipes from collections c where c.user_id = @user_id)::bigint as collection,
	r.id, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients, r.added_date,
	cardinality(r.ingredient_terms)::bigint as different_names, found.matches::bigint as matches
from recipes r
cross join lateral (
	select count(*) as matches, 100 * count(*) / cardinality(r.ingredient_terms) as accuracy
	from unnest(r.ingredient_terms) as has(term) join unnest(@wanted::text[]) as wants(term) using (term)
) as found
where r.user_id = @user_id and r.ingredient_terms && @wanted::text[]
	and (@first_page::boolean or (found.matches, found.accuracy, r.added_date, r.id)
		< (@after_matches::bigint, @after_accuracy::bigint, @after_date::timestamptz, @after_id::bigint))
	and (@needle::text = '' or strpos(r.name_folded, @needle) > 0 or strpos(r.meat_type_folded, @needle) > 0
		or strpos(r.ingredients_folded, @needle) > 0 or strpos(r.note_folded, @needle) > 0)
order by found.matches desc, found.accuracy desc, r.added_date desc, r.id desc
limit sqlc.narg('at_most')::bigint;

-- name: GetRecipe :one
select id, version, name, meat_type, longevity, frequency, state, note, ingredients, added_date
from recipes where id = @id and user_id = @user_id;

-- name: UpdateRecipe :one
-- Null: that column stays as it is.
with moved as (
	update collections c set recipes = next_version(c.recipes)
	where c.user_id = @user_id and exists (select from recipes r where r.id = @id and r.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[])))
	returning c.recipes as version
)
update recipes r set
	version          = moved.version,
	name             = coalesce(sqlc.narg('name'), name),
	meat_type        = coalesce(sqlc.narg('meat_type'), meat_type),
	longevity        = coalesce(sqlc.narg('longevity'), longevity),
	frequency        = coalesce(sqlc.narg('frequency'), frequency),
	state            = coalesce(sqlc.narg('state'), state),
	note             = coalesce(sqlc.narg('note'), note),
	ingredients      = coalesce(sqlc.narg('ingredients')::text::json, ingredients),
	ingredient_terms = coalesce(sqlc.narg('ingredient_terms')::text::text[], ingredient_terms),
	name_folded         = coalesce(sqlc.narg('name_folded'), name_folded),
	meat_type_folded    = coalesce(sqlc.narg('meat_type_folded'), meat_type_folded),
	ingredients_folded  = coalesce(sqlc.narg('ingredients_folded'), ingredients_folded),
	note_folded         = coalesce(sqlc.narg('note_folded'), note_folded)
from moved
where r.id = @id and r.user_id = @user_id
	and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[]))
returning r.id, r.version, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.ingredients, r.added_date;

-- name: DeleteRecipe :execrows
with moved as (
	update collections c set recipes = next_version(c.recipes)
	where c.user_id = @user_id and exists (select from recipes r where r.id = @id and r.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[])))
	returning c.user_id
)
delete from recipes r using moved
where r.id = @id and r.user_id = moved.user_id
	and (sqlc.narg('match')::bigint[] is null or r.version = any(sqlc.narg('match')::bigint[]));

-- name: DeleteRecipes :exec
-- After MoveCollections, in the same transaction.
delete from recipes where user_id = @user_id;

-- name: ActivateRecipes :one
-- Makes every recipe active and counts them all. After MoveCollections, in the same transaction.
with changed as (
	update recipes set state = 'active', version = (select c.recipes from collections c where c.user_id = @user_id)
	where recipes.user_id = @user_id and recipes.state <> 'active'
)
select count(*) from recipes where recipes.user_id = @user_id;

-- name: CountRecipes :many
-- One row for each meat type and one for each frequency, each with the version of all recipes.
select (select c.recipes from collections c where c.user_id = @user_id)::bigint as collection,
	(grouping(meat_type) = 0)::boolean as by_meat_type, coalesce(meat_type, frequency)::text as label,
	count(*) as total, count(*) filter (where state = 'active') as active
from recipes where recipes.user_id = @user_id
group by grouping sets ((meat_type), (frequency))
order by 2, coalesce(meat_type, frequency) collate "C";
