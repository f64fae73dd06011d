# node_packages NAME installs what .ci/integration/NAME/package-lock.json lists into
# the user's cache folder, once for each version of that file, and sets $packages
# to the folder. $2 is what to call it in messages.
node_packages() {
	need node nodejs
	need npm npm
	if [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" != true ]; then
		echo "integration: Node.js 20 is needed, found $(node --version)" >&2
		exit 1
	fi
	listed=.ci/integration/$1/package-lock.json
	packages=${XDG_CACHE_HOME:-$HOME/.cache}/postrider-integration/$1-$(sha256sum "$listed" | cut -c 1-16)
	if [ -d "$packages" ]; then
		return
	fi
	echo "integration: installing $2" >&2
	mkdir -p "${packages%/*}"
	new=$(mktemp -d "${packages%/*}/new.XXXXXX")
	cp "${listed%-lock.json}.json" "$listed" "$new"
	if ! npm ci --prefix "$new" --ignore-scripts --no-audit --no-fund >"$new/install.log" 2>&1; then
		cat "$new/install.log" >&2
		rm -rf "$new"
		echo "integration: $2 could not be installed" >&2
		exit 1
	fi
	mv -T "$new" "$packages" 2>/dev/null || rm -rf "$new" # another run was faster
}
