import type { Step } from '../../model/plan.ts';
import type { AppScene } from '../app-scene.ts';
import { isRunning } from '../is-running.ts';
import type { ObsoleteContainer, ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';
import { stepBaseOf } from './step-base.ts';
import { locksOf } from './switching.ts';

export interface DepartureOptions {
	/** What the old containers wait for before they stop, beside the locks; those in the way wait for the locks only. */
	readonly stopsAfter: readonly string[];
}

/** Old containers stop, if they run, and go; one that is not in the way goes when its successor is there. */
export function departureSteps(
	decision: ServiceDecision,
	scene: AppScene,
	options: DepartureOptions,
): Step[] {
	return [
		...decision.obsolete.flatMap((one) => stopOldSteps(one, decision, { ...options, scene })),
		...decision.obsolete.map((one) => removeOldStep(one, decision, scene)),
	];
}

function stopOldSteps(
	{ container, cause, isInTheWay, isContested }: ObsoleteContainer,
	decision: ServiceDecision,
	{ stopsAfter, scene }: DepartureOptions & { readonly scene: AppScene },
): Step[] {
	const { follows } = decision;
	if (!isRunning(container)) return [];
	const stopsFirst = isInTheWay || isContested || follows.length > 0;
	return [
		{
			...stepBaseOf(decision, scene),
			kind: 'stopContainer',
			id: stepIds.stopContainer(container.name),
			cause: decision.stopCause ?? cause,
			after: [locksOf(decision), ...decision.stopsAfter, ...(stopsFirst ? [] : stopsAfter)],
			container: container.containerId,
		},
	];
}

function removeOldStep(one: ObsoleteContainer, decision: ServiceDecision, scene: AppScene): Step {
	const { container, cause } = one;
	const { serviceName } = decision.service;
	const goesFirst = one.isInTheWay || isSuperfluous(one, decision);
	const successor = [stepIds.createContainer(serviceName), stepIds.startContainer(serviceName)];
	return {
		...stepBaseOf(decision, scene),
		kind: 'removeContainer',
		id: stepIds.removeContainer(container.name),
		cause,
		after: [stepIds.stopContainer(container.name), ...(goesFirst ? [] : successor)],
		container: container.containerId,
	};
}

/** It was made for a release that was taken back before it started, and another container does the work. */
function isSuperfluous(
	{ container }: ObsoleteContainer,
	{ kept, obsolete }: ServiceDecision,
): boolean {
	if (container.state !== 'created') return false;
	return kept !== undefined || obsolete.some((other) => isRunning(other.container));
}
