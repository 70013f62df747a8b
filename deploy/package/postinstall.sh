#!/bin/sh
# dpkg calls this with `configure` and the previous version, which is empty at the first installation; rpm calls it with the
# number of versions that are now installed.
set -e
case "$1 $2" in
"configure " | "1 ") upgrade= ;;
configure\ * | [2-9]*) upgrade=1 ;;
*) exit 0 ;;
esac
install -d -m 0750 -o ocipe -g ocipe /var/lib/ocipe
systemd=
if [ -d /run/systemd/system ]; then
	systemd=1
	systemctl daemon-reload
fi
if [ -n "$upgrade" ]; then
	if [ -n "$systemd" ]; then systemctl try-restart ocipe.service; fi
else
	echo "Ocipe is installed. Edit /etc/ocipe/ocipe.env, and start it with: systemctl enable --now ocipe"
fi
