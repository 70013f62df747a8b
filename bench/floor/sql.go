package main

import "github.com/ocipe/ocipe/gen/db"

// The statements do the same work as the server's, without its conditions and pages. Columns have the names of the members in the
// response; version becomes the ETag. If the schema changes, only this file must change.

const (
	recipeColumns  = `id, name, meat_type, longevity, servings, frequency, note, state, ingredients as ingredient_list, added_date`
	recipesVersion = `(select c.recipes from user_versions c where c.user_id = $1) as version`

	getRecipe   = `select ` + recipeColumns + `, version from recipes where user_id = $1 and id = $2`
	listRecipes = `select ` + recipeColumns + `, ` + recipesVersion + ` from recipes where user_id = $1 order by added_date desc, id desc`
	unchanged   = `select ` + recipesVersion

	searchRecipes = `select ` + recipeColumns + `, found.accuracy, ` + recipesVersion + ` from recipes
		cross join lateral (
			select count(*) as matches, 100 * count(*) / cardinality(ingredient_terms) as accuracy
			from unnest(ingredient_terms) as has(term) join unnest($2::text[]) as wants(term) using (term)
		) as found
		where user_id = $1 and ingredient_terms && $2::text[]
		order by found.matches desc, found.accuracy desc, added_date desc, id desc`

	// bumpRecipes begins every write of recipes: a new version of the user's collection.
	bumpRecipes = `with bumped as (update user_versions set recipes = next_version(recipes) where user_id = $1 returning user_id, recipes as version) `

	insertRecipes = bumpRecipes + `insert into recipes (user_id, version, state, longevity, servings, name, meat_type, frequency, note, ingredients, ingredient_terms,
			name_key, name_folded, meat_type_folded, ingredients_folded, note_folded) `

	createRecipe = insertRecipes + `select user_id, version, 'active', $2, $3, $4, $5, $6, $7, $8::json, $9::text[], $10, $11, $12, $13, $14 from bumped returning id, added_date`

	// importRecipes takes an array for each column. The terms of a recipe are an array in PostgreSQL's text format.
	importRecipes = insertRecipes + `
		select user_id, version, 'active', r.longevity, r.servings, r.name, r.meat_type, r.frequency, r.note, r.ingredients::json, r.terms::text[],
			r.name_key, r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded
		from bumped, unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[], $14::bigint[])
			as r(longevity, name, meat_type, frequency, note, ingredients, terms, name_folded, meat_type_folded, ingredients_folded, note_folded, name_key, servings)
		returning id, added_date`

	updateState = bumpRecipes + `update recipes r set state = $3, version = bumped.version from bumped
		where r.user_id = $1 and r.id = $2 returning ` + recipeColumns

	listFridge = `select id, name, group_name, (select c.fridge from user_versions c where c.user_id = $1)
		from fridge_items where user_id = $1 order by group_name desc, id`
	listChecklist = `select id, is_checked as "isChecked", item, (select c.checklist from user_versions c where c.user_id = $1) as version
		from grocery_items where user_id = $1 order by id desc`

	// A plan runs both statements in one transaction: it bumps the versions of recipes and plans, then records the plan.
	bumpForPlan = db.BumpVersions // of recipes, fridge, checklist, plans, foods, user
	recordPlan  = db.RecordPlan   // of user, recipes, maximum bytes of ingredients

	findUser = `select id, password_hash from users where username_key = $1`

	createSession = `with clock as materialized (select clock_timestamp() as now)
		insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at, idle_expires_at, absolute_expires_at, user_agent, address)
		select $1, 1, 0, date_trunc('second', now), now, '{}', '{}', now, now, now + $2::interval, now + $3::interval, $4, $5 from clock
		returning id, gen, gen_at, auth_at, created_at`

	rotateSession = `update sessions s set
			gen = s.gen + 1, ack = s.gen, gen_at = date_trunc('second', clock.now), served_at = clock.now,
			ring_gen = (s.gen || s.ring_gen)[1:8], ring_at = (clock.now || s.ring_at)[1:8],
			idle_expires_at = least(clock.now + $4::interval, s.absolute_expires_at)
		from (select clock_timestamp() as now) as clock
		where s.id = $1 and s.user_id = $2 and s.gen = $3
			and s.revoked_at is null and s.idle_expires_at > clock.now and s.absolute_expires_at > clock.now
			and (cardinality(s.ring_at) < 8 or s.ring_at[7] <= clock.now - $5::interval)
		returning s.id, s.user_id, s.gen, s.gen_at, s.auth_at, clock.now::timestamptz`
)
