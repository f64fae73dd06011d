# A server that the tests talk to. Its process is $server and its log
# $work/server.log; both end with the script.
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

# await NAME SECONDS COMMAND... waits until the command succeeds.
await() {
	name=$1
	seconds=$2
	shift 2
	until "$@"; do
		if ! kill -0 "$server" 2>/dev/null || [ "$seconds" -le 0 ]; then
			cat "$work/server.log" >&2
			echo "integration: $name does not start" >&2
			exit 1
		fi
		sleep 1
		seconds=$((seconds - 1))
	done
}

# tests NAME PATTERN runs the tests of the pattern, and shows the server's log if
# they fail.
tests() {
	if ! go test -count=1 -timeout 20m -tags integration -run "$2" ./internal/integration; then
		echo "integration: the log of $1:" >&2
		tail -n 100 "$work/server.log" >&2
		exit 1
	fi
}
