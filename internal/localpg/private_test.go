package localpg_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestPrivacy(t *testing.T) {
	t.Parallel()

	t.Run("ListensOnNoPort", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		c := start(t, cfg)

		require.Empty(t, query[string](t, c.URL(), "select current_setting('listen_addresses')"))
		if runtime.GOOS != "linux" {
			return // on other systems the test relies on PostgreSQL's setting
		}
		require.NotEmpty(t, sockets(t, postmaster(t, cfg.Dir)))
		for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
			open, err := os.ReadFile(filepath.Join("/proc/net", table))
			require.NoError(t, err)
			for _, s := range sockets(t, postmaster(t, cfg.Dir)) {
				require.NotContains(t, string(open), " "+s+" ", table)
			}
		}
	})

	t.Run("IsDurableByDefault", func(t *testing.T) {
		t.Parallel()
		const durability = `select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
			where name in ('fsync', 'full_page_writes', 'max_connections', 'synchronous_commit')`
		durable := start(t, localpg.Config{Dir: dataFolder(t)})
		require.Equal(t, "fsync=on full_page_writes=on max_connections=40 synchronous_commit=on", query[string](t, durable.URL(), durability))
		require.NoError(t, durable.Stop())
		unsafe := start(t, localpg.Config{Dir: clusterFolder(t), Unsafe: true})
		require.Equal(t, "fsync=off full_page_writes=off max_connections=1000 synchronous_commit=off", query[string](t, unsafe.URL(), durability))
	})

	t.Run("LogsNoStatementAndNoValue", func(t *testing.T) {
		t.Parallel()
		var log logBuffer
		c := start(t, localpg.Config{Dir: clusterFolder(t), Log: log.logger(), Unsafe: true})
		db := connect(t, c.URL())
		for _, sql := range []string{
			"select 'hunter2'::int",
			"create table secrets (s text primary key)",
			"insert into secrets values ('hunter2')",
			"insert into secrets values ('hunter2')",
			"select hunter2 from secrets",
			"do $$ begin raise warning 'something to worry about'; end $$",
			"select pg_terminate_backend(pg_backend_pid()) /* hunter2 */",
		} {
			_, _ = db.Exec(t.Context(), sql) // most fail, as they should
		}
		waitUntil(t, func() bool { return strings.Contains(log.String(), "57P01") })
		require.NoError(t, c.Stop())

		text := log.String()
		require.NotContains(t, text, "hunter2")
		require.Regexp(t, `level=WARN .*something to worry about`, text)
		require.Regexp(t, `level=DEBUG .*sqlstate=22P02`, text)
		require.Regexp(t, `level=DEBUG .*database system is ready`, text)
		require.NotContains(t, text, "level=ERROR")
	})

	t.Run("LogsNoErrorIfAClientDisconnects", func(t *testing.T) {
		t.Parallel()
		var log logBuffer
		c := start(t, localpg.Config{Dir: clusterFolder(t), Log: log.logger(), Unsafe: true})
		db := connect(t, c.URL())
		statement, err := (&pgproto3.Query{String: "select repeat('x', 100000000)"}).Encode(nil)
		require.NoError(t, err)
		_, err = db.PgConn().Conn().Write(statement)
		require.NoError(t, err)
		require.NoError(t, db.PgConn().Conn().Close())
		waitUntil(t, func() bool { return strings.Contains(log.String(), "connection to client lost") })
		require.NoError(t, c.Stop())
		require.NotContains(t, log.String(), "level=ERROR")
	})
}

// sockets returns the inodes of all sockets of a process.
func sockets(t *testing.T, pid int) []string {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	require.NoError(t, err)
	var inodes []string
	for _, fd := range fds {
		target, _ := os.Readlink(fd)
		if m := regexp.MustCompile(`^socket:\[(\d+)\]$`).FindStringSubmatch(target); m != nil {
			inodes = append(inodes, m[1])
		}
	}
	return inodes
}
