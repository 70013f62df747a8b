package backup

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// fixture has rows for each table, with values that are hard to copy. A test fails if a table has no rows: add them here.
var fixture = map[string]string{
	"users":         `insert into users (username, username_key, password_hash) values ('Grand-mère', 'grand-mère', '$argon2id$x'), ('Ben', 'ben', ''), ('Carla', 'carla', '')`,
	"user_versions": `insert into user_versions (user_id) select id from users`,
	"fridge_items": `insert into fridge_items (user_id, version, name, group_name, group_key)
		select id, 1, E'tab\t, line\nbreak, back\\slash, \\N, \\. and \r', '', '🧂' from users`,
	"fridge_journal": `update fridge_items set quantity = '½ "cup"', best_before = '2026-12-01', opened = '2026-11-01', place = 'door', staple = true`,
	"grocery_items":  `insert into grocery_items (user_id, version, item, is_checked) select id, 1, 'leek' || n, n % 2 = 0 from users, generate_series(1, 100) n`,
	"sessions": `insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at, idle_expires_at, absolute_expires_at, user_agent, address)
		select id, 3, 2, now(), now(), '{2,1}', array[now(), now() - interval '1 hour'], now(), now(), now() + interval '1 day', 'infinity', '', '::1' from users`,
	"ended_sessions": `insert into ended_sessions values (gen_random_uuid(), now())`,
	"recipes": `insert into recipes (user_id, version, longevity, frequency, state, name, meat_type, note, ingredients, ingredient_terms, name_key,
			name_folded, meat_type_folded, ingredients_folded, note_folded)
		select id, 1, 3, 'weekday', 'used', 'Soup', '', repeat('long "note" ', case id when 1 then 100000 else 1 end), '[{"name":"leek",  "quantity":"\"2\""}]', array['1:leek', null, '', 'a,b"'],
			'\x00ff0a5c', '', '', '', '' from users`,
	"recipe_trash": `insert into recipe_trash select * from recipes; delete from recipes where user_id = 2`,
	"foods": `insert into foods (user_id, version, name, aliases, density, piece_weight, density_g_per_ml, piece_weight_g, aisle, staple)
		select id, 1, E'Bò\t', array['', 'a,b"', E'\\\\'], '0.7 g/ml', '', '7/10', '', '', id = 1 from users`,
	"deleted_ids":          `insert into deleted_ids values (1, 'recipe', 17)`,
	"plans":                `insert into plans (user_id, recipe_ids) values (1, '{1,17}')`,
	"meal_plans":           `insert into meal_plans values (1, 'metric', array['salt', ''])`,
	"planned_meals":        `insert into planned_meals (user_id, recipe_id, servings, factor, cook_on) values (1, 17, 0, '2/3', '2026-03-07')`,
	"plan_overrides":       `insert into plan_overrides (user_id, food, food_key, state, amount) values (1, 'Salt', 'salt', 'amount', E'1\\tkg')`,
	"plan_lines":           `insert into plan_lines values (1, 1, 'leek', 'leek1')`,
	"security_events":      `insert into security_events (user_id, kind, address, user_agent, detail) values (2, 'logged_in', '', 'Ÿ', '')`,
	"password_reset_codes": `insert into password_reset_codes values (1, '\x01', 'infinity')`,
	"api_tokens":           `insert into api_tokens (user_id, hash, name, scopes, expires_at, user_agent, address) values (1, sha256('x'), 'cron', '{fridge:read}', 'infinity', '', '')`,
	"login_failures":       `insert into login_failures values ('\x02', 1, 1, 2, '-infinity', now())`,
	"login_networks":       `insert into login_networks values ('2001:db8::/64', now())`,
	"login_devices":        `insert into login_devices values ('\x03', 1)`,
	"idempotency_keys":     `insert into idempotency_keys values (1, '\x04', '\x05', '[{"id": 1}]', null)`,
	"registration_keys":    `insert into registration_keys values ('\x06', 2, 'Ben')`,
	"restores":             `insert into restores values ('2020-01-01', '2019-12-31 23:59:59.999999')`,
}

// order is the order of the fixture's statements.
var order = []string{
	"users", "user_versions", "fridge_items", "fridge_journal", "grocery_items", "sessions", "ended_sessions", "recipes", "recipe_trash", "deleted_ids", "plans", "foods",
	"meal_plans", "planned_meals", "plan_overrides", "plan_lines",
	"security_events", "password_reset_codes", "api_tokens", "login_failures", "login_networks", "login_devices",
	"idempotency_keys", "registration_keys", "restores",
}

// newFilled returns a database with rows in each of its tables that the fixture has.
func newFilled(t *testing.T, d database) database {
	t.Helper()
	require.Len(t, order, len(fixture))
	has := d.tables(t)
	for _, table := range order {
		if contains(has, table) {
			_, err := d.Pool.Exec(context.Background(), fixture[table])
			require.NoError(t, err, table)
		}
	}
	return d
}

func contains(all []string, name string) bool {
	for _, one := range all {
		if one == name {
			return true
		}
	}
	return false
}
