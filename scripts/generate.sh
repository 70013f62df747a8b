#!/bin/sh
# generate.sh NAME COMMAND FILE... runs COMMAND if COMMAND or one of the files (or a file in one of the folders) has changed since the
# last run. gen/.sources/NAME has the hash of the command and files of that run. With ALL=1, it always runs COMMAND.
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
