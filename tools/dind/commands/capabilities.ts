/** Linux capabilities by bit number, see capability.h; the engine knows them by these names. */
const CAPABILITIES = [
	'CHOWN',
	'DAC_OVERRIDE',
	'DAC_READ_SEARCH',
	'FOWNER',
	'FSETID',
	'KILL',
	'SETGID',
	'SETUID',
	'SETPCAP',
	'LINUX_IMMUTABLE',
	'NET_BIND_SERVICE',
	'NET_BROADCAST',
	'NET_ADMIN',
	'NET_RAW',
	'IPC_LOCK',
	'IPC_OWNER',
	'SYS_MODULE',
	'SYS_RAWIO',
	'SYS_CHROOT',
	'SYS_PTRACE',
	'SYS_PACCT',
	'SYS_ADMIN',
	'SYS_BOOT',
	'SYS_NICE',
	'SYS_RESOURCE',
	'SYS_TIME',
	'SYS_TTY_CONFIG',
	'MKNOD',
	'LEASE',
	'AUDIT_WRITE',
	'AUDIT_CONTROL',
	'SETFCAP',
	'MAC_OVERRIDE',
	'MAC_ADMIN',
	'SYSLOG',
	'WAKE_ALARM',
	'BLOCK_SUSPEND',
	'AUDIT_READ',
	'PERFMON',
	'BPF',
	'CHECKPOINT_RESTORE',
] as const;

/**
 * The bounding set out of the text of `/proc/self/status`, as hexadecimal digits.
 * Undefined where there is no such line (not Linux): then nothing is known to be missing.
 */
export function parseCapBnd(procStatus: string): string | undefined {
	return /^CapBnd:\s*([0-9a-f]+)$/im.exec(procStatus)?.[1];
}

/**
 * Names of the capabilities that the bounding set lacks although the kernel has them.
 * @param capBnd - hexadecimal, as in `/proc/self/status`
 * @param lastCap - number of the kernel's last capability (`/proc/sys/kernel/cap_last_cap`)
 */
export function missingCapabilities(capBnd: string, lastCap = CAPABILITIES.length - 1): string[] {
	const bits = BigInt(`0x${capBnd}`);
	return CAPABILITIES.filter((_, bit) => bit <= lastCap && ((bits >> BigInt(bit)) & 1n) === 0n).map(
		String,
	);
}

/** Docker Engine 20.10 was made before the last three capabilities: its `ALL` leaves them out, and it refuses their names. */
const KNOWN_BEFORE_23 = 38;

/**
 * Those of the capabilities that the engine knows by name.
 * @param engineVersion - `20.10.24+dfsg1`; one that cannot be read knows all
 */
export function knownToEngine(capabilities: readonly string[], engineVersion: string): string[] {
	const major = Number.parseInt(engineVersion, 10);
	const known: readonly string[] =
		major < 23 ? CAPABILITIES.slice(0, KNOWN_BEFORE_23) : CAPABILITIES;
	return capabilities.filter((capability) => known.includes(capability));
}

/**
 * Arguments of `docker run` that give a container all the rights this host can give.
 * `--privileged` asks for every capability the kernel knows and fails where the host's bounding set
 * lacks one; there the same rights are listed one by one, without those that are missing.
 */
export function toPrivilegeArgs(missing: readonly string[]): string[] {
	if (missing.length === 0) return ['--privileged'];
	return [
		'--cap-add',
		'ALL',
		...missing.flatMap((capability) => ['--cap-drop', capability]),
		'--security-opt',
		'seccomp=unconfined',
		'--security-opt',
		'apparmor=unconfined',
		'--security-opt',
		'systempaths=unconfined',
		'--device-cgroup-rule',
		'a *:* rwm',
	];
}

/**
 * Arguments of `docker run` that let systemd in the container manage its cgroups.
 * With cgroup v2 a private namespace is enough; v1 wants the host's tree, writable.
 */
export function toCgroupArgs(version: 1 | 2): string[] {
	if (version === 2) return ['--cgroupns', 'private'];
	return ['--cgroupns', 'host', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup:rw'];
}
