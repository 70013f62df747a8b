# Functions for the other scripts. A script sets `needs`, the beginning of the error message of give_up, and sources this file.

me=$(basename "$0" .sh)

has() { command -v "$1" >/dev/null 2>&1; }

say() { echo "$me: $*" >&2; }

give_up() {
	say "$needs: $*"
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif has sudo; then
		sudo "$@"
	else
		give_up "run as root: $*"
	fi
}

# apt_install installs packages. It waits while another program uses apt: for the lock of the lists of packages, apt-get itself doesn't wait.
# With no_services=1 no services start: Debian starts what it installs, unless the system is in single-user mode.
apt_install() {
	for pause in 5 10 20 40 80 ""; do
		if as_root apt-get update -o Acquire::Retries=5; then break; fi
		[ -n "$pause" ] || return 1
		say "apt-get update failed; trying again in $pause seconds, in case another program uses apt"
		sleep "$pause"
	done
	as_root env DEBIAN_FRONTEND=noninteractive ${no_services:+RUNLEVEL=1} \
		apt-get install -o Acquire::Retries=5 -o DPkg::Lock::Timeout=600 -y --no-install-recommends "$@"
}
