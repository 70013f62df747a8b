#!/bin/sh
# Stops the server before its files are removed, but not before an upgrade, which restarts it (postinstall.sh). dpkg calls this with
# `remove` or `upgrade`, rpm with the number of versions that stay.
set -e
case "$1" in
remove | 0) ;;
*) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then systemctl disable --now ocipe.service || true; fi
