import { digestOf } from '../../../src/kit/digest.ts';
import type { Argv } from './argv.ts';
import { docker, repeat } from './argv.ts';
import type { DindNames } from './names.ts';
import { DIND_LABEL } from './names.ts';

/** `docker network create` for a device and its cloud. */
export function createNetwork({ network, groupLabel }: DindNames, subnet: string): Argv {
	return docker('network', 'create', '--label', groupLabel, '--subnet', subnet, network);
}

/**
 * Subnets for a device's network, in the order to try them. They are outside the pools that engines take
 * addresses from by themselves: the device's own engine would otherwise give a subnet to its containers that
 * the device, made again, finds itself in.
 */
export function toSubnets(name: string): string[] {
	const first = Number.parseInt(digestOf(name).slice(0, 2), 16);
	return [0, 1, 2, 3, 4, 5, 6, 7].map((step) => `10.213.${(first + step * 31) % 256}.0/24`);
}

/** Something that carries a device's label. */
export type Labelled = Pick<DindNames, 'label'>;

/** `labels` are further ones, `key=value`. */
export function createVolume(
	volumeName: string,
	{ label }: Labelled,
	labels: readonly string[] = [],
): Argv {
	return docker('volume', 'create', ...repeat('--label', [label, ...labels]), volumeName);
}

/** Prints one name per line of what carries the device's label, whatever its state. */
export function listContainers({ label }: Labelled): Argv {
	return docker('ps', '--all', '--filter', `label=${label}`, '--format', '{{.Names}}');
}

export function listVolumes({ label }: Labelled): Argv {
	return docker('volume', 'ls', '--filter', `label=${label}`, '--format', '{{.Name}}');
}

export function listNetworks({ label }: Labelled): Argv {
	return docker('network', 'ls', '--filter', `label=${label}`, '--format', '{{.Name}}');
}

/** Prints `<device name> <container>` per line of every device's containers, whatever their state. */
export function listDevices(): Argv {
	const format = `{{.Label "${DIND_LABEL}"}} {{.Names}}`;
	return docker('ps', '--all', '--filter', `label=${DIND_LABEL}`, '--format', format);
}

/** Asks a container to end; the engine kills it after `timeoutSeconds`. */
export function stopContainer(containerName: string, timeoutSeconds: number): Argv {
	return docker('stop', '-t', String(timeoutSeconds), containerName);
}

/** Removes containers with their anonymous volumes, running or not. */
export function removeContainers(containerNames: readonly string[]): Argv {
	return docker('rm', '--force', '--volumes', ...containerNames);
}

export function removeVolumes(volumeNames: readonly string[]): Argv {
	return docker('volume', 'rm', '--force', ...volumeNames);
}

export function removeNetworks(networkNames: readonly string[]): Argv {
	return docker('network', 'rm', ...networkNames);
}

export function connectNetwork({ network }: DindNames, containerName: string): Argv {
	return docker('network', 'connect', network, containerName);
}

export function startContainer(containerName: string): Argv {
	return docker('start', containerName);
}

/** One format string's worth of `docker inspect`; fails where there is no such object. */
export function inspect(type: 'container' | 'image', objectName: string, format: string): Argv {
	return docker('inspect', '--type', type, '--format', format, objectName);
}

/** Format that prints the ports of this computer a container is bound to, running or not. */
export const BOUND_PORTS =
	'{{range .HostConfig.PortBindings}}{{range .}}{{.HostPort}} {{end}}{{end}}';

/** `--publish` for ports that only this computer may reach. */
export function publishLocally(ports: readonly PublishedPort[]): string[] {
	return repeat(
		'--publish',
		ports.map(({ host, container }) => `127.0.0.1:${host}:${container}`),
	);
}

export interface PublishedPort {
	readonly host: number;
	readonly container: number;
}

/** Copies a file of this computer into a container, running or not. */
export function copyInto(source: string, containerName: string, target: string): Argv {
	return docker('cp', source, `${containerName}:${target}`);
}

/** Prints a file of a container, running or not, as a tar archive; fails where there is no such file. */
export function copyOut(containerName: string, source: string): Argv {
	return docker('cp', `${containerName}:${source}`, '-');
}

/** Prints the value of a volume's label, or an empty line; fails where there is no such volume. */
export function inspectVolumeLabel(volumeName: string, label: string): Argv {
	return docker('volume', 'inspect', '--format', `{{index .Labels "${label}"}}`, volumeName);
}
