package recipe_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// The models that docs/adr/0007 compares with the one in use: the same row without the index of ingredients, ingredient
// lines in a table of their own, and a table of names beside the recipes for the search by ingredients.
const otherModels = `
	create table plain (like recipes including defaults including identity including storage) with (fillfactor = 80);
	insert into plain overriding system value select * from recipes;
	alter table plain alter column id restart with 1000000, add primary key (id);
	create index on plain (user_id, added_date desc, id desc);
	create index on plain (user_id, name_folded, id);
	create table lines (recipe_id bigint not null, position int not null, name text not null, quantity text not null,
		primary key (recipe_id, position) include (name, quantity));
	insert into lines select r.id, l.n, l.line->>'name', l.line->>'quantity'
		from recipes r, json_array_elements(r.ingredients) with ordinality as l(line, n);
	create table names (user_id bigint not null, name text collate "C" not null, recipe_id bigint not null,
		primary key (user_id, name, recipe_id));
	insert into names select r.user_id, split_part(term, ':', 2), r.id from recipes r, unnest(r.ingredient_terms) as term;`

const columns = `r.id, r.name, r.meat_type, r.longevity, r.frequency, r.state, r.note, r.added_date`

// BenchmarkModels compares models of recipes by what a client waits for. Beside the time it reports the CPU time of this
// process and of PostgreSQL, which other programs disturb least.
func BenchmarkModels(b *testing.B) {
	database := pgtest.New(b)
	fill(b, database)
	database.Exec(b, otherModels)
	database.Exec(b, `analyze`)
	conn, err := pgx.Connect(b.Context(), database.URL)
	require.NoError(b, err)
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is pending

	const small, large = int64(2), int64(1)
	names, terms := []string{"leek", "chicken breast"}, []string{"1:leek", "1:chicken breast"}
	for _, m := range []struct{ operation, model, sql string }{
		{"List50", "JSONWithTheRecipe", `select ` + columns + `, r.ingredients from recipes r where r.user_id = $1 order by r.added_date desc, r.id desc`},
		{"List50", "LinesJoined", `select ` + columns + `, l.name, l.quantity from recipes r left join lines l on l.recipe_id = r.id
			where r.user_id = $1 order by r.added_date desc, r.id desc, l.position`},
		{"List50", "LinesAggregated", `select ` + columns + `, (select json_agg(json_build_object('name', l.name, 'quantity', l.quantity) order by l.position)
			from lines l where l.recipe_id = r.id) from recipes r where r.user_id = $1 order by r.added_date desc, r.id desc`},
	} {
		b.Run(m.operation+"/"+m.model, func(b *testing.B) { measure(b, conn, func() int { return read(b, conn, m.sql, small) }) })
	}
	b.Run("List50/LinesInASecondQuery", func(b *testing.B) {
		measure(b, conn, func() int {
			return read(b, conn, `select `+columns+` from recipes r where r.user_id = $1 order by r.added_date desc, r.id desc`, small) +
				read(b, conn, `select l.recipe_id, l.name, l.quantity from lines l where l.recipe_id in (select id from recipes where user_id = $1) order by l.recipe_id, l.position`, small)
		})
	})
	for model, sql := range map[string]string{
		"TermsIndexed": `select r.id from recipes r where r.user_id = $1 and r.ingredient_terms && $2::text[]`,
		"TermsScanned": `select r.id from plain r where r.user_id = $1 and r.ingredient_terms && $2::text[]`,
		"TableOfNames": `select n.recipe_id, count(*) from names n where n.user_id = $1 and n.name = any($2::text[]) group by n.recipe_id`,
		"Lines": `select l.recipe_id, count(distinct l.name) from lines l join recipes r on r.id = l.recipe_id
			where r.user_id = $1 and l.name = any($2::text[]) group by l.recipe_id`,
	} {
		wanted := names
		if strings.HasPrefix(model, "Terms") {
			wanted = terms
		}
		b.Run("Find2IngredientsIn10000/"+model, func(b *testing.B) { measure(b, conn, func() int { return read(b, conn, sql, large, wanted) }) })
	}
	// Each adds a recipe of 8 ingredients in one statement.
	const copied = ` (user_id, version, name, meat_type, longevity, frequency, state, note, ingredients, ingredient_terms, name_folded, meat_type_folded,
		ingredients_folded, note_folded) select 3, version, name, meat_type, longevity, frequency, state, note, ingredients,
		(select array_agg($1 || ':ingredient ' || n) from generate_series(1, 8) n), name_folded, meat_type_folded, ingredients_folded, note_folded
		from recipes where id = 7 returning id`
	for model, sql := range map[string]string{
		"TermsIndexed": `insert into recipes` + copied,
		"TermsScanned": `insert into plain` + copied,
		"TableOfNames": `with r as (insert into plain` + copied + `) insert into names select 3, 'ingredient ' || n, r.id from r, generate_series(1, 8) n`,
		"Lines":        `with r as (insert into plain` + copied + `) insert into lines select r.id, n, 'ingredient ' || n, '100 g' from r, generate_series(1, 8) n`,
	} {
		b.Run("Insert/"+model, func(b *testing.B) { measure(b, conn, func() int { return read(b, conn, sql, "3") }) })
	}
}

// fill gives user 1 10,000 recipes, user 2 50, and 20 others 50 each.
func fill(b *testing.B, database *pgtest.Database) {
	b.Helper()
	for n := range 22 {
		database.User(b, strconv.Itoa(n))
	}
	k, err := demo.Load()
	require.NoError(b, err)
	recipes := &recipe.Service{DB: database.Open(b)}
	add := func(user int64, count int) {
		for from := 0; from < count; from += len(k.Recipes) {
			inputs := append([]recipe.Input(nil), k.Recipes[:min(len(k.Recipes), count-from)]...)
			for i := range inputs {
				inputs[i].Name = fmt.Sprintf("%.80s %d", inputs[i].Name, from)
			}
			_, err := recipes.Create(b.Context(), user, inputs...)
			require.NoError(b, err)
		}
	}
	for user := int64(2); user <= 22; user++ {
		add(user, 50)
	}
	add(1, 10_000)
}

// read reads every row and takes none apart, which favours the models with many rows.
func read(b *testing.B, conn *pgx.Conn, sql string, args ...any) int {
	rows, err := conn.Query(b.Context(), sql, args...)
	require.NoError(b, err)
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		_ = rows.RawValues()
	}
	require.NoError(b, rows.Err())
	return n
}

// measure runs do and reports rows, and where the system tells, the CPU time of both sides.
func measure(b *testing.B, conn *pgx.Conn, do func() int) {
	rows := do() // prepares
	mine, theirs := ownCPU(b), backendCPU(conn.PgConn().PID())
	n := 0
	for b.Loop() {
		do()
		n++
	}
	b.ReportMetric(float64(ownCPU(b)-mine)/float64(n)/1000, "µs-client/op")
	b.ReportMetric(float64(backendCPU(conn.PgConn().PID())-theirs)/float64(n)/1000, "µs-database/op")
	b.ReportMetric(float64(rows), "rows")
}

func ownCPU(b *testing.B) int64 {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return u.Utime.Nano() + u.Stime.Nano()
}

// backendCPU is the CPU time in ns of a process, from Linux's accounting; elsewhere 0.
func backendCPU(pid uint32) int64 {
	text, err := os.ReadFile("/proc/" + strconv.FormatUint(uint64(pid), 10) + "/schedstat")
	if err != nil {
		return 0
	}
	ns, _ := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64) // Linux writes a number
	return ns
}
