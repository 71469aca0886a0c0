import { unreachable } from '../kit/unreachable.ts';
import type { AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ContainerState, ObservedContainer, ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';

/** Intents of one request, and what was known when they were made. */
export interface Wish {
	readonly appUuid: AppUuid;
	readonly intents: readonly Intent[];
	/** Services whose containers the `replace` intents name. */
	readonly replacedServices: readonly string[];
}

/** Containers of the app. */
export function containersOf(
	observed: ObservedState | undefined,
	appUuid: AppUuid,
): readonly ObservedContainer[] {
	const all = observed?.containers ?? [];
	return all.filter(({ labels }) => labels[labelNames.appUuid] === appUuid);
}

/** Services of the app that these containers belong to. */
export function servicesOf(
	containers: readonly ObservedContainer[],
	containerIds: readonly string[],
): readonly string[] {
	const named = containers.filter(({ containerId }) => containerIds.includes(containerId));
	return named.flatMap(({ labels }) => labels[labelNames.serviceName] ?? []);
}

/**
 * True when the world shows every one of the intents met. False, too, for what only an empty plan can tell: a purge,
 * and a wish without intents, which asks for the target itself.
 */
export function isWishMet(wish: Wish, observed: ObservedState): boolean {
	const containers = containersOf(observed, wish.appUuid);
	return (
		wish.intents.length > 0 && wish.intents.every((intent) => isIntentMet(intent, wish, containers))
	);
}

const activeStates: readonly ContainerState[] = ['running', 'restarting', 'paused', 'removing'];
const neverStarted: readonly ContainerState[] = ['created', 'removing', 'dead'];

function isIntentMet(
	intent: Intent,
	{ replacedServices }: Wish,
	containers: readonly ObservedContainer[],
): boolean {
	const ofService = (serviceName: string): readonly ObservedContainer[] =>
		containers.filter(({ labels }) => labels[labelNames.serviceName] === serviceName);
	switch (intent.kind) {
		case 'stop':
			return !ofService(intent.serviceName).some(({ state }) => activeStates.includes(state));
		case 'start':
			return ofService(intent.serviceName).some(({ state }) => state === 'running');
		case 'replace':
			return (
				!containers.some(({ containerId }) => intent.containerIds.includes(containerId)) &&
				replacedServices.every((serviceName) =>
					ofService(serviceName).some(({ state }) => !neverStarted.includes(state)),
				)
			);
		case 'purge':
			return false;
		default:
			return unreachable(intent);
	}
}
