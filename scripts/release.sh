#!/bin/sh
# Stores the contract as the released one, with which later contracts are compared, tags the commit as a release, and builds the files of
# the release in dist/. It pushes nothing.
# Called by `make release VERSION=0.2.0`.
set -eu
cd "$(dirname "$0")/.."

version=${1:-}
give_up() {
	echo "release: $*" >&2
	exit 1
}

echo "$version" | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+' || give_up "name the version: make release VERSION=0.2.0"
[ -z "$(git status --porcelain)" ] || give_up "commit or stash your changes first"
if git rev-parse -q --verify "refs/tags/v$version" >/dev/null; then give_up "the tag v$version exists already"; fi
grep -Fqx "  version: $version" openapi.yaml || give_up "openapi.yaml must say \`version: $version\`"
grep -Fq "\"version\": \"$version\"" sdk/typescript/package.json || give_up "sdk/typescript/package.json must say \"version\": \"$version\""
grep -Eq "^## $version( |\$)" CHANGELOG.md || give_up "CHANGELOG.md needs the section \"## $version\""

[ -n "${WITHOUT_VULN:-}" ] || make vuln || give_up "update what is vulnerable. If vuln.go.dev can't be reached, set WITHOUT_VULN=1"

node test/contract/breaking.mjs || give_up "the contract breaks clients of the last release"
cp openapi.yaml test/contract/released.yaml
echo '[]' >test/contract/breaking.json
git add test/contract
git diff --cached --quiet || git commit -q -m "release: $version"
git tag -a "v$version" -m "Ocipe $version"
git tag -a "sdk/ocipe/v$version" -m "The Go SDK of Ocipe $version" # the name that Go requires for a module in a folder
if ! make dist; then
	git tag -d "v$version" "sdk/ocipe/v$version"
	give_up "the release can't be built; its tags are removed again"
fi
echo "dist/ has the files of the release"
echo "v$version and sdk/ocipe/v$version are tagged; push them with: git push --follow-tags"
