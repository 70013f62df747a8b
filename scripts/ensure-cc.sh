#!/bin/sh
# Makes sure that there is a C compiler, for `make test`: Go's race detector and sqlc's parser are built with one.
# Silent if there is one; else installs it with the system's package manager and says so, or says what to install.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }

say() { echo "ensure-cc: $*" >&2; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif has sudo; then
		sudo "$@"
	else
		say "a C compiler is needed: run as root: $*"
		exit 1
	fi
}

if has gcc || has clang || has "${CC:-cc}"; then exit 0; fi

if has apt-get; then
	say "installing gcc with apt-get"
	as_root apt-get update
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev
elif [ "$(uname -s)" = Darwin ]; then
	say "a C compiler is needed: xcode-select --install"
	exit 1
else
	say "a C compiler is needed: install gcc and the C library's headers"
	exit 1
fi
