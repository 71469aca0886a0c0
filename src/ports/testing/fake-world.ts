import { digestOf } from '../../kit/digest.ts';
import { SupervisorError, type SupervisorErrorOptions } from '../../kit/errors.ts';
import type { ContainerSpec, RestartPolicyName } from '../../model/container-spec.ts';
import { listedReference } from '../../model/image-reference.ts';
import type {
	ContainerState,
	EngineEvent,
	HostPort,
	ObservedContainer,
	ObservedImage,
} from '../../model/observed.ts';
import type { NetworkSpec, VolumeSpec } from '../../model/resources.ts';
import type { EngineLogLine } from '../container-engine.ts';

export interface FakeContainer {
	readonly id: string;
	readonly spec: ContainerSpec;
	readonly createdAtSec: number;
	readonly engineImageId: string;
	readonly networks: Set<string>;
	readonly logs: EngineLogLine[];
	restartPolicy: RestartPolicyName;
	/** Absent or 0: none was given. */
	cpuShares?: number | undefined;
	name: string;
	state: ContainerState;
	startedAt: string;
	exitCode?: number | undefined;
	/** See ContainerDetails.startError. */
	startError?: string | undefined;
	health?: ObservedContainer['health'];
}

export interface FakeImage {
	readonly id: string;
	readonly references: Set<string>;
	readonly labels: Readonly<Record<string, string>>;
	readonly sizeBytes: number;
}

/** What the fake engine holds. */
export interface FakeWorld {
	readonly containers: Map<string, FakeContainer>;
	readonly images: Map<string, FakeImage>;
	/** By network id. */
	readonly networks: Map<string, NetworkSpec>;
	readonly volumes: Map<string, VolumeSpec>;
	/** Nanosecond stamps, each later than the one before. */
	nextNano(): bigint;
	newId(kind: string): string;
	/** By id or name. */
	findContainer(container: string): FakeContainer | undefined;
	/** @throws ENGINE_NOT_FOUND */
	container(container: string): FakeContainer;
	image(reference: string): FakeImage | undefined;
	networkId(network: string): string | undefined;
}

export function refusal(
	code: SupervisorErrorOptions['code'],
	message: string,
	options: Partial<SupervisorErrorOptions> = {},
): SupervisorError {
	return new SupervisorError(message, { ...options, code });
}

export function createFakeWorld(): FakeWorld {
	const containers = new Map<string, FakeContainer>();
	const images = new Map<string, FakeImage>();
	const networks = new Map<string, NetworkSpec>();
	let nano = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;
	let serial = 0;
	const findContainer = (container: string): FakeContainer | undefined =>
		containers.get(container) ?? [...containers.values()].find(({ name }) => name === container);
	return {
		containers,
		images,
		networks,
		volumes: new Map(),
		nextNano: () => (nano += 1_000_001n),
		newId: (kind) => digestOf(`${kind} ${++serial}`),
		findContainer,
		container(container) {
			const found = findContainer(container);
			if (found === undefined) throw refusal('ENGINE_NOT_FOUND', `No such container: ${container}`);
			return found;
		},
		image(reference) {
			const listed = listedReference(reference);
			return images.get(listed) ?? [...images.values()].find((i) => i.references.has(listed));
		},
		networkId: (network) =>
			networks.has(network) ? network : [...networks].find(([, { name }]) => name === network)?.[0],
	};
}

/** RFC 3339 with nine digits, as the engine writes stamps. */
export function stampOf(nano: bigint): string {
	const date = new Date(Number(nano / 1_000_000n)).toISOString().slice(0, 19);
	return `${date}.${String(nano % 1_000_000_000n).padStart(9, '0')}Z`;
}

const builtInNetworks = ['host', 'none', 'bridge'];

/** Networks a container is attached to: those it was given, or the mode itself for the engine's own ones. */
export function firstNetworks({ config, networks }: ContainerSpec): string[] {
	const [first] = networks;
	if (first !== undefined) return [first.network];
	const { NetworkMode: mode } = config.HostConfig;
	if (mode.startsWith('container:')) return [];
	return [mode === 'default' ? 'bridge' : mode];
}

export function isBuiltInNetwork(network: string): boolean {
	return builtInNetworks.includes(network);
}

export function volumeNamesOf({ config }: ContainerSpec): string[] {
	const binds = (config.HostConfig.Binds ?? []).map((bind) => bind.split(':', 1)[0] ?? '');
	const mounts = (config.HostConfig.Mounts ?? [])
		.filter(({ Type }) => Type === 'volume')
		.map(({ Source }) => Source ?? '');
	return [...binds, ...mounts].filter((name) => name !== '' && !name.startsWith('/'));
}

/** The engine publishes only what is exposed too. */
export function hostPortsOf({ spec: { config } }: FakeContainer): HostPort[] {
	return Object.entries(config.HostConfig.PortBindings ?? {})
		.filter(([inside]) => inside in (config.ExposedPorts ?? {}))
		.flatMap(([inside, bindings]) =>
			bindings
				.filter(({ HostPort: port }) => port !== '')
				.map(({ HostIp: hostIp, HostPort: port }) => ({
					hostIp: hostIp === '' ? '0.0.0.0' : hostIp,
					port: Number(port.split('-')[0]),
					protocol: inside.split('/')[1] ?? 'tcp',
				})),
		);
}

export function observeContainer(container: FakeContainer): ObservedContainer {
	const { spec, state, exitCode, health } = container;
	return {
		containerId: container.id,
		name: container.name,
		state,
		exitCode: state === 'exited' ? exitCode : undefined,
		health: state === 'running' ? health : undefined,
		createdAtSec: container.createdAtSec,
		engineImageId: container.engineImageId,
		imageReference: spec.config.Image,
		labels: spec.config.Labels,
		networks: [...container.networks],
		volumes: volumeNamesOf(spec),
		networkMode: spec.config.HostConfig.NetworkMode,
		hostPorts: state === 'running' ? hostPortsOf(container) : [],
	};
}

export function observeImage({ id, references, labels, sizeBytes }: FakeImage): ObservedImage {
	return { engineImageId: id, references: [...references], sizeBytes, labels };
}

/** A container's events carry its labels. */
export function attributesOf({ spec, name }: FakeContainer): Record<string, string> {
	return { ...spec.config.Labels, image: spec.config.Image, name };
}

export function eventOf(
	[type, action]: readonly [EngineEvent['type'], string],
	{ objectId, attributes, nano }: Pick<EngineEvent, 'objectId' | 'attributes'> & { nano: bigint },
): EngineEvent {
	return { type, action, objectId, attributes, timeNano: String(nano) };
}

/** Adds or moves the name; the image id follows from the reference. */
export function addImage(
	world: FakeWorld,
	reference: string,
	labels: Readonly<Record<string, string>>,
): string {
	const listed = listedReference(reference);
	const id = `sha256:${digestOf(listed)}`;
	for (const image of world.images.values()) image.references.delete(listed);
	const image = world.images.get(id) ?? { id, references: new Set(), labels, sizeBytes: 1_000_000 };
	image.references.add(listed);
	world.images.set(id, image);
	return id;
}
