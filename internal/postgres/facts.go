package postgres

import (
	"context"
	"fmt"
)

// Facts describe a database, for an operator.
type Facts struct {
	Version           string // 15.8
	VersionNumber     int    // 150008
	Encoding          string // UTF8
	MayCreate         bool   // the role may create tables in the current schema
	Superuser         bool
	TLS               bool
	Local             bool // a Unix socket or a loopback address; also that of a tunnel or a pooler
	DataChecksums     bool
	Fsync             bool
	FullPageWrites    bool
	SynchronousCommit bool
	MaxConnections    int // without those reserved for superusers
	UsedConnections   int // of all clients
	PoolSize          int // of this program
}

const factsSQL = `select current_setting('server_version'), current_setting('server_version_num')::int,
	pg_encoding_to_char(d.encoding), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
	(select rolsuper from pg_roles where rolname = current_user),
	coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false),
	inet_server_addr() is null or inet_server_addr() <<= '127.0.0.0/8' or inet_server_addr() = '::1',
	current_setting('data_checksums') = 'on', current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
	current_setting('synchronous_commit') <> 'off',
	current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
	(select coalesce(sum(numbackends), 0)::int from pg_stat_database)
from pg_database d where d.datname = current_database()`

// Facts reads the facts from the database.
func (d *DB) Facts(ctx context.Context) (Facts, error) {
	f := Facts{PoolSize: int(d.pool.Config().MaxConns)}
	err := d.pool.QueryRow(ctx, factsSQL).Scan(&f.Version, &f.VersionNumber, &f.Encoding, &f.MayCreate, &f.Superuser, &f.TLS, &f.Local,
		&f.DataChecksums, &f.Fsync, &f.FullPageWrites, &f.SynchronousCommit, &f.MaxConnections, &f.UsedConnections)
	if err != nil {
		return f, fmt.Errorf("ask the database about itself: %w", err)
	}
	return f, nil
}
