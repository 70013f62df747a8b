#!/bin/sh
# Makes sure that a Chromium is installed, for the browser tests of `make check`. CHROMIUM names one that is elsewhere.
# Silent if there is one; else installs it with apt-get and says so, or says what to install.
set -eu

# The same places as in test/browser/chromium.mjs.
found() {
	for program in /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
		/Applications/Chromium.app/Contents/MacOS/Chromium; do
		if [ -x "$program" ]; then return 0; fi
	done
	return 1
}

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif has sudo; then
		sudo "$@"
	else
		give_up "run as root: $*"
	fi
}

say() { echo "ensure-chromium: $*" >&2; }

give_up() {
	say "the browser tests need Chromium or Google Chrome: $*, or set CHROMIUM to the program"
	exit 1
}

if [ -n "${CHROMIUM:-}" ]; then
	if [ -x "$CHROMIUM" ]; then exit 0; fi
	say "CHROMIUM is $CHROMIUM, and that is not a program"
	exit 1
fi

if found; then exit 0; fi

if has apt-get; then
	say "installing Chromium with apt-get"
	as_root apt-get update
	# Ubuntu knows it by the second name.
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium ||
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium-browser
else
	give_up "install one"
fi

found || give_up "the package manager put none in the usual places; install it by hand"
