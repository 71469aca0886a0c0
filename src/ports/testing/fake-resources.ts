import type { SupervisorError } from '../../kit/errors.ts';
import { labelNames, supervisorNetwork } from '../../model/labels.ts';
import { listedReference } from '../../model/image-reference.ts';
import type { ObservedNetwork, ObservedVolume } from '../../model/observed.ts';
import type { NetworkSpec } from '../../model/resources.ts';
import type { ContainerEngine } from '../container-engine.ts';
import type { FakeParts } from './fake-gate.ts';
import { loadCalls } from './fake-load.ts';
import { addImage, observeImage, refusal, volumeNamesOf } from './fake-world.ts';

type ResourceCalls = Pick<
	ContainerEngine,
	| 'listImages'
	| 'pullImage'
	| 'loadImages'
	| 'removeImage'
	| 'tagImage'
	| 'listNetworks'
	| 'createNetwork'
	| 'removeNetwork'
	| 'listVolumes'
	| 'createVolume'
	| 'removeVolume'
>;

/** Images, networks and volumes of the fake engine. */
export function createFakeResources(parts: FakeParts): ResourceCalls {
	return {
		...imageCalls(parts),
		...loadCalls(parts),
		...networkCalls(parts),
		...volumeCalls(parts),
	};
}

function imageCalls({
	world,
	call,
	emit,
	unpublished,
	published,
}: FakeParts): Pick<ResourceCalls, 'listImages' | 'pullImage' | 'removeImage' | 'tagImage'> {
	return {
		listImages: (signal) =>
			call({ method: 'listImages', subject: '' }, signal, () =>
				[...world.images.values()].map(observeImage),
			),
		async pullImage(reference, { onProgress, signal }) {
			onProgress?.(0);
			await call({ method: 'pullImage', subject: reference }, signal, () => {
				if (unpublished.has(listedReference(reference))) throw missingInRegistry(reference);
				onProgress?.(50);
				addImage(world, reference, published.get(listedReference(reference)) ?? {});
				emit(['image', 'pull'], reference);
				onProgress?.(100);
			});
		},
		removeImage: (reference, signal) =>
			call({ method: 'removeImage', subject: reference }, signal, () => {
				const image = world.image(reference);
				if (image === undefined) return;
				const users = [...world.containers.values()].filter((c) => c.engineImageId === image.id);
				if (users.length > 0 && image.references.size <= 1) {
					throw refusal('ENGINE_REFUSED', `image ${reference} is being used by a container`);
				}
				image.references.delete(listedReference(reference));
				if (image.references.size === 0 || reference === image.id) world.images.delete(image.id);
				emit(['image', 'delete'], image.id);
			}),
		tagImage: (reference, repository, signal) =>
			call({ method: 'tagImage', subject: reference }, signal, () => {
				const image = world.image(reference);
				if (image === undefined) throw refusal('ENGINE_NOT_FOUND', `No such image: ${reference}`);
				const name = listedReference(repository);
				for (const other of world.images.values()) other.references.delete(name);
				image.references.add(name);
				emit(['image', 'tag'], image.id, { name });
			}),
	};
}

function missingInRegistry(reference: string): SupervisorError {
	return refusal('IMAGE_PULL_FAILED', `${reference} is not in the registry`);
}

function networkCalls({
	world,
	call,
	emit,
}: FakeParts): Pick<ResourceCalls, 'listNetworks' | 'createNetwork' | 'removeNetwork'> {
	return {
		listNetworks: (signal) =>
			call({ method: 'listNetworks', subject: '' }, signal, () =>
				[...world.networks]
					.map(([networkId, spec]) => observeNetwork(networkId, spec))
					.filter((n) => labelNames.supervised in n.labels || n.name === supervisorNetwork.name),
			),
		createNetwork: (spec, signal) =>
			call({ method: 'createNetwork', subject: spec.name }, signal, () => {
				if (world.networkId(spec.name) !== undefined) return;
				const networkId = world.newId('network');
				world.networks.set(networkId, spec);
				emit(['network', 'create'], networkId, { name: spec.name });
			}),
		removeNetwork: (network, signal) =>
			call({ method: 'removeNetwork', subject: network }, signal, () => {
				const networkId = world.networkId(network);
				if (networkId === undefined) return;
				const name = world.networks.get(networkId)?.name ?? '';
				const users = [...world.containers.values()].filter(
					({ state, networks }) => state === 'running' && networks.has(name),
				);
				if (users.length > 0) {
					throw refusal('ENGINE_REFUSED', `network ${name} has active endpoints`);
				}
				world.networks.delete(networkId);
				emit(['network', 'destroy'], networkId, { name });
			}),
	};
}

function observeNetwork(networkId: string, spec: NetworkSpec): ObservedNetwork {
	return {
		networkId,
		name: spec.name,
		driver: spec.driver,
		labels: spec.labels,
		subnets: spec.ipam.config.flatMap(({ subnet }) => subnet ?? []),
		gateways: spec.ipam.config.flatMap(({ gateway }) => gateway ?? []),
		options: spec.driverOpts,
	};
}

function volumeCalls({
	world,
	call,
	emit,
}: FakeParts): Pick<ResourceCalls, 'listVolumes' | 'createVolume' | 'removeVolume'> {
	return {
		listVolumes: (signal) =>
			call({ method: 'listVolumes', subject: '' }, signal, () =>
				[...world.volumes.values()]
					.filter(({ labels }) => labelNames.supervised in labels)
					.map(({ name, driver, labels }): ObservedVolume => ({ name, driver, labels })),
			),
		createVolume: (spec, signal) =>
			call({ method: 'createVolume', subject: spec.name }, signal, () => {
				if (world.volumes.has(spec.name)) return;
				world.volumes.set(spec.name, spec);
				emit(['volume', 'create'], spec.name);
			}),
		removeVolume: (volume, signal) =>
			call({ method: 'removeVolume', subject: volume }, signal, () => {
				const users = [...world.containers.values()].filter(({ spec }) =>
					volumeNamesOf(spec).includes(volume),
				);
				if (users.length > 0) {
					throw refusal('ENGINE_REFUSED', `volume ${volume} is in use`);
				}
				if (world.volumes.delete(volume)) emit(['volume', 'destroy'], volume);
			}),
	};
}
