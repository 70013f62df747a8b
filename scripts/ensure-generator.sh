#!/bin/sh
# Ensures that Java is installed, for the generator of clients in other languages, and the Python packages that its Python client imports.
# Installs what is missing with apt-get, or prints what to install.
set -eu
needs="the test of a generated Python client needs Java 11 or newer, and Python 3 with urllib3, six, dateutil and certifi"
. "$(dirname "$0")/lib.sh"

found() { has java && has python3 && python3 -c 'import urllib3, six, dateutil, certifi' 2>/dev/null; }

if found; then exit 0; fi

if has apt-get; then
	say "installing Java and Python packages with apt-get"
	apt_install default-jre-headless python3 python3-urllib3 python3-six python3-dateutil python3-certifi
else
	give_up "install them"
fi

found || give_up "some are still missing; install them by hand"
