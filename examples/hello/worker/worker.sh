#!/bin/sh
# Writes a line into /data/diary every INTERVAL_SECONDS and says so. Ends at once when asked to.
set -eu
diary=/data/diary
mkdir -p "${diary%/*}"

child=
finish() {
	echo "worker: told to stop after $(wc -l <"$diary") lines"
	[ -z "$child" ] || kill "$child" 2>/dev/null || true
	exit 0
}
trap finish TERM INT

touch "$diary"
echo "worker: the diary has $(wc -l <"$diary") lines from before"
while :; do
	date -u '+%Y-%m-%dT%H:%M:%SZ' >>"$diary"
	echo "worker: wrote line $(wc -l <"$diary")"
	# In the background, so that the signal does not wait for the end of the pause.
	sleep "${INTERVAL_SECONDS:-30}" &
	child=$!
	wait "$child" || true
done
