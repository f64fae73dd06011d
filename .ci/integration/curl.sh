#!/bin/sh
# The commands of a dry run against curl itself, in the shells that people paste
# them into. What is missing is installed from Debian if this runs as root.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh

need curl curl
need bash bash
need dash dash
need zsh zsh
exec go test -count=1 -tags integration -run '^TestCurl' ./internal/integration
