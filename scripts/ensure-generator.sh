#!/bin/sh
# Ensures that Java is installed, for the generator of clients in other languages, and the compilers, interpreters and libraries that
# check these clients. With the argument `all`, also ensures the compilers of Kotlin and Rust, for `make clients`.
# Installs what is missing with apt-get, or prints what to install.
set -eu
needs="the tests of generated clients need a JDK (11 or newer) with Jackson, mcs with Newtonsoft.Json, PHP with Guzzle, Ruby with Typhoeus, and Python 3 with urllib3, six, dateutil and certifi, all where Debian has them"
. "$(dirname "$0")/lib.sh"

jar() { [ -e "/usr/share/java/$1.jar" ]; }

found() {
	has java && has javac && jar jackson-databind && jar jsr305 &&
		has python3 && python3 -c 'import urllib3, six, dateutil, certifi' 2>/dev/null &&
		has mcs && [ -e /usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll ] && mcs_has System.Web && mcs_has System.ComponentModel.DataAnnotations &&
		has php && [ -e /usr/share/php/GuzzleHttp/autoload.php ] && has ruby && ruby -e 'require "typhoeus"' 2>/dev/null
}

mcs_has() { [ -e "/usr/lib/mono/4.5/$1.dll" ]; }

crate() { ls -d "/usr/share/cargo/registry/$1"-* >/dev/null 2>&1; }

found_all() {
	found && has kotlinc && jar okhttp && has cargo && crate serde_derive && crate serde_json
}

if [ "${1:-}" = all ]; then
	check=found_all
	more="kotlin libokhttp-java librust-serde-dev librust-serde-derive-dev librust-serde-json-dev"
	has cargo || more="$more cargo"
else
	check=found
	more=""
fi
if $check; then exit 0; fi

if has apt-get; then
	say "installing Java, C#, PHP, Ruby and Python packages${more:+, Kotlin and Rust} with apt-get"
	# shellcheck disable=SC2086 # one word per package
	apt_install libjackson2-databind-java libjsr305-java mono-mcs libnewtonsoft-json5.0-cil libmono-system-web4.0-cil \
		libmono-system-componentmodel-dataannotations4.0-cil php-cli php-guzzlehttp-guzzle ruby ruby-typhoeus \
		python3 python3-urllib3 python3-six python3-dateutil python3-certifi $(has javac || echo default-jdk-headless) $more
else
	give_up "install them"
fi

$check || give_up "some are still missing; install them by hand"
