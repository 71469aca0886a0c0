import type { Step } from '../../model/plan.ts';
import { networkSharedWith } from '../../model/target/references.ts';
import type { AppScene } from '../app-scene.ts';
import { volumeNameOf } from '../compose/names.ts';
import { followedBy } from '../dependencies.ts';
import type { ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';
import { stepBaseOf } from './step-base.ts';
import { removalsInTheWay } from './switching.ts';

/**
 * The new container is made and attached to its networks; a container that stays is attached to those it lacks.
 * @param madeAfter - what a new one waits for beside what it needs
 */
export function arrivalSteps(
	decision: ServiceDecision,
	scene: AppScene,
	madeAfter: readonly string[] = [],
): Step[] {
	if (decision.isBlocked) return [];
	return [...createSteps(decision, scene, madeAfter), ...connectSteps(decision, scene)];
}

function createSteps(
	decision: ServiceDecision,
	scene: AppScene,
	madeAfter: readonly string[],
): Step[] {
	const { service, spec, kept } = decision;
	if (kept !== undefined) return [];
	const { networkMode, volumes } = service.composition;
	const neighbour = networkSharedWith(networkMode);
	const named = volumes.flatMap((mount) => (mount.type === 'volume' ? [mount.volume] : []));
	return [
		{
			...stepBaseOf(decision, scene),
			kind: 'createContainer',
			id: stepIds.createContainer(service.serviceName),
			cause: decision.createCause,
			after: [
				stepIds.pullImage(service.image),
				...spec.networks.map(({ network }) => stepIds.createNetwork(network)),
				...named.map((name) => stepIds.createVolume(volumeNameOf(scene.app.appId, name))),
				...(neighbour === undefined ? [] : [stepIds.createContainer(neighbour)]),
				stepIds.requireReboot(service.serviceName),
				...followedBy(service).map(stepIds.createContainer),
				...removalsInTheWay(decision),
				...madeAfter,
			],
			spec,
		},
	];
}

/** Networks a new container does not get at its creation, and those that the kept one lacks. */
function connectSteps(decision: ServiceDecision, scene: AppScene): Step[] {
	const { service, spec, kept } = decision;
	const missing =
		kept === undefined
			? spec.networks.slice(1)
			: spec.networks.filter(({ network }) => !kept.networks.includes(network));
	return missing.map((attachment) => ({
		...stepBaseOf(decision, scene),
		kind: 'connectNetwork',
		id: stepIds.connectNetwork(service.serviceName, attachment.network),
		cause: kept === undefined ? decision.createCause : 'not attached',
		after: [
			stepIds.createContainer(service.serviceName),
			stepIds.createNetwork(attachment.network),
		],
		container: kept?.containerId ?? spec.name,
		attachment,
	}));
}
