package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ocipe/ocipe/internal/deployment"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/postgres"
)

// databaseFindings checks the database of OCIPE_DATABASE_URL, or the private one, which it starts if no server runs.
func (p *program) databaseFindings(ctx context.Context) []finding {
	if p.settings.DatabaseURL != "" {
		if postgres.CheckURL(p.settings.DatabaseURL) != nil {
			return nil // a finding of the settings
		}
		return p.checkDatabase(ctx, p.settings.DatabaseURL)
	}
	major, err := localpg.Installed(ctx)
	if err != nil {
		return []finding{failure("database", err.Error(), "Or name your own database in OCIPE_DATABASE_URL.")}
	}
	cluster, err := localpg.Attach(ctx, localpg.Config{Dir: p.settings.DataDir})
	if errors.Is(err, localpg.ErrNoCluster) {
		return []finding{passed("database", "there is none in %s yet: the first start creates it with PostgreSQL %d", p.settings.DataDir, major)}
	}
	if err != nil {
		return []finding{failure("database", err.Error(), "Mend that first.")}
	}
	findings := p.checkDatabase(ctx, cluster.URL())
	if err := cluster.Stop(); err != nil {
		findings = append(findings, warning("database", err.Error(), "See the log of the next start."))
	}
	return findings
}

func (p *program) checkDatabase(ctx context.Context, url string) []finding {
	const check = "database"
	db, err := postgres.Open(ctx, url)
	if err != nil {
		return []finding{failure(check, err.Error(), "Correct OCIPE_DATABASE_URL.")}
	}
	defer db.Close()
	db.Program = version()
	quiet := slog.New(slog.DiscardHandler)
	if err := db.WaitFor(ctx, 0, quiet); err != nil {
		return []finding{failure(check, err.Error(), "Check that PostgreSQL runs there, and the user, password and database of OCIPE_DATABASE_URL.")}
	}
	pooler, err := db.FindPooler(ctx, quiet)
	findings := []finding{poolerFinding(pooler, err)}
	if err != nil {
		return findings
	}
	facts, err := db.Facts(ctx)
	if err != nil {
		return append(findings, failure(check, err.Error(), "Check the rights of the role."))
	}
	findings = append(findings, factFindings(facts, p.settings.DatabaseURL == "")...)
	schema, err := db.CheckSchema(ctx)
	findings = append(findings, schemaFinding(schema, err))
	if err != nil || schema.Version < schema.Program {
		return findings
	}
	return append(findings, p.deploymentFindings(ctx, db)...)
}

func poolerFinding(found postgres.Pooler, err error) finding {
	const check = "pooler"
	switch {
	case err != nil:
		return failure(check, err.Error(), "See docs/operations.md.")
	case found == postgres.TransactionPooler:
		return warning(check, "a pooler gives each transaction another connection: statements aren't prepared, and a logout takes up to 3 s to "+
			"reach other servers", "Set pool_mode=session, or connect without a pooler, to save CPU time.")
	case found == postgres.SessionPooler:
		return passed(check, "a pooler keeps a connection for each of the server's")
	}
	return passed(check, "none: connections lead to PostgreSQL")
}

func schemaFinding(s postgres.Schema, err error) finding {
	const check = "schema"
	switch {
	case err != nil:
		return failure(check, err.Error(), "")
	case s.Version == 0:
		return passed(check, "none yet: the next start creates version %d", s.Program)
	case s.Version < s.Program:
		return warning(check, fmt.Sprintf("version %d of %s; this program has %d", s.Version, cmp.Or(s.MigratedBy, "an older program"), s.Program),
			"The next start migrates it. Make a backup first.")
	case s.Version > s.Program:
		return warning(check, fmt.Sprintf("version %d of %s is newer than this program's %d, which may still serve it", s.Version, cmp.Or(s.MigratedBy, "a newer program"), s.Program),
			"Upgrade this server soon.")
	}
	return passed(check, "version %d, complete", s.Version)
}

