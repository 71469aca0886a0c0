import { labelNames, supervisorNetwork } from '../model/labels.ts';
import { listedReference } from '../model/image-reference.ts';
import type { EngineContainer, EngineObject, EngineObjects } from '../ports/engine-inventory.ts';
import type { EngineSnapshot } from './local-store.ts';

/** What local mode leaves alone when it ends, beside what was there when it began. */
export interface Keepers {
	/** Names or ids of the supervisor's own container, as far as they are known. */
	readonly supervisorContainers: readonly string[];
	/** References of the supervisor's own image and of what the target without local mode needs. */
	readonly images: readonly string[];
	/** Ids of apps that hold throughout. */
	readonly appIds: readonly number[];
}

/** What is to be removed; images with each of their names, so that the last one frees them. */
export interface Leftovers {
	readonly containers: readonly string[];
	/** Names, or the id of one that has none. */
	readonly images: readonly string[];
	readonly networks: readonly string[];
	readonly volumes: readonly string[];
}

/** Remembers what is on the engine now. */
export function toSnapshot(
	{ containers, images, networks, volumes }: EngineObjects,
	takenAt: string,
): EngineSnapshot {
	const namesOf = (some: readonly EngineObject[]): string[] => some.flatMap(({ names }) => names);
	const idsOf = (some: readonly EngineObject[]): string[] => some.map(({ id }) => id);
	return {
		takenAt,
		containers: idsOf(containers),
		images: idsOf(images),
		networks: namesOf(networks), // the engine gives some of them new ids when it starts
		volumes: idsOf(volumes),
	};
}

/** All that was not there when local mode began, that the supervisor does not use, and that no keeper names. */
export function leftoversOf(
	objects: EngineObjects,
	snapshot: EngineSnapshot,
	keepers: Keepers,
): Leftovers {
	const own = objects.containers.filter((one) => isSupervisor(one, keepers));
	const isKept = keeping(keepers);
	const known = {
		containers: new Set([...snapshot.containers, ...own.map(({ id }) => id)]),
		images: new Set([...snapshot.images, ...own.map(({ imageId }) => imageId)]),
		networks: new Set([
			...snapshot.networks,
			...own.flatMap(({ networks }) => networks),
			supervisorNetwork.name,
		]),
		volumes: new Set([...snapshot.volumes, ...own.flatMap(({ volumes }) => volumes)]),
	};
	return {
		containers: objects.containers
			.filter((one) => !known.containers.has(one.id) && !isKept(one))
			.map(({ id }) => id),
		images: objects.images
			.filter((one) => !known.images.has(one.id) && !isWanted(one, keepers))
			.flatMap(({ id, names }) => (names.length === 0 ? [id] : names)),
		networks: objects.networks
			.filter((one) => !one.names.some((name) => known.networks.has(name)) && !isKept(one))
			.map(({ id }) => id),
		volumes: objects.volumes
			.filter((one) => !known.volumes.has(one.id) && !isVolumeKept(one, keepers))
			.map(({ id }) => id),
	};
}

/** The operating systems call it so. */
const supervisorNames: readonly string[] = ['balena_supervisor', 'resin_supervisor'];

function isSupervisor({ id, names }: EngineContainer, { supervisorContainers }: Keepers): boolean {
	return (
		names.some((name) => supervisorNames.includes(name)) ||
		supervisorContainers.some((own) => names.includes(own) || (own !== '' && id.startsWith(own)))
	);
}

function keeping({ appIds }: Keepers): (object: EngineObject) => boolean {
	const ids = new Set(appIds.map(String));
	return ({ labels }) => ids.has(labels[labelNames.appId] ?? '');
}

/** Volumes belong to the app that their names begin with. */
function isVolumeKept({ id }: EngineObject, { appIds }: Keepers): boolean {
	return appIds.some((appId) => id.startsWith(`${appId}_`));
}

function isWanted({ id, names }: EngineObject, { images }: Keepers): boolean {
	const wanted = new Set(images.map(listedReference));
	return wanted.has(id) || names.some((name) => wanted.has(listedReference(name)));
}
