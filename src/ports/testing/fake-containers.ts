import type { ContainerSpec } from '../../model/container-spec.ts';
import { labelNames } from '../../model/labels.ts';
import type { ContainerCalls, ContainerEngine } from '../container-engine.ts';
import type { FakeParts } from './fake-gate.ts';
import {
	attributesOf,
	firstNetworks,
	hostPortsOf,
	isBuiltInNetwork,
	observeContainer,
	refusal,
	stampOf,
	volumeNamesOf,
	type FakeContainer,
	type FakeWorld,
} from './fake-world.ts';

export interface FakeContainers extends ContainerCalls {
	readonly exit: (container: FakeContainer, exitCode: number) => void;
}

export function createFakeContainers({ world, call, emit }: FakeParts): FakeContainers {
	const exit = (container: FakeContainer, exitCode: number): void => {
		Object.assign(container, { state: 'exited', exitCode, health: undefined });
		emit(['container', 'die'], container.id, attributesOf(container));
	};
	return {
		exit,
		listContainers: (signal) =>
			call({ method: 'listContainers', subject: '' }, signal, () =>
				[...world.containers.values()]
					.filter(({ spec }) => labelNames.supervised in spec.config.Labels)
					.map(observeContainer),
			),
		inspectContainer: (container, signal) =>
			call({ method: 'inspectContainer', subject: container }, signal, () =>
				detailsOf(world.container(container)),
			),
		containerUsage: (container, signal) =>
			call({ method: 'containerUsage', subject: container }, signal, () => {
				const isRunning = world.container(container).state === 'running';
				return isRunning ? { memoryBytes: 8_000_000, cpuMs: 40 } : { memoryBytes: 0, cpuMs: 0 };
			}),
		createContainer: (spec, signal) =>
			call({ method: 'createContainer', subject: spec.name }, signal, () => {
				const existing = world.findContainer(spec.name);
				if (existing !== undefined) {
					if (labelNames.supervised in existing.spec.config.Labels) return existing.id;
					throw nameTaken(spec.name);
				}
				const made = makeContainer(world, spec);
				emit(['container', 'create'], made.id, attributesOf(made));
				return made.id;
			}),
		connectNetwork: (container, { network }, signal) =>
			call({ method: 'connectNetwork', subject: container }, signal, () => {
				const found = world.container(container);
				requireNetwork(world, network);
				found.networks.add(network);
				if (found.state === 'running') emit(['network', 'connect'], network);
			}),
		startContainer: (container, signal) =>
			call({ method: 'startContainer', subject: container }, signal, () => {
				const found = world.container(container);
				if (found.state === 'running') return;
				for (const network of found.networks) requireNetwork(world, network);
				requirePorts(world, found);
				const startedAt = stampOf(world.nextNano());
				Object.assign(found, {
					state: 'running',
					exitCode: undefined,
					startError: undefined,
					startedAt,
				});
				emit(['container', 'start'], found.id, attributesOf(found));
			}),
		stopContainer: (container, signal) =>
			call({ method: 'stopContainer', subject: container }, signal, () => {
				const found = world.findContainer(container);
				if (found?.state === 'running') exit(found, 137);
			}),
		removeContainer: (container, signal) =>
			call({ method: 'removeContainer', subject: container }, signal, () => {
				const found = world.findContainer(container);
				if (found === undefined) return;
				if (found.state === 'running') exit(found, 137);
				world.containers.delete(found.id);
				emit(['container', 'destroy'], found.id, attributesOf(found));
			}),
		renameContainer: (container, name, signal) =>
			call({ method: 'renameContainer', subject: container }, signal, () => {
				const found = world.container(container);
				if (found.name === name) return;
				if (world.findContainer(name) !== undefined) {
					throw nameTaken(name);
				}
				found.name = name;
				emit(['container', 'rename'], found.id, attributesOf(found));
			}),
		restartContainer: (container, signal) =>
			call({ method: 'restartContainer', subject: container }, signal, () => {
				const found = world.container(container);
				if (found.state === 'running') exit(found, 137);
				const startedAt = stampOf(world.nextNano());
				Object.assign(found, { state: 'running', exitCode: undefined, startedAt });
				emit(['container', 'start'], found.id, attributesOf(found));
			}),
		updateRestartPolicy: (container, policy, signal) =>
			call({ method: 'updateRestartPolicy', subject: container }, signal, () => {
				const found = world.container(container);
				found.restartPolicy = policy.Name;
				emit(['container', 'update'], found.id, attributesOf(found));
			}),
		ensureCpuShares: (container, shares, signal) =>
			call({ method: 'ensureCpuShares', subject: container }, signal, () => {
				const found = world.container(container);
				if ((found.cpuShares ?? 0) !== 0) return false;
				found.cpuShares = shares;
				emit(['container', 'update'], found.id, attributesOf(found));
				return true;
			}),
	};
}

function nameTaken(name: string): Error {
	return refusal('ENGINE_REFUSED', `The container name "/${name}" is already in use`);
}

function makeContainer(world: FakeWorld, spec: ContainerSpec): FakeContainer {
	const image = world.image(spec.config.Image);
	if (image === undefined) {
		throw refusal('ENGINE_NOT_FOUND', `No such image: ${spec.config.Image}`);
	}
	const made: FakeContainer = {
		id: world.newId('container'),
		spec: {
			...spec,
			config: { ...spec.config, Labels: { ...image.labels, ...spec.config.Labels } },
		},
		name: spec.name,
		state: 'created',
		createdAtSec: Number(world.nextNano() / 1_000_000_000n),
		startedAt: '0001-01-01T00:00:00Z',
		engineImageId: image.id,
		networks: new Set(firstNetworks(spec)),
		restartPolicy: spec.config.HostConfig.RestartPolicy.Name,
		cpuShares: spec.config.HostConfig.CpuShares,
		logs: [],
	};
	world.containers.set(made.id, made);
	for (const name of volumeNamesOf(spec).filter((volume) => !world.volumes.has(volume))) {
		world.volumes.set(name, { name, driver: 'local', driverOpts: {}, labels: {} });
	}
	return made;
}

function requireNetwork(world: FakeWorld, network: string): void {
	if (isBuiltInNetwork(network) || world.networkId(network) !== undefined) return;
	throw refusal('ENGINE_NOT_FOUND', `network ${network} not found`);
}

function requirePorts(world: FakeWorld, starting: FakeContainer): void {
	const running = [...world.containers.values()].filter(({ state }) => state === 'running');
	const taken = running.flatMap(hostPortsOf);
	const clash = hostPortsOf(starting).find(({ port, protocol }) =>
		taken.some((other) => other.port === port && other.protocol === protocol),
	);
	if (clash === undefined) return;
	throw refusal('PORT_TAKEN', `port ${clash.port} of the host is already in use`);
}

function detailsOf({
	id,
	name,
	spec,
	state,
	exitCode,
	startError,
	engineImageId,
	startedAt,
}: FakeContainer): Awaited<ReturnType<ContainerEngine['inspectContainer']>> {
	return {
		containerId: id,
		name,
		tty: spec.config.Tty ?? false,
		env: spec.config.Env,
		engineImageId,
		imageReference: spec.config.Image,
		running: state === 'running',
		exitCode: exitCode ?? 0,
		startError,
		startedAt,
		restartCount: 0,
		labels: spec.config.Labels,
	};
}
