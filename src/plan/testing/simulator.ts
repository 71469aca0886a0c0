import type { ContainerSpec } from '../../model/container-spec.ts';
import { listedReference } from '../../model/image-reference.ts';
import { labelNames } from '../../model/labels.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed.ts';
import type { Plan, Step, WaitHandoverStep } from '../../model/plan.ts';
import type { NetworkSpec } from '../../model/resources.ts';
import { unreachable } from '../../kit/unreachable.ts';
import { isHandedOver } from '../hand-over-names.ts';
import { isRunning } from '../is-running.ts';
import { withBootConfig, withRebootDue } from './simulated-boot.ts';
import { isOutdating, pullImage, removeImage } from './simulated-images.ts';
import { portsToTake, withPublished } from './published-ports.ts';
import type { World } from './world.ts';

/**
 * Applies a step as a strict engine would: where the real one forgives a step that is already so, this one throws.
 * @throws {Error} if the step is not possible in this world
 */
export function applyStep(world: World, step: Step): World {
	switch (step.kind) {
		case 'pullImage':
			return pullImage(world, step.image);
		case 'removeImage':
			return removeImage(world, step.references);
		case 'createNetwork':
			return createNetwork(world, step.spec);
		case 'removeNetwork':
			return removeNetwork(world, step.networkId);
		case 'createVolume':
			return createVolume(world, step.spec.name, step.spec.labels);
		case 'removeVolume':
			return removeVolume(world, step.volume);
		case 'createContainer':
			return createContainer(world, step.spec);
		case 'connectNetwork':
			return connectNetwork(world, step.container, step.attachment.network);
		case 'startContainer':
			return startContainer(world, step.container);
		case 'stopContainer':
			demand(world.locked.includes(step.appUuid ?? ''), `${step.id} without locks`);
			return stopContainer(world, step.container);
		case 'removeContainer':
			return removeContainer(world, step.container);
		case 'renameContainer':
			return renameContainer(world, step.container, step.name);
		case 'restartContainer': {
			demand(world.locked.includes(step.appUuid ?? ''), `${step.id} without locks`);
			return replace(world, find(world, step.container), { state: 'running' });
		}
		case 'updateRestartPolicy':
			return updateRestartPolicy(world, step.container, step.policy.Name);
		case 'clearHandover':
			return world;
		case 'waitHandover':
			demand(isHandingOver(world, step), `nobody hands over ${step.serviceName}`);
			return world;
		case 'takeLocks':
			demand(!world.locked.includes(step.appUuid ?? ''), 'locks are held already');
			return { ...world, locked: [...world.locked, step.appUuid ?? ''] };
		case 'releaseLocks':
			demand(world.locked.includes(step.appUuid ?? ''), 'locks are not held');
			return { ...world, locked: world.locked.filter((uuid) => uuid !== step.appUuid) };
		case 'recordCommit':
			return { ...world, commits: { ...world.commits, [step.appUuid ?? '']: step.commit } };
		case 'requireReboot':
			return withRebootDue(world, step);
		case 'changeBootConfig':
			return withBootConfig(world, step);
		default:
			return unreachable(step);
	}
}

/**
 * Executes a plan in an order that its edges allow.
 * @param pick - chooses among the steps that may come next: 0 (inclusive) to `count`
 * @param limit - stop after so many steps
 */
export function executePlan(
	world: World,
	plan: Plan,
	{ pick = () => 0, limit = Infinity }: { pick?: (count: number) => number; limit?: number } = {},
): World {
	let now = world;
	let left = [...plan.steps];
	const done = new Set<string>();
	let isOutdated = false;
	while (left.length > 0 && done.size < limit) {
		const ready = left.filter(({ after }) => after.every((id) => done.has(id)));
		const step = ready[Math.min(pick(ready.length), ready.length - 1)];
		if (step === undefined && isOutdated) break;
		if (step === undefined) throw new Error('no step can be next');
		now = applyStep(now, step);
		if (isOutdating(step, now)) isOutdated = true;
		else done.add(step.id);
		left = left.filter((other) => other !== step);
	}
	return isOutdated ? { ...now, locked: [] } : now;
}

