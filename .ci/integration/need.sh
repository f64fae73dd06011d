# need PROGRAM PACKAGE makes sure that a program is there, or says what to do and
# fails.
need() {
	PATH=$PATH:/usr/sbin:/sbin
	if command -v "$1" >/dev/null; then
		return
	fi
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "integration: installing $2" >&2
		if DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2" >&2 && command -v "$1" >/dev/null; then
			return
		fi
		echo "integration: $2 could not be installed (try \`apt-get update\`)" >&2
		exit 1
	fi
	echo "integration: $1 is needed; install it, on Debian with \`apt-get install $2\`" >&2
	exit 1
}
