import type { Plan, Step } from '../model/plan.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer, ObservedVolume } from '../model/observed.ts';
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
	/** Tells which services depend on others: they stop first. Absent: labels of the containers tell. */
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
	const locked = withLocks(steps, options);
	return toPlan(locked.steps, locked.closing);
}

/** By service: the stops of the containers whose services depend on it. */
function dependantStops({
	release,
	observed,
}: RemovalOptions): ReadonlyMap<string, readonly string[]> {
	const needs = release === undefined ? needsOf(observed.containers) : needsIn(release);
	const places = new Map([...inOrder(needs)].map((name, place) => [name, place]));
	const placeOf = (name: string): number => places.get(name) ?? -1;
	const before = new Map<string, string[]>();
	for (const { name, labels } of observed.containers) {
		const serviceName = labels[labelNames.serviceName] ?? '';
		const dependencies = needs.get(serviceName) ?? [];
		// Containers of several releases may tell of a circle.
		for (const other of dependencies.filter((one) => placeOf(one) < placeOf(serviceName))) {
			before.set(other, [...(before.get(other) ?? []), stepIds.stopContainer(name)]);
		}
	}
	return before;
}

type Needs = ReadonlyMap<string, readonly string[]>;

function needsIn({ services }: TargetRelease): Needs {
	return new Map(services.map((service) => [service.serviceName, dependenciesOf(service)]));
}

/** As their labels tell, when no release does. */
function needsOf(containers: readonly ObservedContainer[]): Needs {
	return new Map(
		containers.map(({ labels }) => [
			labels[labelNames.serviceName] ?? '',
			labels[labelNames.dependsOn]?.split(' ') ?? [],
		]),
	);
}

/** Every service behind those it needs, as far as they do not need it, too. */
function inOrder(needs: Needs): ReadonlySet<string> {
	const seen = new Set<string>();
	const ordered = new Set<string>();
	const visit = (name: string): void => {
		if (seen.has(name)) return;
		seen.add(name);
		needs.get(name)?.forEach(visit);
		ordered.add(name);
	};
	[...needs.keys()].forEach(visit);
	return ordered;
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
