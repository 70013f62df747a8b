#!/bin/sh
# Runs a command with a folder in memory for temporary files, if the system has one: tests create and delete some hundred databases,
# and each has hundreds of files. The folder is gone afterwards. `go` itself compiles where it always does.
set -eu

need_mb=4096 # the Go suite uses a tenth of it
dir=
if [ -d /dev/shm ] && [ -w /dev/shm ] && [ "$(df -Pm /dev/shm | awk 'END { print $4 }')" -ge "$need_mb" ]; then
	dir=$(mktemp -d /dev/shm/ocipe-tests-XXXXXX)
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	chmod 755 "$dir" # as root, PostgreSQL runs as another user
	# Tests run programs that they build. Containers often forbid that there.
	printf '#!/bin/sh\n' > "$dir/try" && chmod +x "$dir/try"
	if "$dir/try" 2>/dev/null; then
		export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" TMPDIR="$dir"
	fi
fi
"$@"
