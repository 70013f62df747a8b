#!/bin/sh
# Runs the Go benchmarks and compares the result with docs/bench/microbench.txt. A run of all benchmarks replaces that file.
# Called by `make microbench` with the number of runs, the duration of each, a regular expression for names, and the benchstat command.
set -eu
cd "$(dirname "$0")/.."
runs=$1 duration=$2 which=$3 benchstat=$4
kept=docs/bench/microbench.txt
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
memory=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null || true)
{
	echo "# Result of make microbench, which compares with this file and replaces it."
	echo "# $(date -u +%Y-%m-%d), commit $(git describe --always --dirty=+ 2>/dev/null || echo unknown);" \
		"$(getconf _NPROCESSORS_ONLN) × ${model:-unknown processors}, ${memory:-0} kB of memory, $(uname -sr), $(go env GOVERSION)."
	echo "# $runs runs of $duration each."
} > "$dir/now"
if ! go test -run '^$' -bench "$which" -benchmem -count "$runs" -benchtime "$duration" -timeout 0 ./... > "$dir/raw"; then
	cat "$dir/raw"
	exit 1
fi
grep -E '^(goos|goarch|pkg|cpu): |^Benchmark' "$dir/raw" >> "$dir/now" || { echo "microbench: no benchmark matches $which" >&2; exit 1; }

if [ -f "$kept" ]; then
	$benchstat "kept=$kept" "now=$dir/now"
else
	$benchstat "now=$dir/now"
fi
if [ "$which" = . ]; then
	cat "$dir/now" > "$kept"
	echo "$kept now has this result; git diff shows the previous one"
fi
