import { SupervisorError, type SupervisorErrorOptions } from '../kit/errors.ts';
import { parseContainerName } from '../model/container-name.ts';
import type { AppId } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetApp, TargetService } from '../model/target.ts';
import type { ServiceSelector } from './control.ts';
import { controlMessages } from './messages.ts';

/** A service that runs, or ran, on the device and that the target has. */
export interface SelectedService {
	readonly app: TargetApp;
	readonly service: TargetService;
	/** Newest first. */
	readonly containers: readonly ObservedContainer[];
}

function refusal(message: string, code: SupervisorErrorOptions['code']): SupervisorError {
	return new SupervisorError(message, { code, retry: 'never' });
}

export function appNotFound(): SupervisorError {
	return refusal(controlMessages.appNotFound, 'APP_NOT_FOUND');
}

/** @returns the app of the target, if it has it */
export function findApp(snapshot: DeviceSnapshot, appId: AppId): TargetApp | undefined {
	return snapshot.target?.apps.find((app) => app.appId === appId);
}

/** The app's containers on the device, newest first. */
export function containersOfApp(
	{ observed }: DeviceSnapshot,
	appId: AppId,
): readonly ObservedContainer[] {
	return (observed?.containers ?? [])
		.filter(({ labels }) => labels[labelNames.appId] === String(appId))
		.sort((a, b) => b.createdAtSec - a.createdAtSec);
}

/**
 * Finds the service by the rules of the compatible API: an app with one service on the device ignores the selector, and
 * name or image id suffice.
 * @throws {SupervisorError} APP_NOT_FOUND, BAD_REQUEST (nothing was selected), SERVICE_NOT_FOUND, SERVICE_NOT_IN_TARGET
 */
export function selectService(
	snapshot: DeviceSnapshot,
	appId: AppId,
	selector: ServiceSelector,
): SelectedService {
	const containers = containersOfApp(snapshot, appId);
	if (containers.length === 0) throw appNotFound();
	const serviceName = serviceNameOf(containers, selector);
	const app = findApp(snapshot, appId);
	const service = app?.release?.services.find((one) => one.serviceName === serviceName);
	if (app === undefined || service === undefined) {
		throw refusal(controlMessages.serviceNotInTarget, 'SERVICE_NOT_IN_TARGET');
	}
	const own = containers.filter(({ labels }) => labels[labelNames.serviceName] === serviceName);
	return { app, service, containers: own };
}

function serviceNameOf(
	containers: readonly ObservedContainer[],
	{ serviceName, imageId }: ServiceSelector,
): string {
	const names = new Set(containers.flatMap(({ labels }) => labels[labelNames.serviceName] ?? []));
	const [only] = names;
	if (only !== undefined && names.size === 1) return only;
	if (serviceName === undefined && imageId === undefined) {
		throw refusal(controlMessages.noSelector, 'BAD_REQUEST');
	}
	const found = containers.find(
		({ name, labels }) =>
			(imageId !== undefined &&
				parseContainerName(name, labels[labelNames.serviceName])?.imageId === imageId) ||
			(serviceName !== undefined && labels[labelNames.serviceName] === serviceName),
	);
	const foundName = found?.labels[labelNames.serviceName];
	if (foundName === undefined) throw refusal(controlMessages.serviceNotFound, 'SERVICE_NOT_FOUND');
	return foundName;
}
