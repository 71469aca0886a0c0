import { systemClock, type Clock } from '../kit/clock.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { VolumeFiller } from '../ports/backup.ts';
import type { EngineInventory } from '../ports/engine-inventory.ts';
import { createArchitectureWatch } from './architecture.ts';
import type { EngineAddress } from './client.ts';
import { createConnection, type EngineConnection } from './connection.ts';
import { createContainerCalls } from './containers.ts';
import { dial } from './dial.ts';
import { createEventCalls } from './events.ts';
import { createImageCalls } from './images.ts';
import { createVolumeFiller } from './fill-volume.ts';
import { createInventoryCalls } from './inventory.ts';
import { createLoadCalls } from './load-images.ts';
import { createLogCalls } from './logs.ts';
import { createNetworkCalls } from './networks.ts';
import { createVolumeCalls } from './volumes.ts';

export type DockerEngineOptions = EngineAddress & {
	/** Default: the system's. */
	readonly clock?: Clock | undefined;
};

export interface DockerEngine extends ContainerEngine, EngineInventory, VolumeFiller {
	/** Closes connections that lie idle. */
	close(): void;
}

/**
 * The engine behind a socket or a TCP address. Nothing is connected until the first call; an engine that is away now may
 * come later. Speaks with Docker Engine 20.10 and newer, balenaEngine, and Podman's Docker API.
 */
export function createDockerEngine({
	clock = systemClock,
	...address
}: DockerEngineOptions): DockerEngine {
	const connection = createConnection(address);
	const architecture = createArchitectureWatch({
		clock,
		calls: () => ({ ...containers, ...logs }),
	});
	const containers = createContainerCalls({ connection, architecture, clock });
	const logs = createLogCalls(connection, {
		inspect: containers.inspectContainer,
		clock,
	});
	return {
		...containers,
		...logs,
		...createImageCalls(connection),
		...createLoadCalls(connection),
		...createNetworkCalls(connection),
		...createVolumeCalls(connection),
		...createVolumeFiller(connection),
		...createInventoryCalls(connection),
		...createEventCalls(connection),
		...createSystemCalls(connection),
		close: connection.close,
	};
}

/** Engines on slow disks take ten seconds for an answer; a ping that takes much longer tells nothing good. */
const pingMs = 30_000;

function createSystemCalls({ call }: EngineConnection): Pick<ContainerEngine, 'ping' | 'info'> {
	const get = (path: string, signal: AbortSignal, limitMs?: number): Promise<unknown> =>
		call(
			signal,
			(docker, abortSignal) => dial(docker, { method: 'GET', path }, abortSignal),
			limitMs,
		);
	return {
		async ping(signal) {
			await get('/_ping', signal, pingMs);
		},
		async info(signal) {
			const [version, info] = await Promise.all([get('/version', signal), get('/info', signal)]);
			const { Version = '', Arch = '' } = version as RawVersion;
			return {
				version: Version,
				architecture: Arch,
				cgroupVersion: cgroupVersionOf(info as RawInfo),
			};
		},
	};
}

interface RawVersion {
	readonly Version?: string;
	readonly Arch?: string;
}

interface RawInfo {
	readonly CgroupVersion?: string;
}

/** Engines before 20.10 know no other than version 1, and do not say so. */
function cgroupVersionOf({ CgroupVersion = '1' }: RawInfo): string {
	return CgroupVersion;
}
