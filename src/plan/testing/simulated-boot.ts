import { digestOf } from '../../kit/digest.ts';
import type { BootChange, BootValues, ObservedBootFile } from '../../model/boot-config.ts';
import type { ChangeBootConfigStep, RequireRebootStep } from '../../model/plan.ts';
import type { World } from './world.ts';

export function withRebootDue(world: World, { serviceKey, reason }: RequireRebootStep): World {
	const { rebootDueFor = [], rebootReasons = [] } = world;
	return {
		...world,
		rebootDueFor: serviceKey === undefined ? rebootDueFor : [...rebootDueFor, serviceKey],
		rebootReasons: [...new Set([...rebootReasons, reason])],
	};
}

export function withBootConfig(world: World, { backend, change }: ChangeBootConfigStep): World {
	const { bootFiles = [] } = world;
	if (!bootFiles.some((file) => file.backend === backend)) throw new Error(`no ${backend}`);
	return {
		...world,
		bootFiles: bootFiles.map((file) =>
			file.backend === backend ? { ...file, values: changedValues(file.values, change) } : file,
		),
	};
}

/** The values with the change. */
export function changedValues(values: BootValues, change: BootChange): BootValues {
	const all: Record<string, readonly string[] | null> = { ...values, ...change };
	return Object.fromEntries(
		Object.entries(all).flatMap(([name, items]) => (items === null ? [] : [[name, items]])),
	);
}

/** A backend as it is when the host has booted with these values. */
export function bootedWith(file: Pick<ObservedBootFile, 'backend' | 'values'>): ObservedBootFile {
	const digests = Object.entries(file.values).map(
		([name, items]) => [name, digestOf(items)] as const,
	);
	return { ...file, digestsAtBoot: Object.fromEntries(digests) };
}

/** The host boots: no reboot is due any more, and what the backends say is in force. */
export function booted(world: World): World {
	const { bootFiles = [] } = world;
	return { ...world, rebootDueFor: [], rebootReasons: [], bootFiles: bootFiles.map(bootedWith) };
}
