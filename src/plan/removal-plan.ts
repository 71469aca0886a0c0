import type { Plan, Step } from '../model/plan.ts';
import type { ObservedVolume } from '../model/observed.ts';
import { withLocks, type LockOptions } from './locks.ts';
import { removableNetworks, removeStep, shortName } from './networks.ts';
import type { ObservedIndex } from './observed-index.ts';
import { toPlan } from './order.ts';
import { removalSteps } from './orphans.ts';
import { stepIds } from './step-ids.ts';

export interface RemovalOptions extends LockOptions {
	readonly index: ObservedIndex;
	readonly cause: string;
	/** Volumes go only when a person asks for it. */
	readonly withVolumes: boolean;
}

/** The steps that remove an app's containers and networks, and its volumes when that is asked for. */
export function planRemoval(options: RemovalOptions): Plan {
	const { app, observed, index, cause, withVolumes } = options;
	const leaving = new Set(observed.containers);
	const networks = removableNetworks(observed.networks, { index }, (one) => leaving.has(one));
	const steps = [
		...observed.containers.flatMap((container) => removalSteps(container, { app, cause })),
		...networks.map((network) =>
			removeStep({
				network,
				name: shortName(network),
				cause,
				members: index.membersOf(network.name),
				app,
			}),
		),
		...(withVolumes ? observed.volumes.flatMap((volume) => volumeSteps(volume, options)) : []),
	];
	return toPlan(withLocks(steps, options));
}

/** A volume that a container mounts which the engine is still removing has to wait for the next look. */
function volumeSteps(volume: ObservedVolume, { app, observed, cause }: RemovalOptions): Step[] {
	const mounts = ({ volumes }: { readonly volumes: readonly string[] }): boolean =>
		volumes.includes(volume.name);
	if (observed.removing.some(mounts)) return [];
	return [
		{
			kind: 'removeVolume',
			id: stepIds.removeVolume(volume.name),
			resource: shortName(volume),
			cause,
			after: observed.containers
				.filter(mounts)
				.map((container) => stepIds.removeContainer(container.name)),
			appUuid: app.appUuid,
			volume: volume.name,
		},
	];
}
