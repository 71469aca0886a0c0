import type { Argv } from './argv.ts';
import { docker, repeat } from './argv.ts';
import type { DindNames } from './names.ts';
import { CLOUD_PORT_LABEL, OPTIONS_LABEL, REGISTRY_PORT_LABEL } from './names.ts';
import type { PublishedPort } from './objects.ts';
import { publishLocally } from './objects.ts';

export interface CloudContainer {
	readonly names: DindNames;
	readonly image: string;
	readonly optionsDigest: string;
	readonly api: PublishedPort;
	readonly registry: PublishedPort;
	/** Host names of the cloud on the network it shares with the device. */
	readonly aliases: readonly string[];
	/** Where the cloud keeps its database and its images. */
	readonly dataDir: string;
	readonly env: Readonly<Record<string, string>>;
}

/** `docker create` for the development cloud with its registry, published on 127.0.0.1 only. */
export function createCloud(cloud: CloudContainer): Argv {
	const { names, api, registry } = cloud;
	return docker(
		'create',
		'--name',
		names.cloud,
		'--hostname',
		names.cloud,
		...repeat('--label', [
			names.groupLabel,
			`${OPTIONS_LABEL}=${cloud.optionsDigest}`,
			`${CLOUD_PORT_LABEL}=${api.host}`,
			`${REGISTRY_PORT_LABEL}=${registry.host}`,
		]),
		'--restart',
		'unless-stopped',
		'--init',
		'--network',
		names.network,
		...repeat('--network-alias', cloud.aliases),
		...publishLocally([api, registry]),
		'--volume',
		`${names.cloudVolume}:${cloud.dataDir}`,
		...repeat(
			'--env',
			Object.entries(cloud.env).map(([key, value]) => `${key}=${value}`),
		),
		cloud.image,
	);
}
