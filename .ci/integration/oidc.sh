#!/bin/sh
# A strict OpenID Provider, with the library that most of those in JavaScript are
# built with: authorization code with PKCE, devices, and rotating refresh tokens.
# What oidc/package-lock.json names is installed into the user's cache folder.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh

need node nodejs
need npm npm
need script bsdutils
if [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" != true ]; then
	echo "integration: Node.js 20 is needed, found $(node --version)" >&2
	exit 1
fi

source=.ci/integration/oidc
home=${XDG_CACHE_HOME:-$HOME/.cache}/postrider-integration/oidc-$(sha256sum "$source/package-lock.json" | cut -c 1-16)

work=$(mktemp -d)
server=
stop() {
	trap - EXIT
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

if ! [ -d "$home" ]; then
	echo "integration: installing oidc-provider" >&2
	mkdir -p "${home%/*}"
	new=$(mktemp -d "${home%/*}/new.XXXXXX")
	cp "$source/package.json" "$source/package-lock.json" "$new"
	if ! npm ci --prefix "$new" --ignore-scripts --no-audit --no-fund >"$work/install.log" 2>&1; then
		cat "$work/install.log" >&2
		rm -rf "$new"
		echo "integration: oidc-provider could not be installed" >&2
		exit 1
	fi
	mv -T "$new" "$home" 2>/dev/null || rm -rf "$new" # another run was faster
fi

# The server must stand where its library is.
cp "$source/server.mjs" "$work"
ln -s "$home/node_modules" "$work/node_modules"
node "$work/server.mjs" "$work/url" >"$work/server.log" 2>&1 &
server=$!
waited=0
until [ -f "$work/url" ]; do
	if ! kill -0 "$server" 2>/dev/null || [ "$waited" -ge 60 ]; then
		cat "$work/server.log" >&2
		echo "integration: oidc-provider does not start" >&2
		exit 1
	fi
	sleep 1
	waited=$((waited + 1))
done

OIDC_URL=$(cat "$work/url")
export OIDC_URL
if ! go test -count=1 -timeout 20m -tags integration -run '^TestOIDC' ./internal/integration; then
	echo "integration: the log of oidc-provider:" >&2
	tail -n 100 "$work/server.log" >&2
	exit 1
fi
