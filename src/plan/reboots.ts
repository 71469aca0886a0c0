import { serviceKeyOf } from '../model/ids.ts';
import { isTruthy, labelNames } from '../model/labels.ts';
import type { ObservedState } from '../model/observed.ts';
import type { PlanWait, Step } from '../model/plan.ts';
import type { TargetApp, TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import type { DeviceContext } from './context.ts';
import { wishFor } from './intents.ts';
import { isRunning } from './is-running.ts';
import { replacementAskedFor } from './misfit.ts';
import { isOwnedBy } from './observed-index.ts';
import type { ServiceDecision } from './service-decision.ts';
import { stepIds } from './step-ids.ts';
import { stepBaseOf } from './strategies/step-base.ts';
import type { Choice } from './urgency.ts';

/**
 * True when the service is not started before the device has been rebooted (contract 4.4): its new container is made, and
 * its first start waits. What a person asks for is done at once.
 */
export function awaitsReboot(
	{ service, kept, createCause }: Choice,
	{ app, context, intents }: AppScene,
): boolean {
	if (!requiresReboot(service) || wishFor(intents, service.serviceName) === 'start') return false;
	if (kept === undefined) return createCause !== replacementAskedFor;
	return kept.state === 'created' && isMarked({ app, service }, context);
}

/** What such a service waits for. */
export function rebootWait({ service }: Choice, { app }: AppScene): PlanWait {
	const { serviceName } = service;
	const reason = 'its first start waits for a reboot';
	return { appUuid: app.appUuid, serviceName, code: 'waitsForReboot', reason };
}

/** The services of a target that are made and wait for a reboot to be started. */
export function servicesAwaitingReboot(
	app: TargetApp,
	{ containers }: ObservedState,
	context: DeviceContext,
): string[] {
	const own = containers.filter((container) => isOwnedBy(container, app));
	return (app.release?.services ?? [])
		.filter((service) => {
			const ofService = own.filter(
				({ labels }) => labels[labelNames.serviceName] === service.serviceName,
			);
			return (
				service.running &&
				requiresReboot(service) &&
				isMarked({ app, service }, context) &&
				ofService.some(({ state }) => state === 'created') &&
				!ofService.some(isRunning)
			);
		})
		.map(({ serviceName }) => serviceName);
}

/**
 * The breadcrumb comes before the container, so that a crash in between cannot have it started too early, and after the
 * locks, so that an update which a lock prevents has no reboot follow.
 */
export function rebootSteps(decision: ServiceDecision, scene: AppScene): Step[] {
	const { service, kept, obsolete, awaitsReboot: isWaiting } = decision;
	if (!isWaiting || kept !== undefined || isMarked({ ...scene, service }, scene.context)) return [];
	const { serviceName } = service;
	return [
		{
			...stepBaseOf(decision, scene),
			kind: 'requireReboot',
			id: stepIds.requireReboot(serviceName),
			cause: 'its first start waits for a reboot',
			after: [
				stepIds.pullImage(service.image),
				...(obsolete.some(({ container }) => isRunning(container)) ? [stepIds.takeLocks] : []),
			],
			serviceKey: serviceKeyOf(scene.app.appUuid, serviceName),
			reason: `service ${serviceName} of app ${scene.app.name} starts after a reboot`,
		},
	];
}

function requiresReboot({ labels }: TargetService): boolean {
	return isTruthy(labels[labelNames.requiresReboot]);
}

function isMarked(
	{ app, service }: { readonly app: TargetApp; readonly service: TargetService },
	{ rebootDueFor = [] }: DeviceContext,
): boolean {
	const key = serviceKeyOf(app.appUuid, service.serviceName);
	return rebootDueFor === 'all' || rebootDueFor.includes(key);
}
