#!/bin/sh
# httpYac, which runs files beside the program: what arrives at a recording server
# must be the same, but for what docs/compatibility.md gives a reason for. What
# oracle/package-lock.json names is installed into the user's cache folder.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh
. .ci/integration/node.sh

node_packages oracle httpYac
HTTPYAC=$packages/node_modules/httpyac/bin/httpyac.js
HTTPYAC_LOOPBACK=$PWD/.ci/integration/oracle/loopback.cjs
export HTTPYAC HTTPYAC_LOOPBACK
exec go test -count=1 -timeout 10m -tags integration -run '^TestOracle' -v ./internal/integration
