#!/bin/sh
# Ensures that a C compiler is installed, for Go's race detector (`make race`) and sqlc's parser (`make drift`). If none is, installs
# one with apt-get, or prints what to install.
set -eu
needs="a C compiler is needed"
. "$(dirname "$0")/lib.sh"

if has gcc || has clang || has "${CC:-cc}"; then exit 0; fi

if has apt-get; then
	say "installing gcc with apt-get"
	apt_install gcc libc6-dev
elif [ "$(uname -s)" = Darwin ]; then
	give_up "xcode-select --install"
else
	give_up "install gcc and the C library's headers"
fi
