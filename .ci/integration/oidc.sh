#!/bin/sh
# A strict OpenID Provider, with the library that most of those in JavaScript are
# built with: authorization code with PKCE, devices, and rotating refresh tokens.
# What oidc/package-lock.json names is installed into the user's cache folder.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh
. .ci/integration/node.sh
. .ci/integration/server.sh

need script bsdutils
node_packages oidc oidc-provider

# The server must stand where its library is.
cp .ci/integration/oidc/server.mjs "$work"
ln -s "$packages/node_modules" "$work/node_modules"
node "$work/server.mjs" "$work/url" >"$work/server.log" 2>&1 &
server=$!
await oidc-provider 60 test -f "$work/url"

OIDC_URL=$(cat "$work/url")
export OIDC_URL
tests oidc-provider '^TestOIDC'
