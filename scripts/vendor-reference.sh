#!/bin/sh
# Makes api/docs/reference/redoc.standalone.js.gz and its licences from the package on npm. The same bytes every time: run
# it after changing the version or what is done to the file, and commit what it leaves.
set -eu
version=2.5.2
integrity=6beb5aea23b71d09122ee35de8f326e38aec050e774f3bfba1f34e5c36608986
needs="the reading view is vendored from npm"
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
	give_up "redoc.standalone.js of $version is not the file that was looked at; look at it, then change integrity"

# Redoc fetches its maker's logo from elsewhere, and leaves it out if that fails, as this does.
logo=https://cdn.redoc.ly/redoc/logo-mini.svg
sed "s|\"$logo\"|\"data:,\"|" redoc.standalone.js >ours.js
if cmp -s ours.js redoc.standalone.js || grep -q cdn.redoc.ly ours.js; then
	give_up "the logo of $version comes from somewhere else; look where"
fi

gzip -9 -n <ours.js >"$to/redoc.standalone.js.gz"
{
	echo "Redoc $version, https://github.com/Redocly/redoc, but for the address of a logo:"
	echo
	cat ../LICENSE
	echo
	echo "What is in it of others:"
	echo
	cat redoc.standalone.js.LICENSE.txt cfb294d7f6536ffa8d42.worker.js.LICENSE.txt
} >"$to/redoc.LICENSE.txt"
say "redoc $version is in api/docs/reference"
