package localpg

import (
	"slices"
	"strings"
)

// durable is what keeps a committed row through a crash of the machine. These are PostgreSQL's defaults, said here so
// that nothing in the cluster's configuration files weakens them.
var durable = []string{"fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=40"}

// notDurable is for tests: see [Config.Unsafe].
var notDurable = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"}

// fixed is the same for every cluster.
var fixed = []string{
	// Reached by the socket only, and by nobody but the cluster's user and root.
	"listen_addresses=",
	"port=" + port,
	"unix_socket_permissions=0700",
	"unix_socket_group=",
	"ssl=off",

	// A thousand cooks' pages fit (docs/bench/scale.md); four times as much made none cheaper at 50,000 users.
	"shared_buffers=128MB",

	// The best matches of 10,000 recipes are sorted in memory; few connections do so at a time.
	"work_mem=16MB",

	// No replica and no archive: the least write-ahead log that recovers from a crash.
	"wal_level=minimal",
	"max_wal_senders=0",
	"archive_mode=off",

	// After a checkpoint the first change of a page logs all of it: fewer checkpoints cost a longer recovery, not safety.
	"checkpoint_timeout=15min",

	// As much log as recovery may have to read, and the disk to hold: 1 GB is read in seconds.
	"max_wal_size=1GB",

	// Queries here take less time than compiling them, or starting helpers for them, would.
	"jit=off",
	"max_parallel_workers_per_gather=0",

	// Solid-state disks and data in memory: reading at random costs hardly more than in sequence.
	"random_page_cost=1.1",

	// Times mean the same on every machine.
	"timezone=UTC",
	"log_timezone=UTC",

	// Messages go to stderr, in English, in the form that serverLog reads.
	"log_destination=stderr",
	"logging_collector=off",
	"lc_messages=C",
	"log_line_prefix=" + logPrefix,

	// No statement and no value gets into the log: they are people's data, and passwords' hashes.
	"log_min_messages=warning",
	"log_statement=none",
	"log_min_error_statement=panic",
	"log_min_duration_statement=-1",
	"log_min_duration_sample=-1",
	"log_transaction_sample_rate=0",
	"log_duration=off",
	"log_parameter_max_length=0",
	"log_parameter_max_length_on_error=0",
	"log_error_verbosity=terse", // leaves out DETAIL, which quotes rows
}

// settings returns PostgreSQL's settings for the cluster.
//
// They are arguments of each start rather than lines of postgresql.conf: a new version of Ocipe then changes them for
// clusters that exist, and an argument beats the file. Whatever is not listed here, the operator may set in that file.
func settings(cluster string, sock socket, unsafe bool) []string {
	all := slices.Concat(durable, fixed, []string{
		"unix_socket_directories=" + quote(sock.dir),
		// Names the processes in ps; on macOS a start finds those of an earlier run by it.
		"cluster_name=" + clusterName(cluster),
	})
	if unsafe {
		all = append(all, notDurable...) // of two, the last counts
	}
	return all
}

// quote makes an element of a list setting that holds any path.
func quote(path string) string { return `"` + strings.ReplaceAll(path, `"`, `""`) + `"` }

// clusterName is the same for every start on the cluster, and short enough for PostgreSQL.
func clusterName(cluster string) string { return "ocipe-" + shortHash(cluster) }
