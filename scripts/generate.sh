#!/bin/sh
# generate.sh NAME COMMAND FILE... runs COMMAND if it or one of the files (or of the files in a folder) has changed since it
# ran last. gen/.sources/NAME has the hash of what it ran with. With ALL=1 it always runs.
set -eu
name=$1 command=$2
shift 2
now=$({ echo "$command"; find "$@" -type f | LC_ALL=C sort | git hash-object --stdin-paths; } | git hash-object --stdin)
stamp=gen/.sources/$name
if [ -z "${ALL:-}" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then exit 0; fi
echo "generate: $name" >&2
sh -c "$command"
mkdir -p gen/.sources
echo "$now" >"$stamp"