function demand(condition: boolean, complaint: string): asserts condition {
	if (!condition) throw new Error(`impossible step: ${complaint}`);
}

function withObserved(world: World, change: Partial<ObservedState>): World {
	return { ...world, made: world.made + 1, observed: { ...world.observed, ...change } };
}

function createNetwork(world: World, spec: NetworkSpec): World {
	const { networks } = world.observed;
	demand(!networks.some(({ name }) => name === spec.name), `network ${spec.name} is there`);
	const network = {
		networkId: `network-${world.made}`,
		name: spec.name,
		driver: spec.configOnly ? 'null' : spec.driver,
		labels: spec.labels,
		subnets: spec.ipam.config.flatMap(({ subnet }) => subnet ?? []),
		gateways: spec.ipam.config.flatMap(({ gateway }) => gateway ?? []),
		options: spec.driverOpts,
	};
	return withObserved(world, { networks: [...networks, network] });
}

function removeNetwork(world: World, networkId: string): World {
	const network = world.observed.networks.find((one) => one.networkId === networkId);
	demand(network !== undefined, `no network ${networkId}`);
	const members = world.observed.containers.filter(({ networks }) =>
		networks.includes(network.name),
	);
	demand(members.length === 0, `network ${network.name} is in use`);
	return withObserved(world, {
		networks: world.observed.networks.filter((one) => one !== network),
	});
}

function createVolume(world: World, name: string, labels: Readonly<Record<string, string>>): World {
	const { volumes } = world.observed;
	demand(!volumes.some((volume) => volume.name === name), `volume ${name} is there`);
	return withObserved(world, { volumes: [...volumes, { name, driver: 'local', labels }] });
}

function removeVolume(world: World, name: string): World {
	const { volumes, containers } = world.observed;
	demand(
		volumes.some((volume) => volume.name === name),
		`no volume ${name}`,
	);
	demand(!containers.some((one) => one.volumes.includes(name)), `volume ${name} is in use`);
	return withObserved(world, { volumes: volumes.filter((volume) => volume.name !== name) });
}

function createContainer(world: World, spec: ContainerSpec): World {
	const { containers, images, networks, volumes } = world.observed;
	const listed = listedReference(spec.config.Image);
	const image = images.find(({ references }) => references.includes(listed));
	demand(image !== undefined, `no image ${listed}`);
	demand(!containers.some(({ name }) => name === spec.name), `name ${spec.name} is taken`);
	const [first] = spec.networks;
	const isThere = (name: string): boolean =>
		name === 'bridge' || networks.some((network) => network.name === name);
	demand(first === undefined || isThere(first.network), `no network ${first?.network ?? ''}`);
	const mounted = (spec.config.HostConfig.Binds ?? [])
		.map((bind) => bind.split(':')[0] ?? '')
		.filter((source) => !source.startsWith('/'));
	for (const name of mounted) {
		demand(
			volumes.some((volume) => volume.name === name),
			`no volume ${name}`,
		);
	}
	const container: ObservedContainer = {
		containerId: `container-${world.made}`,
		name: spec.name,
		state: 'created',
		createdAtSec: world.made,
		engineImageId: image.engineImageId,
		imageReference: spec.config.Image,
		labels: spec.config.Labels,
		networks: first === undefined ? [] : [first.network],
		volumes: mounted,
		networkMode: resolvedMode(world, spec.config.HostConfig.NetworkMode),
	};
	const donors = donorsOf(world, spec);
	const made = withObserved(world, { containers: [...containers, container] });
	const joined = { ...made, joined: { ...made.joined, [container.containerId]: donors } };
	return withPublished(joined, container.containerId, spec);
}

