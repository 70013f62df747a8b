#!/bin/sh
# Checks that Node.js is recent enough for the contract's lint and the browser tests; if not, prints what to install. It installs nothing,
# because distributions have old versions.
set -eu

if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
	node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
	exit 0
fi
echo "ensure-node: make check needs Node.js 20.19 or newer with npm: https://nodejs.org (make run and make test don't)" >&2
exit 1
