#!/bin/sh
# Creates the user that the server and its PostgreSQL run as, before the files of the package are unpacked.
set -e
if ! getent group ocipe >/dev/null; then groupadd --system ocipe; fi
if ! getent passwd ocipe >/dev/null; then
	useradd --system --gid ocipe --home-dir /var/lib/ocipe --no-create-home --shell /usr/sbin/nologin --comment Ocipe ocipe
fi
