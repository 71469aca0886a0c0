import { networkSharedWith } from '../model/target/references.ts';
import type { AppScene } from './app-scene.ts';
import { followedBy } from './dependencies.ts';
import { wishFor } from './intents.ts';
import { isRunning } from './is-running.ts';
import { replacementAskedFor } from './misfit.ts';
import type { NetworkChange } from './networks.ts';
import type { ServiceDecision } from './service-decision.ts';

export type Choice = Pick<
	ServiceDecision,
	'service' | 'spec' | 'kept' | 'obsolete' | 'createCause' | 'restarted'
>;

export interface Surroundings {
	/** Decisions on the services that come before it. */
	readonly decided: ReadonlyMap<string, ServiceDecision>;
	/** By engine name. */
	readonly networkChanges: ReadonlyMap<string, NetworkChange>;
}

/**
 * True when a person asked for what happens to the service's containers and nothing that has to be fetched or cleared
 * away first stands against doing it at once.
 */
export function isUrgent(choice: Choice, surroundings: Surroundings, scene: AppScene): boolean {
	const { service, kept, obsolete } = choice;
	if (wishFor(scene.intents, service.serviceName) === 'stop') {
		const own = kept === undefined ? [] : [kept];
		return [...own, ...obsolete.map(({ container }) => container)].some(isRunning);
	}
	return isReplacedByWish(choice, surroundings) && canBeMadeNow(choice, surroundings, scene);
}

/** Somebody asked for it, or for the replacement of the service whose network it shares. */
function isReplacedByWish({ service, obsolete }: Choice, { decided }: Surroundings): boolean {
	const isNamed = obsolete.some(({ cause }) => cause === replacementAskedFor);
	const followed = followedBy(service).map((name) => decided.get(name));
	return isNamed || [neighbourOf(service, decided), ...followed].some(isRemadeAtOnce);
}

function isRemadeAtOnce(neighbour: ServiceDecision | undefined): boolean {
	return neighbour?.isUrgent === true && neighbour.startCause !== undefined;
}

function canBeMadeNow(
	{ service, spec, kept, obsolete }: Choice,
	{ decided, networkChanges }: Surroundings,
	{ index }: AppScene,
): boolean {
	const networks = [
		...spec.networks.map(({ network }) => network),
		...obsolete.flatMap(({ container }) => container.networks),
	];
	const isCleared = networks.some((name) => networkChanges.get(name)?.replaces !== undefined);
	const neighbour = neighbourOf(service, decided);
	const isJoinable =
		neighbour === undefined || neighbour.kept !== undefined || isRemadeAtOnce(neighbour);
	const isLeading = followedBy(service)
		.map((name) => decided.get(name))
		.every((one) => one === undefined || one.kept !== undefined || isRemadeAtOnce(one));
	const isThere = kept !== undefined || index.image(service.image) !== undefined;
	return isThere && isJoinable && isLeading && !isCleared;
}

function neighbourOf(
	{ composition }: ServiceDecision['service'],
	decided: Surroundings['decided'],
): ServiceDecision | undefined {
	return decided.get(networkSharedWith(composition.networkMode) ?? '');
}
