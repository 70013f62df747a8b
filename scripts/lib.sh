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

apt_install() {
	as_root apt-get update &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}
