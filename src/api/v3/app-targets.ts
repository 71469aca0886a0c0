import { AppTarget, type TargetAccepted } from '../../model/v3/app-target.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { Caller } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { appNotFound, AppPath } from './find-app.ts';
import { defineV3Route, type V3Route } from './route.ts';
import { ForceQuery, setAppTargetRoute } from './set-app-target.ts';

/** The target of one app, set on the device itself. */
export function appTargetRoutes({ snapshot, v3 }: ApiDeps): V3Route[] {
	const requireReach = (uuid: string, caller: Caller, to?: 'read'): void =>
		requireAppReach(snapshot(), { uuid, to }, caller);
	const path = '/v3/device/apps/:uuid';
	const answer = 'TargetAccepted';
	const common = { path, params: AppPath, tag: 'apps' } as const;
	const accepted = (appUuid: string): TargetAccepted => ({
		appUuid,
		holds: v3.isTargetPolled() ? 'untilNextPoll' : 'untilReplaced',
	});
	return [
		defineV3Route({
			...{ ...common, method: 'get', operationId: 'getAppTarget' },
			doc: 'The target of an app, as it was received.',
			errors: ['APP_NOT_FOUND', 'STORE_FAILED'],
			answer: 'AppTarget',
			handle: async ({ params: { uuid }, caller }) => {
				requireReach(uuid, caller, 'read');
				return AppTarget.parse(await v3.appTargets.read(uuid));
			},
		}),
		setAppTargetRoute(v3, { requireReach, accepted }),
		defineV3Route({
			...{ ...common, method: 'delete', operationId: 'removeAppTarget' },
			doc: 'Takes an app from the device; its volumes stay.',
			query: ForceQuery,
			errors: ['APP_NOT_FOUND', 'TARGET_NOT_SETTABLE', 'STORE_FAILED'],
			status: 202,
			answer,
			handle: async ({ params: { uuid }, query, caller }) => {
				requireReach(uuid, caller);
				await v3.appTargets.remove(uuid, query);
				return accepted(uuid);
			},
		}),
	];
}

/** @throws {SupervisorError} APP_NOT_FOUND for an app that the caller's key does not reach: it learns nothing of it */
function requireAppReach(
	{ target }: DeviceSnapshot,
	{ uuid, to }: { readonly uuid: string; readonly to: 'read' | undefined },
	caller: Caller,
): void {
	const known = [...(target?.apps ?? []), ...(target?.rejected ?? [])];
	const found = known.find(({ appUuid }) => String(appUuid) === uuid);
	if (!caller.reaches(found?.appId ?? 0, to)) throw appNotFound(uuid);
}
