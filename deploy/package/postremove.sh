#!/bin/sh
# The data, which may be the only copy, and the user always stay. dpkg calls this with `remove` and `purge`, rpm with the number of
# versions that stay.
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
case "$1" in
remove | 0) echo "The data in /var/lib/ocipe and the settings in /etc/ocipe stay." ;;
purge)
	echo "The data in /var/lib/ocipe and the user ocipe stay. To delete all recipes, accounts and keys: rm -r /var/lib/ocipe && userdel ocipe"
	;;
esac