/** Ids of the containers whose namespaces a container has. */
function donorsOf(world: World, { config: { HostConfig } }: ContainerSpec): string[] {
	return [HostConfig.NetworkMode, HostConfig.IpcMode, HostConfig.PidMode].flatMap((mode) =>
		mode?.startsWith('container:') === true
			? [find(world, mode.slice('container:'.length)).containerId]
			: [],
	);
}

/** As the engine does, the name of a container becomes its id. */
function resolvedMode(world: World, mode: string): string {
	if (!mode.startsWith('container:')) return mode;
	return `container:${find(world, mode.slice('container:'.length)).containerId}`;
}

function find({ observed }: World, idOrName: string): ObservedContainer {
	const found = observed.containers.find(
		({ containerId, name }) => containerId === idOrName || name === idOrName,
	);
	demand(found !== undefined, `no container ${idOrName}`);
	return found;
}

function replace(world: World, old: ObservedContainer, change: Partial<ObservedContainer>): World {
	return withObserved(world, {
		containers: world.observed.containers.map((one) => (one === old ? { ...one, ...change } : one)),
	});
}

function connectNetwork(world: World, idOrName: string, network: string): World {
	const container = find(world, idOrName);
	demand(
		network === 'bridge' || world.observed.networks.some(({ name }) => name === network),
		`no network ${network}`,
	);
	demand(!container.networks.includes(network), `${idOrName} is attached to ${network}`);
	return replace(world, container, { networks: [...container.networks, network] });
}

function startContainer(world: World, idOrName: string): World {
	const container = find(world, idOrName);
	demand(['created', 'exited'].includes(container.state), `${idOrName} is ${container.state}`);
	for (const network of container.networks.filter((name) => name !== 'bridge')) {
		demand(
			world.observed.networks.some(({ name }) => name === network),
			`${idOrName} lost network ${network}`,
		);
	}
	for (const donor of world.joined?.[container.containerId] ?? []) {
		demand(isRunning(find(world, donor)), `${idOrName} joins ${donor}, which does not run`);
	}
	const service = serviceOf(container);
	const twins = world.observed.containers.filter(
		(one) => one !== container && isRunning(one) && serviceOf(one) === service,
	);
	const outgoing = twins.filter(
		(one) => isHandedOver(one) && world.unrestarted.includes(one.containerId),
	);
	const mayRun = twins.length === 0 || (twins.length === 1 && outgoing.length === 1);
	demand(mayRun, `${service} would run twice`);
	return replace(world, container, {
		state: 'running',
		hostPorts: portsToTake(world, container),
	});
}

function serviceOf({ labels }: ObservedContainer): string {
	return `${labels[labelNames.appId] ?? ''}/${labels[labelNames.serviceName] ?? ''}`;
}

/** Of a container and its successor both run. */
function isHandingOver({ observed }: World, { serviceName, appId }: WaitHandoverStep): boolean {
	const running = observed.containers.filter(
		(one) => isRunning(one) && serviceOf(one) === `${appId}/${serviceName}`,
	);
	return running.length === 2 && running.some(isHandedOver);
}

function updateRestartPolicy(world: World, idOrName: string, name: string): World {
	const { containerId } = find(world, idOrName);
	const others = world.unrestarted.filter((id) => id !== containerId);
	const unrestarted = name === 'no' ? [...others, containerId] : others;
	return { ...world, made: world.made + 1, unrestarted };
}

function stopContainer(world: World, idOrName: string): World {
	const container = find(world, idOrName);
	demand(isRunning(container), `${idOrName} is ${container.state}`);
	return replace(world, container, { state: 'exited', hostPorts: undefined });
}

function removeContainer(world: World, idOrName: string): World {
	const container = find(world, idOrName);
	demand(!isRunning(container), `${idOrName} runs`);
	demand(container.state !== 'removing', `${idOrName} is being removed`);
	return withObserved(world, {
		containers: world.observed.containers.filter((one) => one !== container),
	});
}

function renameContainer(world: World, idOrName: string, name: string): World {
	const container = find(world, idOrName);
	demand(!world.observed.containers.some((one) => one.name === name), `name ${name} is taken`);
	return replace(world, container, { name });
}
