#!/bin/sh
# Makes sure that a Chromium is installed, for the browser tests of `make check`. CHROMIUM names one that is elsewhere.
# Silent if there is one; else installs it with apt-get and says so, or says what to install.
set -eu
needs="the browser tests need Chromium or Google Chrome (CHROMIUM names one that is elsewhere)"
. "$(dirname "$0")/lib.sh"

# The same places as in test/browser/chromium.mjs.
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
	say "CHROMIUM is $CHROMIUM, and that is not a program"
	exit 1
fi

if found; then exit 0; fi

if has apt-get; then
	say "installing Chromium with apt-get"
	# Ubuntu knows it by the second name.
	apt_install chromium || apt_install chromium-browser
else
	give_up "install one"
fi

found || give_up "the package manager put none in the usual places; install it by hand"
