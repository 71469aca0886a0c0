import type { ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';
import { stopsAtOnce } from '../strategy.ts';

/** What must be done before an old container stops, so that the service is down for its own switch only. */
export function readyToSwitch({
	service,
	spec,
	startsAfter,
	stopCause,
	portsFreedBy = [],
}: ServiceDecision): readonly string[] {
	if (stopCause !== undefined) return [];
	const { serviceName } = service;
	return [
		stepIds.createContainer(serviceName),
		...spec.networks.map(({ network }) => stepIds.connectNetwork(serviceName, network)),
		...startsAfter.map(stepIds.startContainer),
		...portsFreedBy,
	];
}

/** The removals that a new container waits for. */
export function removalsInTheWay({ obsolete }: Pick<ServiceDecision, 'obsolete'>): string[] {
	return obsolete
		.filter(({ isInTheWay }) => isInTheWay)
		.map(({ container }) => stepIds.removeContainer(container.name));
}

/** The locks under which its running containers stop. */
export function locksOf(decision: ServiceDecision): string {
	return stopsAtOnce(decision) ? stepIds.takeLocksAtOnce : stepIds.takeLocks;
}
