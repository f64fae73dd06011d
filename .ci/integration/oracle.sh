#!/bin/sh
# httpYac, which runs files beside the program: what arrives at a recording server
# must be the same, but for what docs/compatibility.md gives a reason for. What
# oracle/package-lock.json names is installed into the user's cache folder.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh

need node nodejs
need npm npm
if [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" != true ]; then
	echo "integration: Node.js 20 is needed, found $(node --version)" >&2
	exit 1
fi

source=.ci/integration/oracle
home=${XDG_CACHE_HOME:-$HOME/.cache}/postrider-integration/oracle-$(sha256sum "$source/package-lock.json" | cut -c 1-16)

if ! [ -d "$home" ]; then
	echo "integration: installing httpYac" >&2
	mkdir -p "${home%/*}"
	new=$(mktemp -d "${home%/*}/new.XXXXXX")
	cp "$source/package.json" "$source/package-lock.json" "$new"
	if ! npm ci --prefix "$new" --ignore-scripts --no-audit --no-fund >"$new/install.log" 2>&1; then
		cat "$new/install.log" >&2
		rm -rf "$new"
		echo "integration: httpYac could not be installed" >&2
		exit 1
	fi
	mv -T "$new" "$home" 2>/dev/null || rm -rf "$new" # another run was faster
fi

HTTPYAC=$home/node_modules/httpyac/bin/httpyac.js
HTTPYAC_LOOPBACK=$PWD/$source/loopback.cjs
export HTTPYAC HTTPYAC_LOOPBACK
exec go test -count=1 -timeout 10m -tags integration -run '^TestOracle' -v ./internal/integration
