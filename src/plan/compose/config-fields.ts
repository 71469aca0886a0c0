import memoize from 'lodash/memoize.js';
import snakeCase from 'lodash/snakeCase.js';
import { canonicalJson, isRecord } from '../../kit/digest.ts';

/** What tells drift of a container: the members of its configuration that its digest is made of. */
export type ComparableConfig = Readonly<Record<string, unknown>> & {
	readonly Env: readonly string[];
	readonly Labels: Readonly<Record<string, string>>;
	readonly HostConfig: object;
};

/** Longer texts are left out: a label is to be read with every list of containers. */
const longestText = 8000;

/**
 * A short hash of every field, as text for a label: `environment.MODE=1k2j3 ports=9x8y7`. Kept beside the digest, which
 * tells that something differs, so that it can be said what. Undefined when there is too much of it.
 */
export function fieldHashes({
	Env,
	Labels,
	HostConfig,
	...rest
}: ComparableConfig): string | undefined {
	const hashes = [
		...Env.map((line) => `environment.${line.slice(0, line.indexOf('='))}=${hashOf(line)}`),
		...Object.entries(Labels).map(([name, value]) => `labels.${name}=${hashOf(value)}`),
		...membersOf(HostConfig),
		...membersOf(rest),
	];
	const text = hashes.sort().join(' ');
	return text.length > longestText ? undefined : text;
}

/** Names of the fields in which two such texts differ, in order. */
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

function membersOf(config: object): string[] {
	return Object.entries(config)
		.filter(([, value]) => value !== undefined)
		.map(([member, value]) => fieldHash(member, value));
}

/** What such a text says of one member of the configuration. */
export function fieldHash(member: string, value: unknown): string {
	return `${wordOf(member)}=${hashOf(textOf(value))}`;
}

const wordOf = memoize((member: string) => composeWords[member] ?? snakeCase(member));

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
function hashOf(text: string): string {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index += 1) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	return (hash >>> 6).toString(36);
}
