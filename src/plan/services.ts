import groupBy from 'lodash/groupBy.js';
import orderBy from 'lodash/orderBy.js';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { dependenciesOf, networkSharedWith } from '../model/target/references.ts';
import type { TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import { toContainerSpec } from './compose/container-spec.ts';
import { containersToReplace, wishFor } from './intents.ts';
import { isRunning, losesNetwork, misfitOf, type Situation } from './misfit.ts';
import type { NetworkChange } from './networks.ts';
import type { ServiceDecision } from './service-decision.ts';
import { awaitsReboot } from './reboots.ts';
import { strategyFor } from './strategy.ts';
import { isUrgent, type Choice } from './urgency.ts';

/** Decides for every service of the release; services come after those they depend on. */
export function decideServices(
	scene: AppScene,
	networkChanges: readonly NetworkChange[],
): ServiceDecision[] {
	const situation: Situation = {
		index: scene.index,
		toReplace: containersToReplace(scene.intents),
		networkChanges: new Map(networkChanges.map((change) => [change.spec.name, change])),
	};
	const containers = groupBy(
		scene.observed.containers,
		({ labels }) => labels[labelNames.serviceName],
	);
	const decided = new Map<string, ServiceDecision>();
	for (const service of dependenciesFirst(scene.release.services)) {
		const candidates = containers[service.serviceName] ?? [];
		const subject = { service, candidates, decided, situation };
		decided.set(service.serviceName, decideService(subject, scene));
	}
	return [...decided.values()];
}

interface Subject {
	readonly service: TargetService;
	/** Containers of the service, of any release. */
	readonly candidates: readonly ObservedContainer[];
	/** Decisions on the services it depends on, and others. */
	readonly decided: ReadonlyMap<string, ServiceDecision>;
	readonly situation: Situation;
}

function decideService(subject: Subject, scene: AppScene): ServiceDecision {
	const { service, candidates, decided, situation } = subject;
	const spec = toContainerSpec({ service, ...scene });
	const neighbour = decided.get(networkSharedWith(service.composition.networkMode) ?? '');
	const misfits = new Map(
		candidates.map((container) => [
			container.containerId,
			misfitOf(container, { service, spec, neighbour }, situation),
		]),
	);
	const kept = bestOf(candidates.filter((one) => misfits.get(one.containerId) === undefined));
	const obsolete = candidates
		.filter((container) => container !== kept)
		.map((container) => ({
			container,
			cause: misfits.get(container.containerId) ?? 'duplicate',
			isInTheWay: container.name === spec.name || holdsReplacedNetwork(container, situation),
			losesNetwork: losesNetwork(container, { service, spec, neighbour }, situation),
		}));
	const createCause = obsolete[0]?.cause ?? 'absent on engine';
	return finished({ service, spec, kept, obsolete, createCause }, subject, scene);
}

function finished(choice: Choice, subject: Subject, scene: AppScene): ServiceDecision {
	const { decided, situation } = subject;
	const dependencies = dependenciesOf(choice.service);
	const urgent = isUrgent(choice, { ...situation, decided }, scene);
	if (isBlocked(choice, subject, scene)) {
		return {
			...choice,
			...stopsMeanwhile(subject, scene),
			obsolete: choice.obsolete.filter((one) => holdsReplacedNetwork(one.container, situation)),
			isBlocked: true,
			awaitsReboot: false,
			isUrgent: urgent,
			strategy: 'download-then-kill',
			startsAfter: dependencies,
		};
	}
	// What is restarted for a person does not wait for what the target changes.
	const startsAfter = urgent
		? dependencies.filter((name) => decided.get(name)?.isUrgent === true)
		: dependencies;
	const runs = runsOf(choice, scene);
	const isWaiting = runs.startCause !== undefined && awaitsReboot(choice, scene);
	const decision = {
		...choice,
		...runs,
		...(isWaiting && { startCause: undefined }),
		isBlocked: false,
		awaitsReboot: isWaiting,
		isUrgent: urgent,
		startsAfter,
	};
	return { ...decision, strategy: strategyFor(decision, scene) };
}

/** What a service that can become nothing else for now still can: be stopped when a person asks for it. */
function stopsMeanwhile(
	{ service, candidates, situation }: Subject,
	{ intents }: AppScene,
): Pick<ServiceDecision, 'stopped' | 'stopCause'> {
	if (wishFor(intents, service.serviceName) !== 'stop') return { stopped: [] };
	const stopped = candidates.filter(
		(container) => isRunning(container) && !holdsReplacedNetwork(container, situation),
	);
	return { stopped, stopCause: stopAskedFor };
}

const stopAskedFor = 'stop asked for';

/** Of several containers that fit: one that runs, else the newest. */
function bestOf(containers: readonly ObservedContainer[]): ObservedContainer | undefined {
	return orderBy(
		containers,
		[isRunning, 'createdAtSec', 'containerId'],
		['desc', 'desc', 'asc'],
	)[0];
}

function holdsReplacedNetwork(
	container: ObservedContainer,
	{ networkChanges }: Situation,
): boolean {
	return container.networks.some((name) => networkChanges.get(name)?.replaces !== undefined);
}

function isBlocked(
	{ service, spec, kept, obsolete }: Choice,
	{ decided }: Subject,
	{ observed, isHeldBack, refusedImages, index }: AppScene,
): boolean {
	const isNameHeld =
		kept?.name !== spec.name && observed.removing.some(({ name }) => name === spec.name);
	const isImageRefused =
		refusedImages.has(service.image) && index.image(service.image) === undefined;
	const waitsForBlocked = dependenciesOf(service).some((name) => {
		const dependency = decided.get(name);
		const isLater = kept?.state === 'created' || kept === undefined || obsolete.length > 0;
		if (dependency?.awaitsReboot === true) return isLater;
		return dependency?.isBlocked === true && dependency.kept === undefined;
	});
	if (isNameHeld || waitsForBlocked) return true;
	return isHeldBack && (obsolete.length > 0 || (kept === undefined && isImageRefused));
}

function runsOf(
	{ service, kept, createCause }: Choice,
	{ intents }: AppScene,
): Pick<ServiceDecision, 'startCause' | 'stopCause' | 'stopped'> {
	const wish = wishFor(intents, service.serviceName);
	const wantsRunning = wish === undefined ? service.running : wish === 'start';
	if (!wantsRunning) {
		const stopCause = wish === 'stop' ? stopAskedFor : 'target says stopped';
		return { stopCause, stopped: kept !== undefined && isRunning(kept) ? [kept] : [] };
	}
	return { startCause: startCauseOf({ kept, createCause }, wish), stopped: [] };
}

function startCauseOf(
	{ kept, createCause }: Pick<Choice, 'kept' | 'createCause'>,
	wish: 'start' | 'stop' | undefined,
): string | undefined {
	if (kept === undefined) return createCause;
	if (kept.state === 'created') return 'created but never started';
	const isAskedFor = kept.state === 'exited' && wish === 'start';
	return isAskedFor ? 'start asked for' : undefined;
}

/** In the order of the target, but dependencies before those that need them. */
function dependenciesFirst(services: readonly TargetService[]): readonly TargetService[] {
	const byName = new Map<string, TargetService>(
		services.map((service) => [service.serviceName, service]),
	);
	const ordered = new Set<TargetService>();
	const visit = (service: TargetService): void => {
		if (ordered.has(service)) return;
		for (const name of dependenciesOf(service)) {
			const dependency = byName.get(name);
			if (dependency !== undefined) visit(dependency);
		}
		ordered.add(service);
	};
	services.forEach(visit);
	return [...ordered];
}
