#!/bin/sh
# Before the files of a package are unpacked: the user that the server and its PostgreSQL run as.
set -e
if ! getent group ocipe >/dev/null; then groupadd --system ocipe; fi
if ! getent passwd ocipe >/dev/null; then
	useradd --system --gid ocipe --home-dir /var/lib/ocipe --no-create-home --shell /usr/sbin/nologin --comment Ocipe ocipe
fi
