#!/bin/sh
# Makes sure that there is a Node.js that the contract's lint and the browser tests run on, or says what to install.
# Distributions are behind with it, so nothing is installed.
set -eu

if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
	node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
	exit 0
fi
echo "ensure-node: make check needs Node.js 20.19 or newer with npm: https://nodejs.org (make run and make test don't)" >&2
exit 1
