package postgres_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// manyUsersSQL fills the tables with the rows of many users and collects statistics.
const manyUsersSQL = `
insert into users (username, username_key, password_hash) select 'u' || n, 'u' || n, '' from generate_series(1, 2000) n;
insert into user_versions (user_id) select id from users;
insert into fridge_items (user_id, version, name, group_name, group_key) select u.id, 1, 'i' || n, 'g' || n % 5, 'g' || n % 5 from users u, generate_series(1, 20) n;
insert into grocery_items (user_id, version, item) select u.id, 1, 'i' || n from users u, generate_series(1, 20) n;
insert into meal_plans select id, 'metric', '{}' from users;
insert into planned_meals (user_id, recipe_id, servings, factor, cook_on) select u.id, n, 0, '', '' from users u, generate_series(1, 20) n;
insert into plan_overrides (user_id, food, food_key, state, amount) select u.id, 'i' || n, 'i' || n, 'have', '' from users u, generate_series(1, 20) n;
insert into plan_lines select user_id, id, 'i', item from grocery_items;
insert into foods (user_id, version, name, aliases, density, piece_weight, density_g_per_ml, piece_weight_g, aisle, staple)
	select u.id, 1, 'f' || n, array['a' || n], '', '', '', '', '', false from users u, generate_series(1, 20) n;
insert into plans (user_id, recipe_ids) select u.id, array[n] from users u, generate_series(1, 20) n;
insert into recipes (user_id, version, name, meat_type, longevity, frequency, state, note, ingredients, ingredient_terms, name_key, name_folded, meat_type_folded, ingredients_folded, note_folded)
	select u.id, 1, 'r' || n, 'm', 1, 'weekday', 'active', '', '[]', array[u.id || ':i' || n], ('r' || n)::bytea, 'r' || n, 'm', 'i' || n, '' from users u, generate_series(1, 20) n;
insert into recipe_trash (id, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms, name_key, name_folded, meat_type_folded, ingredients_folded, note_folded, deleted_at)
	select id + 1000000, user_id, version, added_date, longevity, servings, frequency, state, name, meat_type, note, ingredients, ingredient_terms, name_key, name_folded, meat_type_folded, ingredients_folded, note_folded, now() - id * interval '1 minute' from recipes;
insert into deleted_ids (user_id, kind, id) select user_id, 'recipe', id from recipe_trash;
insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at, idle_expires_at, absolute_expires_at, user_agent, address)
	select u.id, 2, 1, now(), now(), '{1}', array[now()], now(), now(), now() + interval '30 days', now() + interval '1 year', '', '' from users u, generate_series(1, 3);
insert into ended_sessions select gen_random_uuid(), now() - n * interval '1 second' from generate_series(1, 5000) n;
insert into login_failures select sha256(n::text::bytea), n, 1, 0, now(), now() - n * interval '1 hour' from generate_series(1, 5000) n;
insert into idempotency_keys (user_id, key_hash, fingerprint, result, created_at) select u.id, sha256(n::text::bytea), '', '[]', now() - n * interval '1 minute' from users u, generate_series(1, 20) n;
insert into registration_keys (key_hash, user_id, username, created_at) select sha256(id::text::bytea), id, '', now() - id * interval '1 minute' from users;
insert into login_networks select ('10.0.' || n / 250 || '.' || n % 250)::cidr, now() + n * interval '1 second' from generate_series(0, 4999) n;
insert into login_devices (token_hash, user_id, used_at) select sha256(n::text::bytea), u.id, now() - u.id * interval '1 hour' from users u, generate_series(1, 3) n;
insert into api_tokens (user_id, hash, name, scopes, expires_at, user_agent, address)
	select u.id, sha256((u.id * 10 + n)::text::bytea), 't' || n, '{recipes:read}', now() + u.id * interval '1 hour', '', '' from users u, generate_series(1, 3) n;
insert into security_events (user_id, at, kind, address, user_agent, detail)
	select u.id, now() - u.id * interval '1 hour', 'login', '', '', '' from users u, generate_series(1, 20) n;
insert into password_reset_codes select id, sha256(id::text::bytea), now() + id * interval '1 second' from users;
analyze`

// TestEveryQueryUsesAnIndex reads the generic plan of every query.
func TestEveryQueryUsesAnIndex(t *testing.T) {
	t.Parallel()
	conn := connectWithManyUsers(t)
	queries := queriesOf(t)
	require.Greater(t, len(queries), 30)
	maps.Copy(queries, recipe.ListStatements())
	scan := regexp.MustCompile(`Seq Scan on (users|security_events|api_tokens|login_failures|login_networks|login_devices|fridge_items|fridge_journal|grocery_items|foods|plans|meal_plans|planned_meals|plan_overrides|plan_lines|recipes|recipe_trash|deleted_ids|sessions|ended_sessions|user_versions|idempotency_keys|registration_keys)`)
	for name, sql := range queries {
		require.NotRegexp(t, scan, planOf(t, conn, sql), name)
	}
}

// TestAPageOfRecipesIsReadInTheOrderOfAnIndex allows no sort: a page of 50 must not read 10,000 rows. A filter by ingredients uses
// another index, and sorts the rows that it finds.
func TestAPageOfRecipesIsReadInTheOrderOfAnIndex(t *testing.T) {
	t.Parallel()
	conn := connectWithManyUsers(t)
	for order, index := range map[recipe.Order]string{
		recipe.NewestFirst: "recipes_by_date", recipe.OldestFirst: "recipes_by_date",
		recipe.ByName: "recipes_by_name", recipe.ByNameReversed: "recipes_by_name",
		recipe.BestMatchFirst: "recipes_by_ingredient",
	} {
		for _, nextPage := range []bool{true, false} {
			filtered := order == recipe.BestMatchFirst
			plan := planOf(t, conn, recipe.ListStatements()[fmt.Sprintf("order %q, filtered: %t, searched: false, next page: %t", order, filtered, nextPage)])
			require.Contains(t, plan, index)
			require.Equal(t, filtered, strings.Contains(plan, "Sort"), plan)
		}
	}
}

// connectWithManyUsers returns a connection to a database with the rows of many users. It uses generic plans, which ignore the
// parameters.
func connectWithManyUsers(t *testing.T) *pgx.Conn {
	t.Helper()
	database := pgtest.New(t)
	database.Exec(t, manyUsersSQL)
	conn, err := pgx.Connect(t.Context(), database.URL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(t.Context(), `set plan_cache_mode = force_generic_plan`)
	require.NoError(t, err)
	return conn
}

// queriesOf reads the SQL of the generated queries, by name.
func queriesOf(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../gen/db/*.sql.go")
	require.NoError(t, err)
	all := map[string]string{}
	for _, f := range files {
		source, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile("(?s)= `-- name: (\\w+) :\\w+\n(.*?)`").FindAllStringSubmatch(string(source), -1) {
			all[match[1]] = match[2]
		}
	}
	return all
}

// planOf returns the generic plan of a query.
func planOf(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	ctx, count := t.Context(), 0
	for _, match := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(sql, -1) {
		n, err := strconv.Atoi(match[1])
		require.NoError(t, err)
		count = max(count, n)
	}
	_, err := conn.Exec(ctx, "prepare p as "+sql, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err, sql)
	call := "p"
	if count > 0 {
		call = fmt.Sprintf("p(%s)", strings.TrimSuffix(strings.Repeat("null, ", count), ", "))
	}
	rows, err := conn.Query(ctx, "explain execute "+call, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err, sql)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err, sql)
	_, err = conn.Exec(ctx, "deallocate p", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	return strings.Join(lines, "\n")
}
