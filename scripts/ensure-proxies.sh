#!/bin/sh
# Ensures that HAProxy and nginx are installed, for the tests of several replicas (`make faults`). If one is missing, installs both with
# apt-get, without starting them, or prints what to install.
set -eu
needs="the tests of several replicas need HAProxy 2.6 or newer and nginx"
. "$(dirname "$0")/lib.sh"

found() {
	PATH="$PATH:/usr/sbin:/usr/local/sbin"
	has haproxy && has nginx
}

if found; then exit 0; fi

if has apt-get; then
	say "installing HAProxy and nginx with apt-get"
	no_services=1
	apt_install haproxy nginx
else
	give_up "install them"
fi

found || give_up "one is still missing; install it by hand"
