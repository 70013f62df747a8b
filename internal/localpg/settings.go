package localpg

import (
	"slices"
	"strings"
)

// durable keeps committed rows through a crash of the machine. These are PostgreSQL's defaults, repeated here so that the
// cluster's configuration files can't weaken them.
var durable = []string{"fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=40"}

// notDurable is for tests: see [Config.Unsafe].
var notDurable = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"}

// fixed has the settings that are the same for every cluster.
var fixed = []string{
	// Only the cluster's user and root can connect, and only through the socket.
	"listen_addresses=",
	"port=" + port,
	"unix_socket_permissions=0700",
	"unix_socket_group=",
	"ssl=off",

	// The data of a thousand users fits (docs/bench/scale.md). Four times as much was no faster with 50,000 users.
	"shared_buffers=128MB",

	// Enough to sort the matches among 10,000 recipes in memory. Few connections sort at the same time.
	"work_mem=16MB",

	// No replica and no archive: the smallest write-ahead log that recovers from a crash.
	"wal_level=minimal",
	"max_wal_senders=0",
	"archive_mode=off",

	// After a checkpoint, the first change of a page logs the whole page. Fewer checkpoints cost a longer recovery, but no
	// safety.
	"checkpoint_timeout=15min",

	// The log that recovery has to read, and the disk to hold: 1 GB is read in seconds.
	"max_wal_size=1GB",

	// Our queries take less time than compiling them or starting workers for them.
	"jit=off",
	"max_parallel_workers_per_gather=0",

	// With solid-state disks and data in memory, random reads cost hardly more than sequential ones.
	"random_page_cost=1.1",

	// Times mean the same on every machine.
	"timezone=UTC",
	"log_timezone=UTC",

	// Messages go to stderr, in English, in the format that serverLog reads.
	"log_destination=stderr",
	"logging_collector=off",
	"lc_messages=C",
	"log_line_prefix=" + logPrefix,

	// Statements and values are not logged: they are personal data and password hashes.
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
// clusters that exist, and an argument beats the file. The operator may set all others in that file.
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

// quote quotes any path for a setting that is a list.
func quote(path string) string { return `"` + strings.ReplaceAll(path, `"`, `""`) + `"` }

// clusterName is the same for every start on the cluster, and short enough for PostgreSQL.
func clusterName(cluster string) string { return "ocipe-" + shortHash(cluster) }
