#!/bin/sh
# What has to be so before the supervisor starts; then the supervisor, as this process.
set -eu

export ROOT_MOUNTPOINT="${ROOT_MOUNTPOINT:-/mnt/root}"
# partition GIVEN DEFAULT: where a partition is. The OS tells where it is mounted on the host; what is not mounted into
# this container is reached through the host's file system.
partition() {
	path=${1:-$2}
	if [ -d "$path" ] || [ ! -d "$ROOT_MOUNTPOINT$path" ]; then echo "$path"; else echo "$ROOT_MOUNTPOINT$path"; fi
}
BOOT_MOUNTPOINT=$(partition "${BOOT_MOUNTPOINT-}" /mnt/boot)
STATE_MOUNTPOINT=$(partition "${STATE_MOUNTPOINT-}" /mnt/state)
DATA_MOUNTPOINT=$(partition "${DATA_MOUNTPOINT-}" /mnt/data)
export BOOT_MOUNTPOINT STATE_MOUNTPOINT DATA_MOUNTPOINT
# The OS mounts this one file, too (tests name another). It cannot be replaced as a whole there, so the partition's own
# comes first.
legacy_config=${LEGACY_CONFIG:-/boot/config.json}
if [ -z "${CONFIG_MOUNT_POINT-}" ] && [ ! -e "$BOOT_MOUNTPOINT/config.json" ] && [ -f "$legacy_config" ]; then
	export CONFIG_MOUNT_POINT="$legacy_config"
fi
export DOCKER_SOCKET="${DOCKER_SOCKET:-/var/run/docker.sock}"
export DBUS_SYSTEM_BUS_ADDRESS="${DBUS_SYSTEM_BUS_ADDRESS:-unix:path=$ROOT_MOUNTPOINT/run/dbus/system_bus_socket}"

# The programs of the firewall; empty: it is left alone. Some kernels load what IPv6's needs only when they are told to,
# by the host's own program.
export IPTABLES_FOLDER="${IPTABLES_FOLDER-/usr/sbin}"
if [ -n "$IPTABLES_FOLDER" ] && [ ! -e /proc/net/ip6_tables_names ]; then
	chroot "$ROOT_MOUNTPOINT" modprobe ip6_tables 2>/dev/null || true
fi

# The folder of update locks. Apps that were started by an older supervisor hold theirs in the folder's older name,
# so where only that one is there, the new name leads to it.
host_tmp=$ROOT_MOUNTPOINT/tmp
if [ -d "$host_tmp" ] && [ ! -e "$host_tmp/balena-supervisor" ]; then
	if [ -d "$host_tmp/resin-supervisor" ]; then
		ln -s resin-supervisor "$host_tmp/balena-supervisor"
	else
		mkdir -p "$host_tmp/balena-supervisor"
	fi
fi

# A private certificate authority: base64 of PEM text. It is added to what is trusted, in place of nothing.
if [ -n "${BALENA_ROOT_CA-}" ]; then
	ca=${TMPDIR:-/tmp}/balena-root-ca.pem
	if printf '%s' "$BALENA_ROOT_CA" | base64 -d >"$ca" 2>/dev/null && grep -q 'BEGIN CERTIFICATE' "$ca"; then
		[ ! -r "${NODE_EXTRA_CA_CERTS-}" ] || cat "$NODE_EXTRA_CA_CERTS" >>"$ca"
		export NODE_EXTRA_CA_CERTS="$ca"
	else
		echo 'BALENA_ROOT_CA is not base64 of a certificate: left out' >&2
	fi
fi

# Memory is scarce on devices: a small young generation, one thread for V8's helpers, malloc that gives back. The
# optimizing compilers cost 9 MB (their code in memory, their working space) and gain little here: the supervisor
# waits for the engine and the network. With --expose-gc it gives memory back when the device has come to rest; code
# that was not used since the last but one collection goes then, too, some 3 MB of it, and is compiled again when used.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}" MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-65536}"
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-/usr/src/app/.compile-cache}"
# url.parse() is called by the request library; there is nothing to do about its warning.
exec node --max-semi-space-size=1 --initial-old-space-size=16 --heap-growing-percent=25 --v8-pool-size=1 \
	--no-opt --no-maglev --expose-gc --flush-baseline-code --bytecode-old-age=2 --disable-warning=DEP0169 \
	/usr/src/app/dist/main.cjs "$@"
