import type { Clock } from '../kit/clock.ts';
import type { ObservedState } from '../model/observed.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

export interface ObservePorts {
	readonly engine: Pick<
		ContainerEngine,
		'listContainers' | 'listImages' | 'listNetworks' | 'listVolumes'
	>;
	readonly clock: Clock;
}

/**
 * Reads the engine's world in one pass: four list calls at once, and no more however many containers there are.
 * @returns a frozen state with the monotonic time at which the pass began
 * @throws {SupervisorError} ENGINE_UNAVAILABLE, ENGINE_REFUSED
 */
export async function observeDevice(
	{ engine, clock }: ObservePorts,
	signal: AbortSignal,
): Promise<ObservedState> {
	const atMs = clock.monotonicMs();
	const [containers, images, networks, volumes] = await Promise.all([
		engine.listContainers(signal),
		engine.listImages(signal),
		engine.listNetworks(signal),
		engine.listVolumes(signal),
	]);
	return Object.freeze({
		atMs,
		containers: Object.freeze(containers),
		images: Object.freeze(images),
		networks: Object.freeze(networks),
		volumes: Object.freeze(volumes),
	});
}
