#!/bin/sh
# Checks that a release is reproducible: builds it from two clones in folders with different names, with different umasks and time zones
# and without a shared build cache, and compares all bytes. Called by `make test-dist`; PLATFORMS="linux/amd64" makes it faster.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q . "$work/one"
git clone -q . "$work/another folder"
(umask 022 && export TZ=Asia/Kolkata && sh "$work/one/scripts/dist.sh")
(umask 077 && export TZ=America/New_York BUILD_CACHE="$work/cache" && sh "$work/another folder/scripts/dist.sh")
[ -s "$work/one/dist/SHA256SUMS" ]
diff -r "$work/one/dist" "$work/another folder/dist" || { echo "test-dist: two builds differ" >&2; exit 1; }
(cd "$work/one/dist" && sha256sum -c --quiet SHA256SUMS)
echo "test-dist: two builds have the same bytes:"
cat "$work/one/dist/SHA256SUMS"
