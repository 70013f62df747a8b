#!/bin/sh
# Ensures that there is a C compiler, for Go's race detector (`make test`) and sqlc's parser (`make drift`). If there is none, installs
# one with the system's package manager, or prints what to install.
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