// minVersion is the oldest version of PostgreSQL that the migrations and queries support.
const minVersion = 140000

// factFindings returns the findings for the facts of a database.
func factFindings(f postgres.Facts, private bool) []finding {
	var findings []finding
	check := func(name string, ok bool, good string, bad finding) {
		if ok {
			bad = passed(name, "%s", good)
		}
		bad.Check = name
		findings = append(findings, bad)
	}
	check("database version", f.VersionNumber >= minVersion, "PostgreSQL "+f.Version,
		failure("", "PostgreSQL "+f.Version+" is too old", "Upgrade it to 14 or newer."))
	check("encoding", f.Encoding == postgres.Encoding, postgres.Encoding,
		failure("", "the database has the encoding "+f.Encoding, "Create one with createdb -E UTF8 -T template0 ocipe. To move the data, use "+
			"`ocipe backup` and `ocipe restore`."))
	check("rights", f.MayCreate, "the role may create tables",
		failure("", "the role may not create tables in the schema", "Run: alter database ocipe owner to ocipe (with your names)."))
	if private {
		check("checksums", f.DataChecksums, "pages have checksums",
			warning("", "the private database was created without data checksums: damage by the disk isn't noticed", "Stop the server and run pg_checksums --enable on it."))
		return findings
	}
	check("superuser", !f.Superuser, "the role isn't one", warning("", "the role is a superuser", "Use a role of its own that owns the database."))
	check("durability", f.Fsync && f.FullPageWrites && f.SynchronousCommit, "committed rows survive a crash",
		failure("", fmt.Sprintf("a crash loses committed rows: fsync=%t, full_page_writes=%t, synchronous_commit=%t", f.Fsync, f.FullPageWrites, f.SynchronousCommit),
			"Set all three to on."))
	need := f.PoolSize + 1
	check("connections", f.MaxConnections >= need, fmt.Sprintf("PostgreSQL allows %d, of which %d are in use; each server takes %d", f.MaxConnections, f.UsedConnections, need),
		warning("", fmt.Sprintf("PostgreSQL allows %d connections, but each server takes %d", f.MaxConnections, need),
			"Raise max_connections, or set pool_max_conns in OCIPE_DATABASE_URL."))
	check("database TLS", f.TLS || f.Local, "passwords and data don't cross the network in the clear",
		warning("", "the connection to the database isn't encrypted", "Add sslmode=verify-full to OCIPE_DATABASE_URL."))
	return findings
}

// deploymentFindings compares the clock and the keys with those of the database.
func (p *program) deploymentFindings(ctx context.Context, db *postgres.DB) []finding {
	d := &deployment.Service{DB: db, Clock: p.Clock, Log: slog.New(slog.DiscardHandler)}
	ahead, err := d.Skew(ctx)
	if err != nil {
		return []finding{failure("clock", err.Error(), "Try again.")}
	}
	findings := []finding{clockFinding(ahead, min(deployment.DefaultMaxSkew, p.settings.AccessTTL))}
	keys, err := p.settings.keys().Load()
	if err != nil {
		if err := d.CheckNewKeysAllowed(ctx, p.settings.keysFile()); err != nil {
			findings = append(findings, failure("keys", err.Error(), ""))
		}
		return findings
	}
	if err := d.CheckKeys(ctx, keys); err != nil {
		return append(findings, failure("keys", err.Error(), ""))
	}
	return append(findings, passed("keys", "they are the database's"))
}

func clockFinding(ahead, limit time.Duration) finding {
	const check, remedy = "clock", "Synchronize both clocks, with chrony or systemd-timesyncd."
	message := fmt.Sprintf("this machine's clock is %v ahead of the database's", ahead.Round(time.Second))
	switch {
	case ahead.Abs() > limit:
		return failure(check, fmt.Sprintf("%s; the server starts with at most %v", message, limit), remedy)
	case ahead.Abs() >= deployment.WarnSkew:
		return warning(check, message, remedy)
	}
	return passed(check, "it agrees with the database's")
}
