package localpg

import (
	"slices"
	"strings"
)

// durable has the settings that keep committed rows after a crash of the machine. Except for max_connections, these are PostgreSQL's
// defaults. They are set here so that the cluster's configuration files can't weaken them.
var durable = []string{"fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=40"}

// notDurable is for tests: see [Config.Unsafe].
var notDurable = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=1000"}

// fixed has the settings that are the same for every cluster.
var fixed = []string{
	// Only the cluster's user and root can connect, and only through the socket.
	"listen_addresses=",
	"port=" + port,
	"unix_socket_permissions=0700",
	"unix_socket_group=",
	"ssl=off",

	// This holds the data of a thousand users (docs/bench/scale.md). Four times as much was no faster with 50,000 users.
	"shared_buffers=128MB",

	// This is enough to sort the matches among 10,000 recipes in memory. Few connections sort at the same time.
	"work_mem=16MB",

	// There is no replica and no archive, so the write-ahead log has only what recovery from a crash needs.
	"wal_level=minimal",
	"max_wal_senders=0",
	"archive_mode=off",

	// After a checkpoint, the first change of a page logs the whole page. Fewer checkpoints make recovery longer, but are just as
	// safe.
	"checkpoint_timeout=15min",

	// Recovery has to read this log, and the disk has to hold it. Reading 1 GB takes seconds.
	"max_wal_size=1GB",

	// Compiling our queries or starting workers for them would take longer than running them.
	"jit=off",
	"max_parallel_workers_per_gather=0",

	// With solid-state disks and data in memory, random reads cost little more than sequential ones.
	"random_page_cost=1.1",

	// Times are the same on every machine.
	"timezone=UTC",
	"log_timezone=UTC",

	// Messages go to stderr, in English, in the format that serverLog reads.
	"log_destination=stderr",
	"logging_collector=off",
	"lc_messages=C",
	"log_line_prefix=" + logPrefix,

	// Statements and values are not logged: they have personal data and password hashes.
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
// They are arguments of postgres rather than lines of postgresql.conf. So a new version of Ocipe also changes them for existing
// clusters, and they override the file. The operator may set all other settings in that file.
func settings(cluster string, sock socket, unsafe bool) []string {
	all := slices.Concat(durable, fixed, []string{
		"unix_socket_directories=" + quote(sock.dir),
		// The name is shown by ps. On macOS a start finds the processes of an earlier run by this name.
		"cluster_name=" + clusterName(cluster),
	})
	if unsafe {
		all = append(all, notDurable...) // the last value of a setting counts
	}
	return all
}

// quote quotes any path for a setting that is a list.
func quote(path string) string { return `"` + strings.ReplaceAll(path, `"`, `""`) + `"` }

// clusterName returns a name that is the same for every start on the cluster, and short enough for PostgreSQL.
func clusterName(cluster string) string { return "ocipe-" + shortHash(cluster) }
