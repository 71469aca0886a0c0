import groupBy from 'lodash/groupBy.js';
import orderBy from 'lodash/orderBy.js';
import type { ContainerSpec } from '../model/container-spec.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { dependenciesOf, joinedBy, networkSharedWith } from '../model/target/references.ts';
import type { TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import { modeMembers } from './compose/joined-namespaces.ts';
import { remadeDependencies } from './dependencies.ts';
import { containersToReplace } from './intents.ts';
import { isRunning } from './is-running.ts';
import {
	holdsReplacedNetwork,
	losesNetwork,
	misfitOf,
	type Situation,
	type WantedContainer,
} from './misfit.ts';
import type { NetworkChange } from './networks.ts';
import { obstaclesTo } from './obstacles.ts';
import { awaitsReboot, rebootWait } from './reboots.ts';
import type { ServiceDecision } from './service-decision.ts';
import { runsOf } from './service-runs.ts';
import { isKillFirst, strategyFor } from './strategy.ts';
import { isUrgent, type Choice } from './urgency.ts';
import { blocked, held, type Subject } from './service-holds.ts';
import { dependenciesFirst, withFollowers } from './service-order.ts';

/** Decides for every service of the release; services come after those they depend on. */
export function decideServices(
	scene: AppScene,
	networkChanges: readonly NetworkChange[],
): ServiceDecision[] {
	const situation: Situation = {
		index: scene.index,
		toReplace: containersToReplace(scene.intents),
		networkChanges: new Map(networkChanges.map((change) => [change.spec.name, change])),
		adopted: scene.adopted,
	};
	const containers = groupBy(
		scene.observed.containers,
		({ labels }) => labels[labelNames.serviceName],
	);
	const decided = new Map<string, ServiceDecision>();
	for (const service of dependenciesFirst(scene.release.services)) {
		const { serviceName } = service;
		const candidates = Object.hasOwn(containers, serviceName) ? containers[serviceName] : undefined;
		const subject = { service, candidates: candidates ?? [], decided, situation };
		decided.set(serviceName, decideService(subject, scene));
	}
	return withFollowers([...decided.values()]);
}

function decideService(subject: Subject, scene: AppScene): ServiceDecision {
	const { service, candidates, decided, situation } = subject;
	const neighbour = decided.get(networkSharedWith(service.composition.networkMode) ?? '');
	const spec = joining(scene.specOf(service), service, decided);
	const wanted = { service, spec, neighbour, decided };
	const restarted = candidates.filter((one) =>
		isRestartedInPlace(one, { wanted, situation }, scene),
	);
	const judged = withoutWishesFor(restarted, situation);
	const misfits = new Map(
		candidates.map((container) => [container.containerId, misfitOf(container, wanted, judged)]),
	);
	const kept = bestOf(candidates.filter((one) => misfits.get(one.containerId) === undefined));
	const obsolete = candidates
		.filter((container) => container !== kept)
		.map((container) => ({
			container,
			cause: misfits.get(container.containerId) ?? 'duplicate',
			isInTheWay: container.name === spec.name || holdsReplacedNetwork(container, situation),
			losesNetwork: losesNetwork(container, wanted, situation),
			isContested: scene.ports.contested.has(container.containerId),
		}));
	const createCause = obsolete[0]?.cause ?? 'absent on engine';
	return finished({ service, spec, kept, obsolete, createCause, restarted }, subject, scene);
}

/**
 * A person wants it replaced, and what would take its place cannot be made now: its image is not there, or is held back;
 * or it belongs to a release that is not there as a whole, and releases are not to be mixed.
 */
function isRestartedInPlace(
	container: ObservedContainer,
	{ wanted, situation }: { readonly wanted: WantedContainer; readonly situation: Situation },
	{ index, isHeldBack, isFetching }: AppScene,
): boolean {
	if (!isRunning(container) || !situation.toReplace.has(container.containerId)) return false;
	if (isHeldBack || index.image(wanted.service.image) === undefined) return true;
	const others = withoutWishesFor([container], situation);
	return isFetching && misfitOf(container, wanted, others) !== undefined;
}

function withoutWishesFor(
	containers: readonly ObservedContainer[],
	situation: Situation,
): Situation {
	if (containers.length === 0) return situation;
	const ids = new Set(containers.map(({ containerId }) => containerId));
	return {
		...situation,
		toReplace: new Set([...situation.toReplace].filter((id) => !ids.has(id))),
	};
}

/** Containers that stay are joined by their id: their names may be about to change. */
function joining(
	spec: ContainerSpec,
	{ composition }: TargetService,
	decided: Subject['decided'],
): ContainerSpec {
	const modes = joinedBy(composition).flatMap(({ field, serviceName }) => {
		const kept = decided.get(serviceName)?.kept;
		return kept === undefined
			? []
			: [[modeMembers[field], `container:${kept.containerId}`] as const];
	});
	if (modes.length === 0) return spec;
	const { config } = spec;
	const HostConfig = { ...config.HostConfig, ...Object.fromEntries(modes) };
	return { ...spec, config: { ...config, HostConfig } };
}

function finished(choice: Choice, subject: Subject, scene: AppScene): ServiceDecision {
	const { decided, situation } = subject;
	const { service, spec, kept, obsolete, createCause } = choice;
	const { networkChanges } = situation;
	const urgent = isUrgent(choice, { decided, networkChanges }, scene);
	const obstacles = obstaclesTo(choice, decided, scene);
	if (obstacles.length > 0) return blocked(choice, subject, { scene, obstacles, urgent });
	const follows = obsolete.flatMap(({ container }) =>
		remadeDependencies(service, container, decided).filter(
			(name) => decided.get(name)?.kept === undefined,
		),
	);
	const {
		startCause,
		stopCause,
		stopped,
		awaitsReboot: isWaiting,
		waits,
	} = runsWithReboot(choice, scene);
	const change = { service, spec, kept, obsolete, startCause, follows, isUrgent: urgent };
	const strategy = strategyFor(change, scene);
	// One literal: there are as many of them as there are services.
	const decision: ServiceDecision = {
		service,
		spec,
		kept,
		obsolete,
		createCause,
		startCause,
		// What stops anyway need not be restarted before.
		restarted: isKillFirst(strategy) || stopCause !== undefined ? [] : choice.restarted,
		stopped,
		stopCause,
		isBlocked: false,
		waits,
		follows,
		stopsAfter: [],
		awaitsReboot: isWaiting,
		isUrgent: urgent,
		strategy,
		startsAfter: leadersOf(service, urgent, decided),
	};
	return held(decision, subject, scene);
}

/** What is restarted for a person does not wait for what the target changes. */
function leadersOf(
	service: TargetService,
	urgent: boolean,
	decided: Subject['decided'],
): readonly string[] {
	const dependencies = dependenciesOf(service);
	return urgent
		? dependencies.filter((name) => decided.get(name)?.isUrgent === true)
		: dependencies;
}

/** What is made before a reboot that it requires is not started. */
function runsWithReboot(choice: Choice, scene: AppScene) {
	const runs = runsOf(choice, scene);
	const isWaiting = runs.startCause !== undefined && awaitsReboot(choice, scene);
	if (!isWaiting) return { ...runs, awaitsReboot: false, waits: [] };
	return { ...runs, startCause: undefined, awaitsReboot: true, waits: [rebootWait(choice, scene)] };
}

/** Of several containers that fit: one that runs, else the newest. */
function bestOf(containers: readonly ObservedContainer[]): ObservedContainer | undefined {
	return orderBy(
		containers,
		[isRunning, 'createdAtSec', 'containerId'],
		['desc', 'desc', 'asc'],
	)[0];
}
