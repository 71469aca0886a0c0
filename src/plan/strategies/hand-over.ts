import type { Step } from '../../model/plan.ts';
import { handoverTimeoutMs } from '../../model/update-strategy.ts';
import type { AppScene } from '../app-scene.ts';
import { isHandedOver, outgoingNameOf } from '../hand-over-names.ts';
import type { ObsoleteContainer, ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';
import { arrivalSteps } from './arrival.ts';
import { departureSteps } from './departure.ts';
import { renameSteps, startSteps } from './running.ts';
import { stepBaseOf } from './step-base.ts';
import { readyToSwitch, removalsInTheWay } from './switching.ts';

/**
 * Old and new container overlap: once the new one is made, every image of the app is there and the locks are held, the
 * old one is put aside under another name and without a restart policy, so that nothing brings it back; the new one
 * starts, and when it gives the sign that it has taken over, or the time is up, the old one stops and goes. A container
 * that bears such a name already is the old one of a hand-over that was interrupted: the rest of it is done.
 */
export function handOver(
	decision: ServiceDecision,
	outgoing: ObsoleteContainer,
	scene: AppScene,
): Step[] {
	const { container } = outgoing;
	const rest = { ...decision, obsolete: othersThan(outgoing, decision) };
	const renameId = stepIds.renameContainer(container.name);
	return [
		...arrivalSteps(rest, scene, container.name === decision.spec.name ? [renameId] : []),
		...departureSteps(rest, scene, { stopsAfter: readyToSwitch(decision) }),
		...putAsideSteps(outgoing, rest, scene),
		...renameSteps(rest, scene),
		...clearSteps(decision, outgoing, scene),
		...startSteps(rest, scene, [renameId, stepIds.clearHandover(decision.service.serviceName)]),
		waitStep(decision, scene),
		...departureSteps({ ...decision, obsolete: [{ ...outgoing, isInTheWay: false }] }, scene, {
			stopsAfter: [stepIds.waitHandover(decision.service.serviceName)],
		}),
	];
}

/** The other old containers; one that holds the name which the outgoing one gets goes before. */
function othersThan(
	outgoing: ObsoleteContainer,
	{ obsolete }: ServiceDecision,
): ObsoleteContainer[] {
	const name = outgoingNameOf(outgoing.container);
	return obsolete
		.filter((one) => one !== outgoing)
		.map((one) => ({ ...one, isInTheWay: one.isInTheWay || one.container.name === name }));
}

/** The restart policy goes first: a container with the name of an outgoing one never comes back by itself. */
function putAsideSteps(
	{ container, cause, isInTheWay }: ObsoleteContainer,
	rest: ServiceDecision,
	scene: AppScene,
): Step[] {
	if (isHandedOver(container)) return [];
	const base = { ...stepBaseOf(rest, scene), cause, container: container.containerId };
	const policyId = stepIds.updateRestartPolicy(container.name);
	const ready = isInTheWay ? [] : readyToSwitch(rest);
	return [
		{
			...base,
			kind: 'updateRestartPolicy',
			id: policyId,
			after: [stepIds.takeLocks, ...ready],
			policy: { Name: 'no', MaximumRetryCount: 0 },
		},
		{
			...base,
			kind: 'renameContainer',
			id: stepIds.renameContainer(container.name),
			after: [policyId, ...removalsInTheWay(rest)],
			name: outgoingNameOf(container),
		},
	];
}

function clearSteps(
	decision: ServiceDecision,
	outgoing: ObsoleteContainer,
	scene: AppScene,
): Step[] {
	if (decision.startCause === undefined) return [];
	const { serviceName } = decision.service;
	return [
		{
			...stepBaseOf(decision, scene),
			kind: 'clearHandover',
			id: stepIds.clearHandover(serviceName),
			cause: 'signs of earlier containers do not count',
			after: [stepIds.takeLocks, stepIds.renameContainer(outgoing.container.name)],
			appId: scene.app.appId,
			serviceName,
		},
	];
}

function waitStep(decision: ServiceDecision, scene: AppScene): Step {
	const { serviceName, labels } = decision.service;
	const timeoutMs = handoverTimeoutMs(labels);
	return {
		...stepBaseOf(decision, scene),
		kind: 'waitHandover',
		id: stepIds.waitHandover(serviceName),
		cause: `for its sign, ${timeoutMs / 1000} s at most`,
		after: [stepIds.takeLocks, stepIds.startContainer(serviceName)],
		appId: scene.app.appId,
		serviceName,
		timeoutMs,
	};
}
