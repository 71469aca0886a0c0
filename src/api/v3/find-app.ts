import { z } from 'zod';
import { SupervisorError } from '../../kit/errors.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { TargetApp } from '../../model/target.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { reportServices } from '../../report/service-report.ts';
import type { Caller } from '../auth.ts';

export const AppPath = z.object({ uuid: z.string().min(1).describe('The app’s uuid') });
export const ServicePath = AppPath.extend({
	name: z.string().min(1).describe('Name of the service in its app'),
});

/**
 * @returns the app of the target
 * @throws {SupervisorError} APP_NOT_FOUND, also for an app that the caller's key does not reach: it learns nothing of it
 */
export function requireApp(
	snapshot: DeviceSnapshot,
	{ uuid, caller }: { readonly uuid: string; readonly caller: Caller },
): TargetApp {
	const app = snapshot.target?.apps.find(({ appUuid }) => String(appUuid) === uuid);
	if (app === undefined || !caller.reaches(app.appId)) throw appNotFound(uuid);
	return app;
}

export function appNotFound(uuid: string): SupervisorError {
	return new SupervisorError(`No app ${uuid} is known here`, {
		code: 'APP_NOT_FOUND',
		retry: 'never',
	});
}

/**
 * @returns the container of a service: of the target's release where there is one, else the newest
 * @throws {SupervisorError} APP_NOT_FOUND, SERVICE_NOT_FOUND
 */
export function requireContainer(
	snapshot: DeviceSnapshot,
	{ uuid, name, caller }: { readonly uuid: string; readonly name: string; readonly caller: Caller },
): ObservedContainer {
	const rows = reportServices(snapshot).filter(
		({ appUuid, appId }) => appUuid === uuid && caller.reaches(appId, 'read'),
	);
	if (rows.length === 0) throw appNotFound(uuid);
	const row = rows.find(
		({ serviceName, containerId }) => serviceName === name && containerId !== undefined,
	);
	const container = snapshot.observed?.containers.find(
		({ containerId }) => containerId === row?.containerId,
	);
	if (container !== undefined) return container;
	throw new SupervisorError(`App ${uuid} has no container of a service ${name}`, {
		code: 'SERVICE_NOT_FOUND',
		retry: 'never',
	});
}
