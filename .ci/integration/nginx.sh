#!/bin/sh
# Client certificates against nginx, with keys that OpenSSL 3 makes. What is
# missing is installed from Debian if this runs as root.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh

need nginx nginx-light
need openssl openssl
case $(openssl version) in
"OpenSSL 3."*) ;;
*)
	echo "integration: OpenSSL 3 is needed, found $(openssl version)" >&2
	exit 1
	;;
esac
exec go test -count=1 -tags integration -run '^TestNginx' ./internal/integration
