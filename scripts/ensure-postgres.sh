#!/bin/sh
# Ensures that a PostgreSQL server is installed, for `make run` and `make test`: Ocipe runs a private one. If it is missing, installs it
# with the system's package manager, or prints what to install.
set -eu
needs="PostgreSQL 14 or newer is needed, or your own database in OCIPE_DATABASE_URL"
. "$(dirname "$0")/lib.sh"

# The same folders as in internal/localpg/find.go.
found() {
	if path=$(command -v postgres); then
		# postgres in PATH may be a link into a folder that also has initdb.
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

# has_server reports whether a folder has postgres and initdb, version 14 or newer.
has_server() {
	[ -x "$1/postgres" ] && [ -x "$1/initdb" ] || return 1
	major=$("$1/postgres" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p')
	[ "${major:-0}" -ge 14 ]
}

if [ -n "${OCIPE_DATABASE_URL:-}" ] && [ "${1:-}" = run ] || found; then exit 0; fi

if has apt-get; then
	say "installing PostgreSQL with apt-get (the package also starts a system cluster, which Ocipe doesn't use)"
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

found || give_up "the package manager did not install a usable one; install it by hand"
