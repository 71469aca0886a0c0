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

/** Lists of the engine that a state is made of. */
export type ListName = Exclude<keyof ObservedState, 'atMs'>;

export const listNames: readonly ListName[] = ['containers', 'images', 'networks', 'volumes'];

/**
 * Reads the engine's world in one pass: a list call for each list that is not known, all at once, and no more however
 * many containers there are.
 * @param known - lists that still hold; default none
 * @returns a frozen state with the monotonic time at which the pass began
 * @throws {SupervisorError} ENGINE_UNAVAILABLE, ENGINE_REFUSED
 */
export async function observeDevice(
	{ engine, clock }: ObservePorts,
	signal: AbortSignal,
	known: Partial<Pick<ObservedState, ListName>> = {},
): Promise<ObservedState> {
	const atMs = clock.monotonicMs();
	const [containers, images, networks, volumes] = await Promise.all([
		known.containers ?? engine.listContainers(signal),
		known.images ?? engine.listImages(signal),
		known.networks ?? engine.listNetworks(signal),
		known.volumes ?? engine.listVolumes(signal),
	]);
	return Object.freeze({
		atMs,
		containers: Object.freeze(containers),
		images: Object.freeze(images),
		networks: Object.freeze(networks),
		volumes: Object.freeze(volumes),
	});
}
