package postgres_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// sharedTables has the tables whose rows don't belong to one user, with the reason. In a cluster they are on one node, or on every node
// (docs/scaling.md).
var sharedTables = map[string]string{
	"users":             "a login finds the account by its name",
	"ended_sessions":    "every replica reads all of them, and they outlive their users by an hour",
	"login_failures":    "of names that no account may have",
	"login_networks":    "of addresses",
	"registration_keys": "a registration has no user yet",
	"restores":          "of the database",
	"goose_db_version":  "the schema's version",
	"schema_window":     "which programs may serve the schema",
	"signing_keys":      "of all servers",
}

// TestEveryTableCarriesItsUserInItsKeys checks that unique keys and foreign keys contain the user. So a cluster can keep all rows of a
// user on one node: its keys must contain the column that distributes the rows.
func TestEveryTableCarriesItsUserInItsKeys(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t).URL)
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // the connection was only read
	rows, err := conn.Query(t.Context(), `
		select c.relname, i.relname, pg_get_indexdef(i.oid)
		from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
		left join pg_index x on x.indrelid = c.oid and x.indisunique left join pg_class i on i.oid = x.indexrelid
		where c.relkind = 'r'`)
	require.NoError(t, err)
	tables := 0
	for rows.Next() {
		var table string
		var key, definition *string
		require.NoError(t, rows.Scan(&table, &key, &definition))
		if sharedTables[table] != "" || key != nil && uniqueBySecret[*key] {
			continue
		}
		tables++
		require.NotNil(t, key, "%s has no primary key", table)
		require.Regexp(t, `\(.*\buser_id\b.*\)`, *definition, "the key %s of %s needs the user", *key, table)
	}
	require.NoError(t, rows.Err())
	require.Greater(t, tables, 8)

	var others []string
	require.NoError(t, conn.QueryRow(t.Context(), `
		select coalesce(array_agg(conrelid::regclass || ': ' || pg_get_constraintdef(oid)), '{}') from pg_constraint
		where contype = 'f' and pg_get_constraintdef(oid) !~ '^FOREIGN KEY \(user_id'`).Scan(&others))
	require.Empty(t, others, "a foreign key that leads from one user's rows to another's")
}

// uniqueBySecret has the keys of API tokens. A request has only the token, so a cluster needs a directory of their hashes.
var uniqueBySecret = map[string]bool{"api_tokens_hash_key": true, "api_tokens_grant_id_key": true}

// crossUserStatements has the statements that read more than the rows of one user, with the reason.
var crossUserStatements = map[string]string{
	"ListUsers":              "for the operator",
	"UseAPIToken":            "finds the user by the token's hash",
	"DeleteExpiredAPITokens": "sweep",
	"DeleteOldEvents":        "sweep",
	"DeleteOldResetCodes":    "sweep",
	"ListSessionEnds":        "sweep",
	"DeleteSessions":         "sweep: each with its user",
	"SweepLoginDevices":      "sweep",
	"OldestTrash":            "sweep: finds the next user",
	"RememberDevice":         "a browser is known to the accounts that have logged in from it",
}

// TestEveryStatementReadsTheRowsOfOneUser checks that every scan of a user's table has a condition on the user. So a cluster can send
// the statement to one node, and no statement joins the rows of two users.
func TestEveryStatementReadsTheRowsOfOneUser(t *testing.T) {
	t.Parallel()
	conn := connectWithManyUsers(t)
	queries := queriesOf(t)
	maps.Copy(queries, recipe.ListStatements())
	scan := regexp.MustCompile(`(?:Scan|Update|Delete)(?: Backward)?(?: using \w+)? on (\w+)`)
	scans := 0
	for name, sql := range queries {
		if crossUserStatements[name] != "" {
			continue
		}
		lines := strings.Split(planOf(t, conn, sql), "\n")
		for i, line := range lines {
			found := scan.FindStringSubmatch(line)
			if found == nil || !strings.Contains(line, "Scan") || strings.Contains(line, "Bitmap Index Scan") || !isUserTable(found[1]) {
				continue
			}
			scans++
			assert.Contains(t, conditionsOf(lines[i+1:]), "user_id", "%s reads %s of more than one user:\n%s", name, found[1], strings.Join(lines, "\n"))
		}
	}
	require.Greater(t, scans, 60)
}

func isUserTable(table string) bool {
	for _, other := range []string{"user_versions", "fridge_items", "fridge_journal", "grocery_items", "foods", "recipes", "recipe_trash", "deleted_ids", "plans", "meal_plans", "planned_meals", "plan_overrides", "plan_lines", "sessions", "security_events", "password_reset_codes", "api_tokens", "login_devices"} {
		if table == other {
			return true
		}
	}
	return false
}

// conditionsOf returns the lines that belong to a node of a plan.
func conditionsOf(after []string) string {
	var of []string
	for _, line := range after {
		if strings.Contains(line, "->") || strings.Contains(line, "CTE ") || strings.Contains(line, "InitPlan") || strings.Contains(line, "SubPlan") {
			break
		}
		of = append(of, line)
	}
	return strings.Join(of, "\n")
}
