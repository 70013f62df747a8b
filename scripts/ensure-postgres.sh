#!/bin/sh
# Makes sure that a PostgreSQL server is installed, for `make run` and `make test`: Ocipe starts one of its own from it.
# Silent if there is one; else installs it with the system's package manager and says so, or says what to install.
set -eu

# The same folders as in internal/localpg/find.go.
found() {
	if path=$(command -v postgres); then
		# The link in PATH may point into a folder that has initdb beside it while its own has not.
		real=$(readlink -f "$path" 2>/dev/null || echo "$path")
		if has_server "$(dirname "$real")"; then return 0; fi
	fi
	for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* /usr/lib/postgresql*/bin \
		/usr/local/pgsql/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin \
		/Applications/Postgres.app/Contents/Versions/*/bin /Library/PostgreSQL/*/bin; do
		if has_server "$dir"; then return 0; fi
	done
	return 1
}

# A server counts if both programs are there and its major version is 14 or newer.
has_server() {
	[ -x "$1/postgres" ] && [ -x "$1/initdb" ] || return 1
	major=$("$1/postgres" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p')
	[ "${major:-0}" -ge 14 ]
}

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif has sudo; then
		sudo "$@"
	else
		give_up "run as root: $*"
	fi
}

say() { echo "ensure-postgres: $*" >&2; }

give_up() {
	say "PostgreSQL 14 or newer is needed: $*, or set OCIPE_DATABASE_URL to a database of your own"
	exit 1
}

if [ -n "${OCIPE_DATABASE_URL:-}" ] && [ "${1:-}" = run ] || found; then exit 0; fi

if has apt-get; then
	say "installing PostgreSQL with apt-get (the package also starts a cluster of the system, which Ocipe leaves alone)"
	as_root apt-get update
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql
elif [ "$(uname -s)" = Darwin ] && has brew; then
	say "installing PostgreSQL with brew"
	brew install postgresql@17
elif has dnf; then
	say "installing PostgreSQL with dnf"
	as_root dnf install -y postgresql-server
elif has apk; then
	say "installing PostgreSQL with apk"
	as_root apk add postgresql
elif has pacman; then
	say "installing PostgreSQL with pacman"
	as_root pacman -S --needed --noconfirm postgresql
else
	give_up "install the PostgreSQL server (the programs postgres and initdb)"
fi

found || give_up "the package manager installed none that can be used; install it by hand"
