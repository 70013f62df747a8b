package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/token"
)

// What each user has beside recipes.
const (
	lines          = 8 // of a recipe
	fridgeItems    = 30
	checklistItems = 30
	plans          = 5
	planned        = 5 // recipes of a plan
	sessionsEach   = 5
)

// password is everybody's, hashed once with the server's parameters (internal/password).
const password = "eggs benedict at noon"

// session is one that the load may refresh.
type session struct {
	id   uuid.UUID
	user int64
}

// seed fills the database. The first recipes are written by the server's own code, and copied within PostgreSQL: rows are
// exactly those that the server writes. Users 1 to n have the same number of recipes, user n+1 the large library.
func (w *world) seed(ctx context.Context, db *postgres.DB) error {
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		return err
	}
	kitchen, err := demo.Load()
	if err != nil {
		return err
	}
	prototypes := int64(w.users + 2)
	if _, err := w.admin.Exec(ctx, `insert into users (username, username_key, password_hash)
		select 'cook' || n, 'cook' || n, $1 from generate_series(1, $2) n order by n`, hash, prototypes); err != nil {
		return fmt.Errorf("seed users: %w", err)
	}
	if _, err := (&recipe.Service{DB: db}).Create(ctx, prototypes, ofEightLines(kitchen.Recipes)...); err != nil {
		return err
	}
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{copyRecipes, []any{prototypes, 1, w.users, w.recipes}},
		{copyRecipes, []any{prototypes, w.users + 1, w.users + 1, w.large}},
		{`delete from users where id = $1`, []any{prototypes}},
		{`insert into fridges select id from users`, nil},
		{`insert into grocery_lists select id from users`, nil},
		{`insert into fridge_items (user_id, name, group_name) select u.id, i.name, i.groups from users u,
			unnest($1::text[], $2::text[]) with ordinality as i(name, groups, n) order by u.id, i.n`, fridgeColumns(kitchen)},
		{`insert into grocery_items (user_id, item, is_checked) select u.id, i.item, i.n % 3 = 0 from users u,
			unnest($1::text[]) with ordinality as i(item, n) order by u.id, i.n`, []any{checklist(kitchen)}},
		{`insert into plans (user_id, recipe_ids) select id, array(select r.id from recipes r where r.user_id = u.id limit $2)
			from users u, generate_series(1, $1::int)`, []any{plans, planned}},
	} {
		if _, err := w.admin.Exec(ctx, s.sql, s.args...); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	if err := w.seedSessions(ctx); err != nil {
		return err
	}
	// What is deleted between runs is not announced, as the end of a session would be.
	if err := w.exec(ctx, `vacuum analyze`, `checkpoint`, `set session_replication_role = replica`); err != nil {
		return err
	}
	return w.admin.QueryRow(ctx, `select (select max(id) from recipes), (select max(id) from plans)`).Scan(&w.lastRecipe, &w.lastPlan)
}

// copyRecipes gives the users from $2 to $3 $4 recipes each, of those of user $1.
const copyRecipes = `with p as (select row_number() over (order by id) - 1 as position, * from recipes where user_id = $1)
	insert into recipes (user_id, added_date, longevity, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
		name_folded, meat_type_folded, ingredients_folded, note_folded)
	select u.id, now() - make_interval(mins => n), p.longevity, p.frequency, p.state, p.name, p.meat_type, p.note, p.ingredients,
		array(select u.id || substr(term, strpos(term, ':')) from unnest(p.ingredient_terms) as term),
		p.name_folded, p.meat_type_folded, p.ingredients_folded, p.note_folded
	from users u cross join generate_series(0, $4::int - 1) as n
		join p on p.position = (u.id * $4::int + n) % (select count(*) from p)
	where u.id between $2::bigint and $3::bigint
	order by u.id, n`

// ofEightLines gives every recipe 8 ingredients: some of the next recipes' where it has less.
func ofEightLines(all []recipe.Input) []recipe.Input {
	eight := make([]recipe.Input, len(all))
	for i, r := range all {
		var of []recipe.Ingredient
		for next := i; len(of) < lines; next++ {
			of = append(of, all[next%len(all)].Ingredients...)
		}
		r.Ingredients = of[:lines]
		eight[i] = r
	}
	return eight
}

func fridgeColumns(k demo.Kitchen) []any {
	var names, groups []string
	for i := range fridgeItems {
		one := k.Fridge[i%len(k.Fridge)]
		names, groups = append(names, one.Name), append(groups, one.Group)
	}
	return []any{names, groups}
}

func checklist(k demo.Kitchen) []string {
	var items []string
	for i := range checklistItems {
		of := k.Recipes[i].Ingredients[0]
		items = append(items, strings.TrimSpace(of.Quantity+" "+of.Name))
	}
	return items
}

func (w *world) seedSessions(ctx context.Context) error {
	rows, err := w.admin.Query(ctx, `insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at,
			idle_expires_at, absolute_expires_at, user_agent, address)
		select id, 1, 0, now(), now(), '{}', '{}', now(), now() + interval '30 days', now() + interval '1 year', 'seed', '127.0.0.1'
		from users, generate_series(1, $1::int) returning id, user_id`, sessionsEach)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s session
		if err := rows.Scan(&s.id, &s.user); err != nil {
			return err
		}
		w.sessions = append(w.sessions, s)
	}
	return rows.Err()
}

func accessOf(user int64, now time.Time) token.Access {
	return token.Access{ID: uuid.New(), UserID: user, SessionID: uuid.New(), IssuedAt: now, ExpiresAt: now.Add(24 * time.Hour)}
}
