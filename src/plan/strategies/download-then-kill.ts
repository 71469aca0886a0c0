import type { AppUuid } from '../../model/ids.ts';
import type { Step } from '../../model/plan.ts';
import { networkSharedWith } from '../../model/target/references.ts';
import type { AppScene } from '../app-scene.ts';
import { volumeNameOf } from '../compose/names.ts';
import { isRunning } from '../misfit.ts';
import { createCause, type ObsoleteContainer, type ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';

/**
 * The steps of one service: its new container is made while the old one runs, the old one stops once every image of the
 * app is there, the locks are held and the services it depends on are up, the new one starts, and the old one goes. An
 * old container that is in the way of the new one goes first.
 */
export function downloadThenKill(decision: ServiceDecision, scene: AppScene): Step[] {
	const { isBlocked } = decision;
	return [
		...(isBlocked ? [] : [...createSteps(decision, scene), ...connectSteps(decision, scene)]),
		...decision.obsolete.flatMap((one) => stopOldSteps(one, decision, scene)),
		...(isBlocked ? [] : [...renameSteps(decision, scene), ...startSteps(decision, scene)]),
		...stopSteps(decision, scene),
		...decision.obsolete.map((one) => removeOldStep(one, decision, scene)),
	];
}

/** What each step of a service says about itself. */
function baseOf({ service }: ServiceDecision, app: { readonly appUuid: AppUuid }) {
	const { serviceName } = service;
	return { resource: serviceName, serviceName, appUuid: app.appUuid };
}

function createSteps(decision: ServiceDecision, { app }: AppScene): Step[] {
	const { service, spec, kept, obsolete } = decision;
	if (kept !== undefined) return [];
	const { networkMode, volumes } = service.composition;
	const neighbour = networkSharedWith(networkMode);
	const named = volumes.flatMap((mount) => (mount.type === 'volume' ? [mount.volume] : []));
	return [
		{
			...baseOf(decision, app),
			kind: 'createContainer',
			id: stepIds.createContainer(service.serviceName),
			cause: createCause(obsolete),
			after: [
				stepIds.pullImage(service.image),
				...spec.networks.map(({ network }) => stepIds.createNetwork(network)),
				...named.map((name) => stepIds.createVolume(volumeNameOf(app.appId, name))),
				...(neighbour === undefined ? [] : [stepIds.createContainer(neighbour)]),
				...removalsInTheWay(decision),
			],
			spec,
		},
	];
}

/** Networks a new container does not get at its creation, and those that the kept one lacks. */
function connectSteps(decision: ServiceDecision, { app }: AppScene): Step[] {
	const { service, spec, kept } = decision;
	const missing =
		kept === undefined
			? spec.networks.slice(1)
			: spec.networks.filter(({ network }) => !kept.networks.includes(network));
	return missing.map((attachment) => ({
		...baseOf(decision, app),
		kind: 'connectNetwork',
		id: stepIds.connectNetwork(service.serviceName, attachment.network),
		cause: kept === undefined ? createCause(decision.obsolete) : 'not attached',
		after: [
			stepIds.createContainer(service.serviceName),
			stepIds.createNetwork(attachment.network),
		],
		container: kept?.containerId ?? spec.name,
		attachment,
	}));
}

function stopOldSteps(
	{ container, cause, isInTheWay }: ObsoleteContainer,
	decision: ServiceDecision,
	{ app }: AppScene,
): Step[] {
	if (!isRunning(container)) return [];
	return [
		{
			...baseOf(decision, app),
			kind: 'stopContainer',
			id: stepIds.stopContainer(container.name),
			cause: decision.stopCause ?? cause,
			after: [locksOf(decision), ...(isInTheWay ? [] : readyToSwitch(decision))],
			container: container.containerId,
		},
	];
}

/** The locks under which its running containers stop. */
function locksOf({ isUrgent }: ServiceDecision): string {
	return isUrgent ? stepIds.takeLocksAtOnce : stepIds.takeLocks;
}

/** What must be done before the old container stops, so that the service is down for its own switch only. */
function readyToSwitch({ service, spec, startsAfter, stopCause }: ServiceDecision): string[] {
	if (stopCause !== undefined) return [];
	const { serviceName } = service;
	return [
		stepIds.createContainer(serviceName),
		...spec.networks.map(({ network }) => stepIds.connectNetwork(serviceName, network)),
		...startsAfter.map(stepIds.startContainer),
	];
}

function removeOldStep(
	{ container, cause, isInTheWay }: ObsoleteContainer,
	decision: ServiceDecision,
	{ app }: AppScene,
): Step {
	const { serviceName } = decision.service;
	const replacement = [stepIds.createContainer(serviceName), stepIds.startContainer(serviceName)];
	return {
		...baseOf(decision, app),
		kind: 'removeContainer',
		id: stepIds.removeContainer(container.name),
		cause,
		after: [stepIds.stopContainer(container.name), ...(isInTheWay ? [] : replacement)],
		container: container.containerId,
	};
}

function renameSteps(decision: ServiceDecision, { app, isHeldBack }: AppScene): Step[] {
	const { spec, kept } = decision;
	if (kept === undefined || kept.name === spec.name || isHeldBack) return [];
	return [
		{
			...baseOf(decision, app),
			kind: 'renameContainer',
			id: stepIds.renameContainer(kept.name),
			cause: 'release changed, its configuration did not',
			after: [stepIds.takeLocks, ...removalsInTheWay(decision)],
			container: kept.containerId,
			name: spec.name,
		},
	];
}

function startSteps(decision: ServiceDecision, { app }: AppScene): Step[] {
	const { kept, spec, service, startCause } = decision;
	if (startCause === undefined) return [];
	return [
		{
			...baseOf(decision, app),
			kind: 'startContainer',
			id: stepIds.startContainer(service.serviceName),
			cause: startCause,
			after: [
				...readyToSwitch(decision),
				...decision.obsolete.map(({ container }) => stepIds.stopContainer(container.name)),
				...removalsInTheWay(decision),
			],
			container: kept?.containerId ?? spec.name,
		},
	];
}

function stopSteps(decision: ServiceDecision, { app }: AppScene): Step[] {
	const { stopped, stopCause = '' } = decision;
	return stopped.map(({ name, containerId }) => ({
		...baseOf(decision, app),
		kind: 'stopContainer',
		id: stepIds.stopContainer(name),
		cause: stopCause,
		after: [locksOf(decision)],
		container: containerId,
	}));
}

function removalsInTheWay({ obsolete }: ServiceDecision): string[] {
	return obsolete
		.filter(({ isInTheWay }) => isInTheWay)
		.map(({ container }) => stepIds.removeContainer(container.name));
}
