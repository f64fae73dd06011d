#!/bin/sh
# Keycloak, as its distribution has it: the provider `corti`, and OAuth 2.0 with
# every grant. The distribution comes from the Java repository; it is kept, made
# ready to start, in the user's cache folder.
set -eu
cd "$(dirname "$0")/../.."
. .ci/integration/need.sh
. .ci/integration/server.sh

version=26.4.7
digest=aca60ab72ae4d67adc6b8fe7fca5e08d16a6bb5e4a4f2ebb54050e3f5503fd2b
home=${XDG_CACHE_HOME:-$HOME/.cache}/postrider-integration/keycloak-$version

need java openjdk-17-jre-headless
need script bsdutils
java=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
if [ "${java:-0}" -lt 17 ]; then
	echo "integration: Keycloak $version needs Java 17, found ${java:-none}" >&2
	exit 1
fi

if ! [ -d "$home" ]; then
	need mvn maven
	echo "integration: installing Keycloak $version" >&2
	mkdir -p "${home%/*}"
	new=$(mktemp -d "${home%/*}/new.XXXXXX")
	if ! {
		mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
			"-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:tar.gz" "-DoutputDirectory=$work" &&
			echo "$digest  $work/keycloak-quarkus-dist-$version.tar.gz" | sha256sum -c --quiet &&
			tar -xzf "$work/keycloak-quarkus-dist-$version.tar.gz" -C "$new" --strip-components 1 &&
			"$new/bin/kc.sh" build --db=dev-mem
	} >"$work/install.log" 2>&1; then
		cat "$work/install.log" >&2
		rm -rf "$new"
		echo "integration: Keycloak $version could not be installed" >&2
		exit 1
	fi
	mv -T "$new" "$home" 2>/dev/null || rm -rf "$new" # another run was faster
fi

# Any port will do; what it is stands in the log. The database is in memory, and
# the tests import what they need.
KEYCLOAK_ADMIN_SECRET=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD=$KEYCLOAK_ADMIN_SECRET \
	JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1 \
	"$home/bin/kc.sh" start --optimized --cache=local --hostname-strict=false \
	--http-enabled=true --http-host=127.0.0.1 --http-port=0 >"$work/server.log" 2>&1 &
server=$!
listens() {
	KEYCLOAK_URL=$(sed -n 's/.*Listening on: \(http:[^ ]*\).*/\1/p' "$work/server.log") && [ -n "$KEYCLOAK_URL" ]
}
await "Keycloak $version" 300 listens

export KEYCLOAK_URL KEYCLOAK_ADMIN_SECRET
tests Keycloak '^TestKeycloak'
