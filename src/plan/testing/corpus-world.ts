import isEmpty from 'lodash/isEmpty.js';
import type { BootValues } from '../../model/boot-config.ts';
import { labelNames } from '../../model/labels.ts';
import { listedReference } from '../../model/image-reference.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed.ts';
import { isHandedOver } from '../hand-over-names.ts';
import type { CorpusMishap, CorpusScenario } from './corpus-scenario.ts';
import { booted, bootedWith } from './simulated-boot.ts';
import { registryImageId } from './simulated-images.ts';
import { settled } from './sketch.ts';
import { emptyWorld, type World } from './world.ts';

/** The device that a file of the corpus describes. */
export function corpusWorld(scenario: CorpusScenario): World {
	const { before, since, observed, images, flags } = scenario;
	const imageLabels = labelsByName(scenario);
	const bare: World = isEmpty(imageLabels) ? emptyWorld : { ...emptyWorld, imageLabels };
	const first: World = { ...bare, bootFiles: scenario.boot.files.map(bootedWith) };
	const settledWorld = before.reduce((world, app) => settled(app, world), first);
	const world = since.reduce(befallen, settledWorld);
	const { containers, networks, volumes } = world.observed;
	const outgoing = containers.filter(isHandedOver).map(({ containerId }) => containerId);
	return {
		...world,
		unrestarted: [...world.unrestarted, ...outgoing],
		commits: { ...world.commits, ...flags.commits },
		storedImages: [...world.storedImages, ...flags.storedImages],
		observed: {
			...world.observed,
			images: [
				...world.observed.images,
				...images.map((reference) => imageOf(reference, imageLabels)),
			],
			containers: [...containers, ...observed.containers.map(strangeContainer)],
			networks: [...networks, ...observed.networks.map(strangeNetwork)],
			volumes: [...volumes, ...observed.volumes.map((one) => ({ ...one, driver: 'local' }))],
		},
	};
}

function labelsByName({ imageLabels }: CorpusScenario) {
	return Object.fromEntries(
		Object.entries(imageLabels).map(([name, labels]) => [listedReference(name), labels] as const),
	);
}

function imageOf(
	reference: string,
	imageLabels: CorpusScenario['imageLabels'],
): ObservedState['images'][number] {
	return {
		engineImageId: registryImageId(reference),
		references: [listedReference(reference)],
		sizeBytes: 1,
		labels: imageLabels[listedReference(reference)] ?? {},
	};
}

function strangeContainer(
	given: CorpusScenario['observed']['containers'][number],
	index: number,
): ObservedContainer {
	return {
		containerId: `stranger-${index}`,
		name: `stranger-${index}`,
		state: 'running',
		createdAtSec: 0,
		engineImageId: 'sha256:strange',
		imageReference: 'strange:1',
		labels: {},
		networks: [],
		volumes: [],
		networkMode: 'bridge',
		...given,
	};
}

function strangeNetwork(
	given: CorpusScenario['observed']['networks'][number],
	index: number,
): ObservedState['networks'][number] {
	const shape = { driver: 'bridge', subnets: [], gateways: [], options: {} };
	return { ...shape, networkId: `strange-network-${index}`, ...given };
}

/** The world after one mishap. */
function befallen(world: World, mishap: CorpusMishap): World {
	if ('withoutDigests' in mishap) return withoutDigests(world);
	if ('adopted' in mishap) return { ...withoutDigests(world), adopted: digestsIn(world) };
	if ('rebooted' in mishap) return booted(world);
	if ('bootFile' in mishap) return withBootFileSince(world, mishap.bootFile);
	return { ...world, observed: changed(world.observed, mishap) };
}

type ObjectMishap = Exclude<
	CorpusMishap,
	{ withoutDigests: true } | { adopted: true } | { rebooted: true } | { bootFile: unknown }
>;

function withBootFileSince(world: World, values: BootValues): World {
	const { bootFiles = [] } = world;
	return { ...world, bootFiles: bootFiles.map((file) => ({ ...file, values })) };
}

function changed(observed: ObservedState, mishap: ObjectMishap): ObservedState {
	const { containers, networks, volumes, images } = observed;
	if ('goneNetwork' in mishap) {
		return { ...observed, networks: networks.filter(({ name }) => name !== mishap.goneNetwork) };
	}
	if ('goneVolume' in mishap) {
		return { ...observed, volumes: volumes.filter(({ name }) => name !== mishap.goneVolume) };
	}
	if ('goneImage' in mishap) {
		const isOther = (one: (typeof images)[number]): boolean => !isNamed(one, mishap.goneImage);
		return { ...observed, images: images.filter(isOther) };
	}
	if ('movedTag' in mishap) {
		const moved = images.map((one) =>
			isNamed(one, mishap.movedTag) ? { ...one, engineImageId: 'sha256:moved' } : one,
		);
		return { ...observed, images: moved };
	}
	if ('untaggedImage' in mishap) {
		const untagged = images.map((one) =>
			isNamed(one, mishap.untaggedImage) ? { ...one, references: [] } : one,
		);
		return { ...observed, images: untagged };
	}
	if ('otherDriver' in mishap) {
		const other = networks.map((one) =>
			one.name === mishap.otherDriver ? { ...one, driver: 'macvlan' } : one,
		);
		return { ...observed, networks: other };
	}
	return { ...observed, containers: containersAfter(containers, mishap) };
}

function isNamed({ references }: ObservedState['images'][number], reference: string): boolean {
	return references.includes(listedReference(reference));
}

type ContainerMishap = Extract<
	ObjectMishap,
	{ set: unknown } | { copy: unknown } | { gone: unknown }
>;

function containersAfter(
	containers: ObservedState['containers'],
	mishap: ContainerMishap,
): ObservedContainer[] {
	const { app, container, ...change } = whatOf(mishap);
	const isMeant = ({ labels }: ObservedContainer): boolean =>
		labels[labelNames.serviceName] === container && labels[labelNames.appUuid] === app;
	if (!containers.some(isMeant)) throw new Error(`the device has no container ${app}/${container}`);
	return containers.flatMap((one) => {
		if (!isMeant(one)) return [one];
		if ('gone' in mishap) return [];
		const other = { ...one, ...change };
		return 'copy' in mishap ? [one, other] : [other];
	});
}

function whatOf(mishap: ContainerMishap) {
	if ('set' in mishap) return mishap.set;
	return 'copy' in mishap ? mishap.copy : mishap.gone;
}

/** What was remembered of the containers when they were adopted. */
function digestsIn({ observed }: World): World['adopted'] {
	return Object.fromEntries(
		observed.containers.map(({ containerId, labels }) => [
			containerId,
			labels[labelNames.configDigest] ?? '',
		]),
	);
}

/** Everything as another supervisor would have made it: without our digest. */
function withoutDigests(world: World): World {
	const stripped = <T extends { readonly labels: Readonly<Record<string, string>> }>(one: T): T => {
		const { [labelNames.configDigest]: _, ...labels } = one.labels;
		return { ...one, labels };
	};
	const { containers, networks } = world.observed;
	return {
		...world,
		observed: {
			...world.observed,
			containers: containers.map(stripped),
			networks: networks.map(stripped),
		},
	};
}
