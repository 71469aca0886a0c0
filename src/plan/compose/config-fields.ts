import memoize from 'lodash/memoize.js';
import snakeCase from 'lodash/snakeCase.js';
import { canonicalJson, isRecord } from '../../kit/digest.ts';

/** Names of the fields in which two texts of labels differ, in order; see {@link ConfigTexts}. */
export function differingFields(one: string, other: string): string[] {
	const before = new Set(one.split(' '));
	const after = new Set(other.split(' '));
	const gone = [...before].filter((entry) => !after.has(entry));
	const come = [...after].filter((entry) => !before.has(entry));
	return [...new Set([...gone, ...come].map(nameOf))].sort();
}

/** Label names may have an equals sign of their own. */
function nameOf(entry: string): string {
	return entry.slice(0, entry.lastIndexOf('='));
}

/** What such a text says of one member of the configuration. */
export function fieldHash(member: string, value: unknown): string {
	return `${wordOf(member)}=${hashOf(textOf(value))}`;
}

/** Compose's word for a member of the Engine API. */
export const wordOf = memoize((member: string) => composeWords[member] ?? snakeCase(member));

function textOf(value: unknown): string {
	return isRecord(value) || Array.isArray(value) ? canonicalJson(value) : String(value);
}

/** Compose's words for members of the Engine API, where they are not the same words in another spelling. */
const composeWords: Readonly<Record<string, string>> = {
	Binds: 'volumes',
	Cmd: 'command',
	CgroupnsMode: 'cgroup',
	CpusetCpus: 'cpuset',
	DeviceRequests: 'gpus',
	DnsOptions: 'dns_opt',
	ExposedPorts: 'expose',
	IpcMode: 'ipc',
	LogConfig: 'logging',
	Memory: 'mem_limit',
	MemoryReservation: 'mem_reservation',
	MemorySwap: 'memswap_limit',
	MemorySwappiness: 'mem_swappiness',
	Mounts: 'volumes',
	NanoCpus: 'cpus',
	OpenStdin: 'stdin_open',
	PidMode: 'pid',
	PortBindings: 'ports',
	ReadonlyRootfs: 'read_only',
	RestartPolicy: 'restart',
	StopTimeout: 'stop_grace_period',
	UTSMode: 'uts',
};

/** FNV-1a, shortened: changes shall show, nothing has to be kept secret or safe by it. */
export function hashOf(text: string): string {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index += 1) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	return (hash >>> 6).toString(36);
}
