#!/bin/sh
# Ensures that promtool is installed, for the tests of the alert rules (`make faults`). If it is missing, installs Debian's package of
# Prometheus without starting it, or prints what to install.
set -eu
needs="the tests of the alert rules need promtool, which comes with Prometheus"
. "$(dirname "$0")/lib.sh"

if has promtool; then exit 0; fi

if has apt-get; then
	say "installing Prometheus with apt-get"
	no_services=1
	apt_install prometheus
else
	give_up "install it"
fi

has promtool || give_up "promtool is still missing; install it by hand"
