/** Label that every container, volume and network of a device carries; its value is the device's name. */
export const DIND_LABEL = 'io.holdfast.dind';
/** Label of a container: digest of the options it was made with. */
export const OPTIONS_LABEL = 'io.holdfast.options';
/** Label of the boot volume: digest of the configuration and the apps that were put on it. */
export const IDENTITY_LABEL = 'io.holdfast.identity';
/** Label of an image: digest of the files it was built from. */
export const INPUTS_LABEL = 'io.holdfast.inputs';

/** Labels of the cloud's container: the ports of this computer it is published on. */
export const CLOUD_PORT_LABEL = 'io.holdfast.cloud-port';
export const REGISTRY_PORT_LABEL = 'io.holdfast.registry-port';
/** Labels of a device's container: the ports of this computer it is published on. */
export const API_PORT_LABEL = 'io.holdfast.api-port';
export const PAGE_PORT_LABEL = 'io.holdfast.page-port';

/** Where a device's engine listens when it is published; command-line clients know no other port. */
export const ENGINE_PORT = 2375;

export const DEFAULT_NAME = 'holdfast';
export const DEVICE_IMAGE = 'holdfast/dind-device:latest';
export const CLOUD_IMAGE = 'holdfast/dev-cloud:latest';
export const DEFAULT_TAG = 'master';

/** Architectures that balena's device types know, as they are written in image names. */
export const ARCHITECTURES = ['amd64', 'i386', 'aarch64', 'armv7hf', 'rpi'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Ports of a group's second device are this much above those of the first, and so on. */
export const PORT_STEP = 10;

/** The names of everything that one device is made of. */
export interface DindNames {
	readonly name: string;
	/** Name of the first device of the group: those whose cloud and network are the same. */
	readonly group: string;
	/** Place in its group, from 1. */
	readonly number: number;
	readonly device: string;
	readonly cloud: string;
	readonly network: string;
	readonly volumes: {
		readonly docker: string;
		readonly boot: string;
		readonly state: string;
		readonly data: string;
	};
	/** Volume of the development cloud: its database and its registry. */
	readonly cloudVolume: string;
	/** `key=value`, as `docker … --label` and `--filter label=` take it; on what is this device's alone. */
	readonly label: string;
	/** The label on the cloud and the network. */
	readonly groupLabel: string;
}

/**
 * Names derived from `--name`. `NAME.2`, `NAME.3` … are further devices of the group of `NAME`: they share its cloud and
 * its network. Devices of different groups share nothing but images.
 */
export function toDindNames(name: string): DindNames {
	const [, first, digits] = /^(.+)\.([2-9]|[1-9]\d+)$/.exec(name) ?? [];
	const group = first ?? name;
	return {
		name,
		group,
		number: Number(digits ?? 1),
		device: `${name}-device`,
		cloud: `${group}-cloud`,
		network: `${group}-net`,
		volumes: {
			docker: `${name}-docker`,
			boot: `${name}-boot`,
			state: `${name}-state`,
			data: `${name}-data`,
		},
		cloudVolume: `${group}-cloud`,
		label: `${DIND_LABEL}=${name}`,
		groupLabel: `${DIND_LABEL}=${group}`,
	};
}

/** The name of a group's device by its place, from 1. */
export function toMemberName(group: string, number: number): string {
	return number === 1 ? group : `${group}.${number}`;
}

/** True if the engine accepts `name` as the first part of a container's name. */
export function isUsableName(name: string): boolean {
	return /^[a-z0-9][a-z0-9_.-]{0,40}$/.test(name);
}

/** The supervisor image of an architecture, `holdfast/amd64-supervisor:master` by default. */
export function toSupervisorImage(arch: Architecture, tag: string): string {
	return `holdfast/${arch}-supervisor:${tag}`;
}
