#!/bin/sh
# Ensures that PgBouncer is installed, for `make faults`. If it isn't, installs it with apt-get, or prints what to install.
set -eu
needs="the tests of connection poolers need PgBouncer"
. "$(dirname "$0")/lib.sh"

if has pgbouncer || [ -x /usr/sbin/pgbouncer ]; then exit 0; fi

if has apt-get; then
	say "installing PgBouncer with apt-get"
	apt_install pgbouncer
else
	give_up "install it"
fi
