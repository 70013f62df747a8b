#!/bin/sh
# Creates api/docs/reference/redoc.standalone.js.gz and its license file from the npm package. The result is reproducible. After changing
# the version or this script, run it and commit the result.
set -eu
version=2.5.2
integrity=6beb5aea23b71d09122ee35de8f326e38aec050e774f3bfba1f34e5c36608986
needs="the API reference (Redoc) is vendored from npm"
. "$(dirname "$0")/lib.sh"

has npm || give_up "install Node.js with npm"
to=$(cd "$(dirname "$0")/../api/docs/reference" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm pack --silent "redoc@$version" >/dev/null
tar -xzf "redoc-$version.tgz"
cd package/bundles
[ "$(openssl dgst -sha256 -r redoc.standalone.js | cut -d ' ' -f 1)" = "$integrity" ] ||
	give_up "redoc.standalone.js of $version is not the reviewed file; review it, then change integrity"

# Redoc fetches its vendor's logo from another host, and omits it if that fails. Replace the URL so that it makes no request.
logo=https://cdn.redoc.ly/redoc/logo-mini.svg
sed "s|\"$logo\"|\"data:,\"|" redoc.standalone.js >ours.js
if cmp -s ours.js redoc.standalone.js || grep -q cdn.redoc.ly ours.js; then
	give_up "the logo of $version has another URL; find it"
fi

gzip -9 -n <ours.js >"$to/redoc.standalone.js.gz"
{
	echo "Redoc $version, https://github.com/Redocly/redoc, except for the URL of a logo:"
	echo
	cat ../LICENSE
	echo
	echo "It contains code of others:"
	echo
	cat redoc.standalone.js.LICENSE.txt cfb294d7f6536ffa8d42.worker.js.LICENSE.txt
} >"$to/redoc.LICENSE.txt"
say "redoc $version is in api/docs/reference"
