import groupBy from 'lodash/groupBy.js';
import type { Plan, Step } from '../model/plan.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedVolume } from '../model/observed.ts';
import { dependenciesOf } from '../model/target/references.ts';
import type { TargetRelease } from '../model/target.ts';
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
	/** Tells which services depend on others, as far as it is known: they stop first. */
	readonly release?: TargetRelease | undefined;
}

/** The steps that remove an app's containers and networks, and its volumes when that is asked for. */
export function planRemoval(options: RemovalOptions): Plan {
	const { app, observed, index, cause, withVolumes } = options;
	const leaving = new Set(observed.containers);
	const stopsBefore = dependantStops(options);
	const networks = removableNetworks(observed.networks, { index }, (one) => leaving.has(one));
	const steps = [
		...observed.containers.flatMap((container) =>
			removalSteps(container, {
				app,
				cause,
				stopsAfter: stopsBefore.get(container.labels[labelNames.serviceName] ?? ''),
			}),
		),
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

/** By service: the stops of the containers whose services depend on it. */
function dependantStops({
	release,
	observed,
}: RemovalOptions): ReadonlyMap<string, readonly string[]> {
	const stops = groupBy(observed.containers, ({ labels }) => labels[labelNames.serviceName]);
	const edges = (release?.services ?? []).flatMap((service) =>
		dependenciesOf(service).map((dependency) => ({ dependency, dependant: service.serviceName })),
	);
	const byDependency = new Map<string, string[]>();
	for (const { dependency, dependant } of edges) {
		const own = Object.hasOwn(stops, dependant) ? (stops[dependant] ?? []) : [];
		const before = byDependency.get(dependency) ?? [];
		byDependency.set(dependency, [
			...before,
			...own.map(({ name }) => stepIds.stopContainer(name)),
		]);
	}
	return byDependency;
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
