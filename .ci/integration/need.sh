# need PROGRAM PACKAGE makes sure that a program is there, or says what to do and
# fails.
need() {
	PATH=$PATH:/usr/sbin:/sbin
	if command -v "$1" >/dev/null; then
		return
	fi
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "integration: installing $2" >&2
		# Without lists of packages, or with old ones, the first attempt fails.
		if debian "$2" || { apt-get update -q >&2 && debian "$2"; }; then
			if command -v "$1" >/dev/null; then
				return
			fi
		fi
		echo "integration: $2 could not be installed" >&2
		exit 1
	fi
	echo "integration: $1 is needed; install it, on Debian with \`apt-get install $2\`" >&2
	exit 1
}

debian() {
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$1" >&2
}
