#!/bin/sh
# Ensures that Chromium is installed, for the browser tests of `make check`. If it is in an unusual place, set CHROMIUM to its path. If it is
# missing, installs it with apt-get, or prints what to install.
set -eu
needs="the browser tests need Chromium or Google Chrome (set CHROMIUM to its path if it is in an unusual place)"
. "$(dirname "$0")/lib.sh"

# The same paths as in test/browser/chromium.mjs.
found() {
	for program in /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
		/Applications/Chromium.app/Contents/MacOS/Chromium; do
		if [ -x "$program" ]; then return 0; fi
	done
	return 1
}

if [ -n "${CHROMIUM:-}" ]; then
	if [ -x "$CHROMIUM" ]; then exit 0; fi
	say "CHROMIUM is $CHROMIUM, which is not a program"
	exit 1
fi

if found; then exit 0; fi

if has apt-get; then
	say "installing Chromium with apt-get"
	# Ubuntu uses the second name.
	apt_install chromium || apt_install chromium-browser
else
	give_up "install one"
fi

found || give_up "the package manager did not install it in a usual place; install it by hand"
