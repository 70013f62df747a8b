package localpg

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheErrorOfAProgramIsItsCause has outputs of initdb and postgres on a full disk.
func TestTheErrorOfAProgramIsItsCause(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"creating configuration files ... ok\nrunning bootstrap script ... 2026-03-01 12:00:00.123 UTC [7] FATAL:  could not write to file \"pg_wal/xlogtemp.7\": No space left on device\n" +
			"child process exited with exit code 1\ninitdb: removing contents of data directory \"/data/postgres.new-1\"\n": "FATAL:  could not write to file \"pg_wal/xlogtemp.7\": No space left on device",
		"2026-03-01 12:00:00.123 UTC [7] LOG:  checkpoint starting: shutdown immediate\n2026-03-01 12:00:00.124 UTC [7] FATAL:  could not write block 67 in file \"base/5/1255\": No space left on device\n" +
			"2026-03-01 12:00:00.124 UTC [7] CONTEXT:  writing block 67 of relation base/5/1255\n": "FATAL:  could not write block 67 in file \"base/5/1255\": No space left on device",
		"initdb: error: could not create directory \"/data\": Permission denied\ninitdb: hint: Try another one.\n":     "error: could not create directory \"/data\": Permission denied",
		"2026-03-01 12:00:00.123 UTC [7] PANIC:  could not locate a valid checkpoint record\nLOG:  aborting startup\n": "PANIC:  could not locate a valid checkpoint record",
		"creating template1 ... ERROR:  out of memory\nchild process exited with exit code 1\n":                        "ERROR:  out of memory",
		"first\n last \n": "last",
		"":                ``,
	} {
		require.Equal(t, want, cause(output))
	}
}
