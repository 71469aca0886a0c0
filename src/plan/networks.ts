import type { AppUuid } from '../model/ids.ts';
import { labelNames, supervisorNetwork } from '../model/labels.ts';
import type { ObservedContainer, ObservedNetwork } from '../model/observed.ts';
import type { CreateNetworkStep, RemoveNetworkStep, Step } from '../model/plan.ts';
import type { NetworkSpec } from '../model/resources.ts';
import type { AppScene } from './app-scene.ts';
import { networksOf, supervisorNetworkSpec, toNetworkSpec } from './compose/network-spec.ts';
import { joinsSupervisorNetwork } from './compose/attachments.ts';
import { isOwnedBy } from './observed-index.ts';
import { stepIds } from './step-ids.ts';

/** A network that must be made; `replaces` is the drifted one that has to go first. */
export interface NetworkChange {
	/** Name in the composition, or `supervisor0`. */
	readonly name: string;
	readonly spec: NetworkSpec;
	readonly cause: string;
	readonly replaces?: ObservedNetwork | undefined;
}

/** The networks of the release that are absent or drifted. */
export function decideNetworks(scene: AppScene): NetworkChange[] {
	const composed = Object.entries(networksOf(scene.release)).map(([name, network]) => ({
		name,
		spec: toNetworkSpec(name, network, scene.app),
	}));
	const isSupervisorWanted = scene.release.services.some(joinsSupervisorNetwork);
	const own = { name: supervisorNetwork.name, spec: supervisorNetworkSpec };
	const wanted = isSupervisorWanted ? [...composed, own] : composed;
	return wanted.flatMap((network) => changeOf(network, scene));
}

type WantedNetwork = Pick<NetworkChange, 'name' | 'spec'>;

function changeOf(wanted: WantedNetwork, scene: AppScene): NetworkChange[] {
	const observed = scene.index.network(wanted.spec.name);
	if (observed === undefined) return [{ ...wanted, cause: 'absent on engine' }];
	if (!isDrifted(wanted.spec, observed) || !mayReplace(observed, scene)) return [];
	return [{ ...wanted, cause: 'configuration drifted', replaces: observed }];
}

/** A network goes only with containers of the same app; while others use it, it stays as it is. */
function mayReplace({ name }: ObservedNetwork, { app, index, isHeldBack }: AppScene): boolean {
	const members = index.membersOf(name);
	const mayLeave = members.every((member) => isOwnedBy(member, app) && member.state !== 'removing');
	return mayLeave && !isHeldBack;
}

function isDrifted(spec: NetworkSpec, observed: ObservedNetwork): boolean {
	const made = observed.labels[labelNames.configDigest];
	const wanted = spec.labels[labelNames.configDigest];
	return made === undefined || wanted === undefined ? differs(spec, observed) : made !== wanted;
}

/** A network that carries no digest was made by another supervisor: it fits when what the engine tells of it fits. */
function differs(spec: NetworkSpec, observed: ObservedNetwork): boolean {
	const driver = spec.configOnly ? 'null' : spec.driver;
	if (driver !== observed.driver) return true;
	const lacks = (list: readonly string[], value: string | undefined): boolean =>
		value !== undefined && !list.includes(value);
	const ranges = spec.ipam.config;
	const options = Object.entries(spec.driverOpts);
	return (
		ranges.some(({ subnet }) => lacks(observed.subnets, subnet)) ||
		ranges.some(({ gateway }) => lacks(observed.gateways, gateway)) ||
		options.some(([name, value]) => observed.options[name] !== value)
	);
}

/** Steps that make the networks; a drifted one goes once its containers are gone. */
export function networkSteps(changes: readonly NetworkChange[], scene: AppScene): Step[] {
	return changes.flatMap((change) => {
		const { replaces } = change;
		if (replaces === undefined) return [createStep(change, scene)];
		const members = scene.index.membersOf(replaces.name);
		const removal = removeStep({ ...change, network: replaces, members, app: scene.app });
		return [removal, createStep(change, scene)];
	});
}

/** Networks of the app that the release does not name, as far as no container that stays is attached. */
export function orphanNetworkSteps(
	scene: AppScene,
	isLeaving: (container: ObservedContainer) => boolean,
): Step[] {
	const wanted = new Set(
		Object.keys(networksOf(scene.release)).map((name) => `${scene.app.appUuid}_${name}`),
	);
	const orphans = scene.observed.networks.filter(({ name }) => !wanted.has(name));
	return removableNetworks(orphans, scene, isLeaving).map((network) =>
		removeStep({
			network,
			name: shortName(network),
			cause: 'network not in target',
			members: scene.index.membersOf(network.name),
			app: scene.app,
		}),
	);
}

/** Those of the networks to which no container is attached that stays. */
export function removableNetworks(
	networks: readonly ObservedNetwork[],
	{ index }: Pick<AppScene, 'index'>,
	isLeaving: (container: ObservedContainer) => boolean,
): ObservedNetwork[] {
	return networks.filter(
		({ name }) => name !== supervisorNetwork.name && index.membersOf(name).every(isLeaving),
	);
}

function createStep({ name, spec, cause }: NetworkChange, { app }: AppScene): CreateNetworkStep {
	return {
		kind: 'createNetwork',
		id: stepIds.createNetwork(spec.name),
		resource: name,
		cause,
		after: [stepIds.removeNetwork(spec.name)],
		appUuid: app.appUuid,
		spec,
	};
}

export interface NetworkRemoval {
	readonly network: ObservedNetwork;
	readonly name: string;
	readonly cause: string;
	readonly members: readonly ObservedContainer[];
	readonly app: { readonly appUuid: AppUuid };
}

/** The step that removes a network after its members. */
export function removeStep({
	network,
	name,
	cause,
	members,
	app,
}: NetworkRemoval): RemoveNetworkStep {
	return {
		kind: 'removeNetwork',
		id: stepIds.removeNetwork(network.name),
		resource: name,
		cause,
		after: members.map((member) => stepIds.removeContainer(member.name)),
		appUuid: app.appUuid,
		networkId: network.networkId,
	};
}

/** `<app>_back` → `back` */
export function shortName({ name }: { readonly name: string }): string {
	return name.slice(name.indexOf('_') + 1);
}
