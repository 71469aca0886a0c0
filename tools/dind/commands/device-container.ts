import type { Argv } from './argv.ts';
import { docker, repeat } from './argv.ts';
import { toCgroupArgs, toPrivilegeArgs } from './capabilities.ts';
import type { DindNames } from './names.ts';
import { API_PORT_LABEL, OPTIONS_LABEL, PAGE_PORT_LABEL } from './names.ts';
import type { PublishedPort } from './objects.ts';
import { publishLocally } from './objects.ts';

/** A folder of this computer that the device sees. */
export interface SharedFolder {
	readonly source: string;
	readonly target: string;
}

export interface DeviceContainer {
	readonly names: DindNames;
	readonly image: string;
	/** Capabilities no container on this host can have. */
	readonly missingCapabilities: readonly string[];
	readonly cgroupVersion: 1 | 2;
	/** Digest of everything the container is made from, stored as a label: another digest, another container. */
	readonly optionsDigest: string;
	readonly api: PublishedPort;
	readonly page: PublishedPort;
	/** Only with ssh. */
	readonly ssh?: PublishedPort;
	/** Only where the engine is published. */
	readonly engine?: PublishedPort;
	readonly folders: readonly SharedFolder[];
	/** Read by the device's units. */
	readonly env: Readonly<Record<string, string>>;
}

/**
 * `docker create` for the device: systemd, its own engine on a volume, published on 127.0.0.1 only.
 * Its files are copied in before it is started.
 */
export function createDevice(device: DeviceContainer): Argv {
	const { names, api, page, ssh, engine, folders, env } = device;
	const ports = [api, page, ssh, engine].filter((port) => port !== undefined);
	return docker(
		'create',
		'--name',
		names.device,
		'--hostname',
		names.device.replaceAll('.', '-'), // a dot would make a domain of the rest
		...repeat('--label', [
			names.label,
			`${OPTIONS_LABEL}=${device.optionsDigest}`,
			`${API_PORT_LABEL}=${api.host}`,
			`${PAGE_PORT_LABEL}=${page.host}`,
		]),
		'--restart',
		'unless-stopped',
		'--network',
		names.network,
		...publishLocally(ports),
		...toPrivilegeArgs(device.missingCapabilities),
		...toCgroupArgs(device.cgroupVersion),
		...repeat('--tmpfs', ['/run', '/run/lock', '/tmp:exec']),
		...repeat('--volume', [
			`${names.volumes.docker}:/var/lib/docker`,
			`${names.volumes.boot}:/mnt/boot`,
			`${names.volumes.state}:/mnt/state`,
			`${names.volumes.data}:/mnt/data`,
			...folders.map(({ source, target }) => `${source}:${target}`),
		]),
		...repeat(
			'--env',
			Object.entries(env).map(([key, value]) => `${key}=${value}`),
		),
		device.image,
	);
}
