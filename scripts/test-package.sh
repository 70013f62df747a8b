#!/bin/sh
# Installs, starts, upgrades, removes and purges the .deb in a clean Debian created by debootstrap, and checks that no data is lost. The
# Debian has no systemd: the script starts the server like the unit does, but without the sandbox. Needs root and Debian's mirror; servers
# listen only on 127.0.0.1. Called by `make test-package`. DEB=file.deb uses an existing package, BASE=folder an existing debootstrap root.
set -eu
needs="make test-package can't continue"
cd "$(dirname "$0")/.."
. scripts/lib.sh

[ "$(id -u)" -eq 0 ] || give_up "run it as root"
# The mounts are private to this script, and end with it.
[ -n "${TEST_PACKAGE_MOUNTS:-}" ] || TEST_PACKAGE_MOUNTS=1 exec unshare --mount --propagation private sh "$0"
has debootstrap || apt_install debootstrap
suite=${SUITE:-bookworm} port=${PORT:-18181}
work=$(mktemp -d /var/tmp/ocipe-package-XXXXXX)
root=$work/root server=
cleanup() {
	if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" || true; fi
	umount "$root/proc" "$root/dev/shm" 2>/dev/null || true
	rm -rf --one-file-system "$work"
}
trap cleanup EXIT
fail() {
	say "FAILED: $*"
	if [ -s "$work/log" ]; then tail -n 30 "$work/log" >&2; fi
	exit 1
}
inside() { LC_ALL=C DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
install_package() { cp "$1" "$root/tmp/ocipe.deb" && inside apt-get install -y --no-install-recommends /tmp/ocipe.deb >"$work/apt" 2>&1 || { cat "$work/apt" >&2 && fail "the package can't be installed"; }; }

# start runs the server like the unit does: as user ocipe, with the settings in /etc/ocipe/ocipe.env.
start() {
	(umask 077 && exec chroot "$root" /usr/sbin/ocipe-admin serve) >"$work/log" 2>&1 &
	server=$!
	tries=0
	until curl -sf -o /dev/null "http://127.0.0.1:$port/api/monitoring/db/"; do
		kill -0 "$server" 2>/dev/null || fail "the server ended early"
		tries=$((tries + 1))
		[ $tries -lt 600 ] || fail "the server doesn't start"
		sleep 0.5
	done
}
# stop sends SIGTERM only to the server, as systemd does with KillMode=mixed.
stop() {
	kill "$server"
	wait "$server" || fail "the server ended with status $?"
	server=
	if pgrep -u "$uid" >/dev/null; then fail "processes of the user ocipe are left"; fi
}
login() { curl -sf -o /dev/null "http://127.0.0.1:$port/api/user/token/" -H 'Content-Type: application/json' -d "$account"; }

if [ -z "${DEB:-}" ]; then
	PLATFORMS=linux/$(dpkg --print-architecture) sh scripts/dist.sh
	DEB=$(ls dist/*.deb)
fi
DEB=$(readlink -f "$DEB")
if has systemd-analyze; then
	systemd-analyze security --offline=true --no-pager --threshold=20 deploy/ocipe.service >"$work/exposure" || fail "the unit's exposure is above 2.0"
	tail -n 1 "$work/exposure"
fi

say "making a clean Debian ($suite)"
if [ -n "${BASE:-}" ]; then cp -a "$BASE" "$root"; else debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" >"$work/debootstrap" || fail "debootstrap"; fi
mkdir -p "$root/dev/shm" && mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/dev/shm"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod +x "$root/usr/sbin/policy-rc.d" # packages start no services
inside apt-get update >/dev/null

say "installing"
install_package "$DEB"
grep -q "systemctl enable --now ocipe" "$work/apt" || fail "the installation doesn't say how to start"
uid=$(inside id -u ocipe)
[ "$(inside stat -c '%a %U %G' /etc/ocipe/ocipe.env)" = "640 root ocipe" ] || fail "rights of ocipe.env: $(inside stat -c '%a %U %G' /etc/ocipe/ocipe.env)"
[ "$(inside stat -c '%a %U %G' /var/lib/ocipe)" = "750 ocipe ocipe" ] || fail "rights of /var/lib/ocipe"
[ -f "$root/usr/lib/systemd/system/ocipe.service" ] || fail "the unit is missing"
echo "OCIPE_ADDR=127.0.0.1:$port" >>"$root/etc/ocipe/ocipe.env"

say "starting"
account='{"username": "amelie", "password": "eggs benedict at noon"}'
start
[ "$(stat -c %u "/proc/$server")" = "$uid" ] || fail "the server doesn't run as ocipe"
pgrep -u "$uid" -x postgres >/dev/null || fail "the private PostgreSQL doesn't run as ocipe"
curl -sf -o /dev/null "http://127.0.0.1:$port/api/user/register/" -H 'Content-Type: application/json' -d "$account" || fail "registration"
login || fail "login"
inside ocipe-admin user list | grep -q amelie || fail "ocipe-admin user list"
stop

say "upgrading"
dpkg-deb -R "$DEB" "$work/next"
sed -i 's/^Version: .*/&+next/' "$work/next/DEBIAN/control"
dpkg-deb -b "$work/next" "$work/next.deb" >/dev/null
install_package "$work/next.deb"
inside dpkg-query -W -f '${Version}' ocipe | grep -q '+next$' || fail "the version after the upgrade"
grep -q "OCIPE_ADDR=127.0.0.1:$port" "$root/etc/ocipe/ocipe.env" || fail "the upgrade lost the settings"
start
login || fail "login after the upgrade"
stop

say "removing"
inside apt-get remove -y ocipe >"$work/apt" 2>&1 || fail "remove: $(cat "$work/apt")"
[ ! -e "$root/usr/bin/ocipe" ] || fail "the program stayed"
[ -e "$root/etc/ocipe/ocipe.env" ] && [ -e "$root/var/lib/ocipe/keys.json" ] && [ -e "$root/var/lib/ocipe/postgres/PG_VERSION" ] || fail "remove lost settings or data"
say "purging"
inside apt-get purge -y ocipe >"$work/apt" 2>&1 || fail "purge: $(cat "$work/apt")"
grep -q "The data in /var/lib/ocipe and the user ocipe stay" "$work/apt" || fail "purge doesn't say what stays"
[ ! -e "$root/etc/ocipe/ocipe.env" ] && [ -e "$root/var/lib/ocipe/keys.json" ] && [ -e "$root/var/lib/ocipe/postgres/PG_VERSION" ] || fail "purge"

say "installing again, on the data that stayed"
install_package "$DEB"
echo "OCIPE_ADDR=127.0.0.1:$port" >>"$root/etc/ocipe/ocipe.env"
start
login || fail "login after the second installation"
stop
say "the package installs, starts, upgrades and removes, and keeps its data"
