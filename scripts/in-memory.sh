#!/bin/sh
# Runs a command with its temporary files in a folder in memory, if the system has one: tests create and delete several hundred databases
# with hundreds of files each. The folder is deleted afterwards. `go` still compiles in its usual folder.
set -eu

need_mb=4096 # the Go suite uses a tenth of it
dir=
if [ -d /dev/shm ] && [ -w /dev/shm ] && [ "$(df -Pm /dev/shm | awk 'END { print $4 }')" -ge "$need_mb" ]; then
	dir=$(mktemp -d /dev/shm/ocipe-tests-XXXXXX)
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	chmod 755 "$dir" # as root, PostgreSQL runs as another user
	# Tests run programs that they build, which containers often forbid in /dev/shm.
	printf '#!/bin/sh\n' > "$dir/try" && chmod +x "$dir/try"
	if "$dir/try" 2>/dev/null; then
		export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" TMPDIR="$dir"
	fi
fi
"$@"
