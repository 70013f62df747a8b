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

const (
	lines   = 8 // of a recipe
	planned = 5 // recipes of a plan
)

// portions are what each user has beside the recipes.
type portions struct {
	fridge, checklist, plans, sessions int
	note                               int // the most characters of a recipe's note
}

var (
	usual = portions{fridge: 30, checklist: 30, plans: 5, sessions: 5, note: 10_000}
	small = portions{fridge: 10, checklist: 10, plans: 1, sessions: 1, note: 200} // for very many users
)

// password is everybody's, hashed once with the server's parameters (internal/password).
const password = "eggs benedict at noon"

// session is one that the load may refresh.
type session struct {
	id   uuid.UUID
	user int64
}

// seed fills the database. The first recipes are written by the server's own code, and copied within PostgreSQL: rows are
// exactly those that the server writes. Users 1 to n have the same number of recipes, those after them the libraries.
func (w *world) seed(ctx context.Context, db *postgres.DB) error {
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		return err
	}
	kitchen, err := demo.Load()
	if err != nil {
		return err
	}
	prototypes := int64(w.users + len(w.libraries) + 1)
	if _, err := w.admin.Exec(ctx, `insert into users (username, username_key, password_hash)
		select 'cook' || n, 'cook' || n, $1 from generate_series(1, $2) n order by n`, hash, prototypes); err != nil {
		return fmt.Errorf("seed users: %w", err)
	}
	if err := w.do(ctx, statement{`insert into user_versions (user_id) values ($1)`, []any{prototypes}}); err != nil {
		return err
	}
	if _, err := (&recipe.Service{DB: db}).Create(ctx, prototypes, ofEightLines(kitchen.Recipes)...); err != nil {
		return err
	}
	for _, s := range []statement{
		{`create temp table prototypes as select row_number() over (order by id) - 1 as position, * from recipes`, nil},
		{`update prototypes set note = left(note, $1), note_folded = left(note_folded, $1)`, []any{w.portions.note}},
		{`analyze prototypes`, nil},
		{`delete from users where id = $1`, []any{prototypes}},
	} {
		if err := w.do(ctx, s); err != nil {
			return err
		}
	}
	// What is deleted between runs is not announced, as the end of a session would be; and what is seeded has its user.
	if err := w.exec(ctx, `set session_replication_role = replica`); err != nil {
		return err
	}
	if err := w.load(ctx, w.kitchens(kitchen)); err != nil {
		return err
	}
	if err := w.exec(ctx, `vacuum analyze`, `checkpoint`); err != nil {
		return err
	}
	if err := w.chooseCooks(ctx); err != nil {
		return err
	}
	return w.admin.QueryRow(ctx, `select (select max(id) from recipes), (select max(id) from plans)`).Scan(&w.lastRecipe, &w.lastPlan)
}

// kitchens are the statements that give every user a kitchen. What belongs to one user stands together. Recipes come in pieces,
// since all that is sorted with them must fit onto the disk a second time.
func (w *world) kitchens(kitchen demo.Kitchen) []statement {
	var all []statement
	const atOnce = 10_000
	for from := 1; from <= w.users; from += atOnce {
		all = append(all, statement{copyRecipes, []any{from, min(from+atOnce-1, w.users), w.recipes}})
	}
	for i, recipes := range w.libraries {
		all = append(all, statement{copyRecipes, []any{w.users + i + 1, w.users + i + 1, recipes}})
	}
	names, groups := fridgeColumns(kitchen, w.portions.fridge)
	return append(all,
		statement{`insert into user_versions (user_id) select id from users order by id`, nil},
		statement{`insert into fridge_items (user_id, version, name, group_name) select u.id, 1, i.name, i.groups from
			users u, unnest($1::text[], $2::text[]) with ordinality as i(name, groups, n) order by u.id, i.n`, []any{names, groups}},
		statement{`insert into grocery_items (user_id, version, item, is_checked) select u.id, 1, i.item, i.n % 3 = 0 from
			users u, unnest($1::text[]) with ordinality as i(item, n) order by u.id, i.n`, []any{checklist(kitchen, w.portions.checklist)}},
		statement{`insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at,
				idle_expires_at, absolute_expires_at, user_agent, address)
			select id, 1, 0, now(), now(), '{}', '{}', now(), now() + interval '30 days', now() + interval '1 year', 'seed', '127.0.0.1'
			from users, generate_series(1, $1::int) order by id`, []any{w.portions.sessions}})
}

// plan records plans of every user's first recipes.
const plan = `insert into plans (user_id, recipe_ids)
	select u.id, array(select r.id from recipes r where r.user_id = u.id order by r.added_date desc, r.id desc limit $2)
	from users u, generate_series(1, $1::int) order by u.id`

// copyRecipes gives the users from $1 to $2 $3 recipes each, of the prototypes.
const copyRecipes = `insert into recipes (user_id, version, added_date, longevity, frequency, state, name, meat_type, note, ingredients, ingredient_terms,
		name_folded, meat_type_folded, ingredients_folded, note_folded)
	select u.id, 1, now() - make_interval(mins => u.n), p.longevity, p.frequency, p.state, p.name, p.meat_type, p.note, p.ingredients,
		array(select u.id || substr(term, strpos(term, ':')) from unnest(p.ingredient_terms) as term),
		p.name_folded, p.meat_type_folded, p.ingredients_folded, p.note_folded
	from (select id, n from users cross join generate_series(0, $3::int - 1) as n
			where id between $1::bigint and $2::bigint order by id, n) as u
		join prototypes p on p.position = (u.id * $3::int + u.n) % (select count(*) from prototypes)`

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

func fridgeColumns(k demo.Kitchen, items int) (names, groups []string) {
	for i := range items {
		one := k.Fridge[i%len(k.Fridge)]
		names, groups = append(names, one.Name), append(groups, one.Group)
	}
	return names, groups
}

func checklist(k demo.Kitchen, length int) []string {
	var items []string
	for i := range length {
		of := k.Recipes[i].Ingredients[0]
		items = append(items, strings.TrimSpace(of.Quantity+" "+of.Name))
	}
	return items
}

func accessOf(user int64, now time.Time) token.Access {
	return token.Access{ID: uuid.New(), UserID: user, SessionID: uuid.New(), IssuedAt: now, ExpiresAt: now.Add(24 * time.Hour)}
}
