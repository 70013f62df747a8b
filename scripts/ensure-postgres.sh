#!/bin/sh
# Makes sure that a PostgreSQL server is installed, for `make run` and `make test`: Ocipe starts one of its own from it.
# Silent if there is one; else installs it with the system's package manager and says so, or says what to install.
set -eu
needs="PostgreSQL 14 or newer is needed, or OCIPE_DATABASE_URL with a database of your own"
. "$(dirname "$0")/lib.sh"

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

if [ -n "${OCIPE_DATABASE_URL:-}" ] && [ "${1:-}" = run ] || found; then exit 0; fi

if has apt-get; then
	say "installing PostgreSQL with apt-get (the package also starts a cluster of the system, which Ocipe leaves alone)"
	apt_install postgresql
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
