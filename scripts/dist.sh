#!/bin/sh
# Builds the files of a release in dist/: archives for Linux and macOS, .deb and .rpm packages, their lists of components and SHA256SUMS.
# Two builds of a commit with the same Go release and tools have the same bytes (make test-dist). Called by `make dist`.
# PLATFORMS="linux/amd64" builds only these platforms, BUILD_CACHE sets another build cache. NFPM and CYCLONEDX are the commands of the
# tools, pinned in the Makefile.
set -eu
needs="make dist can't continue"
cd "$(dirname "$0")/.."
. scripts/lib.sh

tar --version 2>/dev/null | grep -q GNU || give_up "install GNU tar, whose archives are reproducible"
commit=$(git rev-parse --short=12 HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
export CGO_ENABLED=0 TZ=UTC LC_ALL=C GOFLAGS=-mod=readonly
umask 022
tag=$(git tag --points-at HEAD --list 'v*' | head -n 1)
# Between releases, a version sorts after the last release and before the next one, and later commits sort after earlier ones.
base=$(sed -n 's/^  version: //p' openapi.yaml | head -n 1)
version=${tag:+${tag#v}}
version=${version:-$base~$(TZ=UTC date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$commit}

rm -rf dist && mkdir -p dist/.work
# notices prints the licenses of all modules in the program, and of Go.
notices() {
	GOOS=$1 GOARCH=$2 go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . | sort -u |
		while read -r module release dir; do
			for file in "$dir"/LICENSE* "$dir"/COPYING* "$dir"/NOTICE*; do
				if [ -f "$file" ]; then printf '==== %s %s: %s\n\n' "$module" "$release" "$(basename "$file")" && cat "$file" && echo; fi
			done
		done
	printf '==== Go: LICENSE\n\n' && cat "$(go env GOROOT)/LICENSE"
}

for platform in ${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64}; do
	os=${platform%/*} arch=${platform#*/}
	name=ocipe_$(echo "$version" | tr '~' '-')_${os}_$arch
	root=dist/.work/$name
	say "$name"
	mkdir -p "$root"
	GOCACHE=${BUILD_CACHE:-$(go env GOCACHE)} GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=true -ldflags=-s -o "$root/ocipe" .
	go version -m "$root/ocipe" | grep -q "vcs.revision=$commit" || say "warning: the program doesn't name its commit, since Go finds none in a git worktree; make releases in a clone"
	cp LICENSE README.md CHANGELOG.md "$root"
	notices "$os" "$arch" >"$root/THIRD-PARTY-LICENSES"
	if [ "$os" = linux ]; then cp deploy/ocipe.service deploy/package/ocipe.env "$root"; fi
	chmod -R u=rwX,go=rX "$root"
	(cd dist/.work && tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name") |
		gzip -9n >"dist/$name.tar.gz"
	$CYCLONEDX bin -json -std -noserial -notimestamp -output "dist/$name.cdx.json" "$root/ocipe"
	[ "$os" = linux ] || continue
	for packager in deb rpm; do
		VERSION=$version ARCH=$arch ROOT=$root $NFPM package --config deploy/package/nfpm.yaml --packager $packager --target dist/ >/dev/null
	done
done
rm -rf dist/.work
(cd dist && sha256sum -- * >SHA256SUMS)
say "made dist/: $(find dist -type f | wc -l) files of version $version"
