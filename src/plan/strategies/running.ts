import { parseContainerName } from '../../model/container-name.ts';
import type { Step } from '../../model/plan.ts';
import type { AppScene } from '../app-scene.ts';
import type { ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';
import { stepBaseOf } from './step-base.ts';
import { locksOf, readyToSwitch, removalsInTheWay } from './switching.ts';

/** A container that stays gets the name of the release, as the release is known by it. */
export function renameSteps(decision: ServiceDecision, scene: AppScene): Step[] {
	const { spec, kept, isBlocked } = decision;
	if (isBlocked || kept === undefined || kept.name === spec.name || scene.isHeldBack) return [];
	return [
		{
			...stepBaseOf(decision, scene),
			kind: 'renameContainer',
			id: stepIds.renameContainer(kept.name),
			cause: isNamedByRelease(kept.name, decision)
				? 'release changed, its configuration did not'
				: 'does not have its name',
			after: [stepIds.takeLocks, ...removalsInTheWay(decision)],
			container: kept.containerId,
			name: spec.name,
		},
	];
}

/** Its name is that of a release, and not one that somebody else gave it. */
function isNamedByRelease(name: string, { service }: ServiceDecision): boolean {
	return parseContainerName(name, service.serviceName)?.serviceName === service.serviceName;
}

/**
 * The service's container starts, once its old ones do not run any more.
 * @param startsAfter - what it waits for beside that and the services it depends on
 */
export function startSteps(
	decision: ServiceDecision,
	scene: AppScene,
	startsAfter: readonly string[] = [],
): Step[] {
	const { kept, spec, service, startCause } = decision;
	if (startCause === undefined) return [];
	return [
		{
			...stepBaseOf(decision, scene),
			kind: 'startContainer',
			id: stepIds.startContainer(service.serviceName),
			cause: startCause,
			after: [
				...readyToSwitch(decision),
				...decision.obsolete.map(({ container }) => stepIds.stopContainer(container.name)),
				...removalsInTheWay(decision),
				...startsAfter,
			],
			container: kept?.containerId ?? spec.name,
		},
	];
}

/** Containers that stay but shall not run stop. */
export function stopSteps(decision: ServiceDecision, scene: AppScene): Step[] {
	const { stopped, stopCause = '' } = decision;
	return stopped.map(({ name, containerId }) => ({
		...stepBaseOf(decision, scene),
		kind: 'stopContainer',
		id: stepIds.stopContainer(name),
		cause: stopCause,
		after: [locksOf(decision)],
		container: containerId,
	}));
}

/** Containers that cannot be replaced now are started again as they are, before the app's images are there. */
export function restartSteps(decision: ServiceDecision, scene: AppScene): Step[] {
	return decision.restarted.map(({ name, containerId }) => ({
		...stepBaseOf(decision, scene),
		kind: 'restartContainer',
		id: stepIds.restartContainer(name),
		cause: 'restart asked for',
		after: [stepIds.takeLocksAtOnce],
		container: containerId,
	}));
}
