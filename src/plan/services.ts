import groupBy from 'lodash/groupBy.js';
import orderBy from 'lodash/orderBy.js';
import type { ContainerSpec } from '../model/container-spec.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { dependenciesOf, networkSharedWith } from '../model/target/references.ts';
import type { TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import { toContainerSpec } from './compose/container-spec.ts';
import { containersToReplace, wishFor } from './intents.ts';
import { isRunning, misfitOf, type Situation } from './misfit.ts';
import type { NetworkChange } from './networks.ts';

/** What becomes of one service: the container that stays or is made, and those that go. */
export interface ServiceDecision {
	readonly service: TargetService;
	readonly spec: ContainerSpec;
	/** The container that is as wanted, but perhaps for its name, its networks and whether it runs. Absent: one is made. */
	readonly kept?: ObservedContainer | undefined;
	readonly obsolete: readonly ObsoleteContainer[];
	/** Why it is started; absent when it is not. */
	readonly startCause?: string | undefined;
	/** Why the kept container is stopped; absent when it is not. */
	readonly stopCause?: string | undefined;
	/** Nothing may be made, renamed or started yet: the name is not free, or an image can never be had. */
	readonly isBlocked: boolean;
}

export interface ObsoleteContainer {
	readonly container: ObservedContainer;
	readonly cause: string;
	/** It must be gone before the new one is made, as it holds its name or a network that is made anew. */
	readonly isInTheWay: boolean;
}

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
		}));
	const decision = { service, spec, kept, obsolete };
	return isBlocked(decision, subject, scene)
		? {
				...decision,
				obsolete: obsolete.filter((one) => holdsReplacedNetwork(one.container, situation)),
				isBlocked: true,
			}
		: { ...decision, ...causesOf(decision, scene), isBlocked: false };
}

type Choice = Pick<ServiceDecision, 'service' | 'spec' | 'kept' | 'obsolete'>;

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
		return dependency?.isBlocked === true && dependency.kept === undefined;
	});
	if (isNameHeld || waitsForBlocked) return true;
	return isHeldBack && (obsolete.length > 0 || (kept === undefined && isImageRefused));
}

function causesOf(
	{ service, kept, obsolete }: Choice,
	{ intents }: AppScene,
): Pick<ServiceDecision, 'startCause' | 'stopCause'> {
	const wish = wishFor(intents, service.serviceName);
	const wantsRunning = wish === undefined ? service.running : wish === 'start';
	if (!wantsRunning) {
		const cause = wish === 'stop' ? 'stop asked for' : 'target says stopped';
		return { stopCause: kept !== undefined && isRunning(kept) ? cause : undefined };
	}
	if (kept === undefined) return { startCause: createCause(obsolete) };
	if (kept.state === 'created') return { startCause: 'created but never started' };
	const isAskedFor = kept.state === 'exited' && wish === 'start';
	return { startCause: isAskedFor ? 'start asked for' : undefined };
}

/** Why a service gets a new container. */
export function createCause(obsolete: readonly ObsoleteContainer[]): string {
	return obsolete[0]?.cause ?? 'absent on engine';
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
