import groupBy from 'lodash/groupBy.js';
import keyBy from 'lodash/keyBy.js';
import memoize from 'lodash/memoize.js';
import once from 'lodash/once.js';
import { portKeyOf } from '../model/host-ports.ts';
import { listedReference } from '../model/image-reference.ts';
import { labelNames } from '../model/labels.ts';
import type {
	ObservedContainer,
	ObservedImage,
	ObservedNetwork,
	ObservedState,
	ObservedVolume,
} from '../model/observed.ts';
import { isRunning } from './is-running.ts';
import { locateImages, type LocatedImages } from './located-images.ts';

/** The observed state, sorted so that planning an app looks at nothing else; made once a plan. */
export interface ObservedIndex {
	/** The image that a reference of the target names. */
	image(reference: string): ObservedImage | undefined;
	/** Images by the locations of clouds. */
	located(): LocatedImages;
	network(engineName: string): ObservedNetwork | undefined;
	/** True also for volumes without our label, as far as a container of ours mounts them. */
	hasVolume(engineName: string): boolean;
	/** Containers of ours that are attached to a network, those that the engine is removing among them. */
	membersOf(networkName: string): readonly ObservedContainer[];
	/** Containers of ours made of this image, of any app, those that the engine is removing among them. */
	usersOf(engineImageId: string): readonly ObservedContainer[];
	/** Running containers of a service that have ports of the host, or may have them again in a moment. */
	publishersOf(app: AppIds, serviceName: string): readonly ObservedContainer[];
	/** Running containers of ours that have a port of the host, at whatever address; see `portKeyOf`. */
	holdersOf(portKey: number): readonly ObservedContainer[];
	/** What belongs to one app. */
	app(appUuid: string, appId: number): ObservedApp;
}

interface AppIds {
	readonly appUuid: string;
	readonly appId: number;
}

export interface ObservedApp {
	/** Without those that the engine is removing. */
	readonly containers: readonly ObservedContainer[];
	/** Those that the engine is removing: as good as gone, but they still hold their names and volumes. */
	readonly removing: readonly ObservedContainer[];
	readonly networks: readonly ObservedNetwork[];
	readonly volumes: readonly ObservedVolume[];
}

export function indexObserved(observed: ObservedState): ObservedIndex {
	const images = imagesByReference(observed.images);
	const networks = new Map(observed.networks.map((network) => [network.name, network]));
	const volumes = keyBy(observed.volumes, 'name');
	const mounted = new Set(observed.containers.flatMap((container) => container.volumes));
	const members = membersByNetwork(observed.containers);
	const users = once(() => groupBy(observed.containers, 'engineImageId'));
	const containersByOwner = groupBy(observed.containers, ownerOf);
	const publishers = indexPublishers(observed.containers);
	const networksByOwner = groupBy(observed.networks, ownerOfNetwork);
	const volumesByOwner = groupBy(observed.volumes, ({ name }) => prefixOf(name));
	const owned = <T>(groups: Readonly<Record<string, readonly T[]>>, ...owners: string[]): T[] =>
		owners.flatMap((owner) => (Object.hasOwn(groups, owner) ? (groups[owner] ?? []) : []));
	return {
		image: memoize((reference: string) => images.get(listedReference(reference))),
		located: once(() => locateImages(observed.images)),
		network: (engineName) => networks.get(engineName),
		hasVolume: (engineName) => Object.hasOwn(volumes, engineName) || mounted.has(engineName),
		membersOf: (networkName) => members.get(networkName) ?? [],
		usersOf: (engineImageId) => owned(users(), engineImageId),
		...publishers,
		app: (appUuid, appId) => {
			const containers = owned(containersByOwner, ownerById(appId), ownerByUuid(appUuid));
			return {
				containers: containers.filter(({ state }) => state !== 'removing'),
				removing: containers.filter(({ state }) => state === 'removing'),
				networks: owned(networksByOwner, ownerById(appId), ownerByUuid(appUuid)),
				volumes: owned(volumesByOwner, String(appId)),
			};
		},
	};
}

/**
 * Says to which app an object belongs: apps are told apart by their id, as the names of volumes are; what carries no
 * id is told by its app's uuid.
 */
export function ownerOf(object: { readonly labels: Readonly<Record<string, string>> }): string {
	const { [labelNames.appId]: appId, [labelNames.appUuid]: appUuid } = object.labels;
	return appId === undefined ? ownerByUuid(appUuid ?? '') : ownerById(appId);
}

/** Older supervisors gave networks no label of an app, and names that begin with its id. */
function ownerOfNetwork(network: ObservedNetwork): string {
	const { name, labels } = network;
	const isLabelled = labelNames.appId in labels || labelNames.appUuid in labels;
	const [, appId] = /^(\d+)_/.exec(name) ?? [];
	return isLabelled || appId === undefined ? ownerOf(network) : ownerById(appId);
}

/** True when an object belongs to an app. */
export function isOwnedBy(
	object: { readonly labels: Readonly<Record<string, string>> },
	app: AppIds,
): boolean {
	const { [labelNames.appId]: appId, [labelNames.appUuid]: appUuid } = object.labels;
	return appId === undefined ? appUuid === app.appUuid : appId === String(app.appId);
}

function ownerById(appId: number | string): string {
	return `id ${appId}`;
}

function ownerByUuid(appUuid: string): string {
	return `uuid ${appUuid}`;
}

const nobody: readonly ObservedContainer[] = [];

function indexPublishers(
	containers: readonly ObservedContainer[],
): Pick<ObservedIndex, 'publishersOf' | 'holdersOf'> {
	const publishers = containers.filter(
		(one) => isRunning(one) && (one.state === 'restarting' || (one.hostPorts ?? []).length > 0),
	);
	const byService = groupBy(publishers, (one) => `${ownerOf(one)} ${serviceOf(one)}`);
	const byPort = new Map<number, ObservedContainer[]>();
	for (const container of publishers) {
		for (const { port, protocol } of container.hostPorts ?? []) {
			const key = portKeyOf(port, protocol);
			const others = byPort.get(key);
			if (others === undefined) byPort.set(key, [container]);
			else others.push(container);
		}
	}
	return {
		publishersOf: ({ appUuid, appId }, serviceName) =>
			[ownerById(appId), ownerByUuid(appUuid)].flatMap(
				(owner) => byService[`${owner} ${serviceName}`] ?? [],
			),
		holdersOf: (portKey) => byPort.get(portKey) ?? nobody,
	};
}

function serviceOf({ labels }: ObservedContainer): string {
	return labels[labelNames.serviceName] ?? '';
}

/** `4711_data` → `4711`; empty when there is no prefix. */
function prefixOf(name: string): string {
	return name.slice(0, Math.max(0, name.indexOf('_')));
}

function imagesByReference(images: readonly ObservedImage[]): ReadonlyMap<string, ObservedImage> {
	return new Map(
		images.flatMap((image) =>
			[image.engineImageId, ...image.references.map(listedReference)].map(
				(name) => [name, image] as const,
			),
		),
	);
}

function membersByNetwork(
	containers: readonly ObservedContainer[],
): ReadonlyMap<string, readonly ObservedContainer[]> {
	const members = new Map<string, ObservedContainer[]>();
	for (const container of containers) {
		for (const network of container.networks) {
			const others = members.get(network);
			if (others === undefined) members.set(network, [container]);
			else others.push(container);
		}
	}
	return members;
}
