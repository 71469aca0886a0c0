import { z } from 'zod';
import { hasCode, messageOf } from '../../kit/errors.ts';
import { AppId } from '../../model/ids.ts';
import { reportServices, type ServiceReport } from '../../report/service-report.ts';
import { asWholeAppFailure, json, ok, refuseJson, refuseText } from '../answer.ts';
import type { Caller } from '../auth.ts';
import { looseBody, looseFlag, looseInteger } from '../coerce.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';

const AppParams = z.object({ appId: looseInteger });
const AppBody = looseBody({ appId: looseInteger, force: looseFlag });
const ForceBody = looseBody({ force: looseFlag });

const selectionCodes = ['APP_NOT_FOUND', 'SERVICE_NOT_FOUND', 'BAD_REQUEST'] as const;

const multiServiceNotice = 'Some v1 endpoints are only allowed on single-container apps';

/** Endpoints of the time when a device ran one app with one service. */
export function appsV1Routes(deps: ApiDeps): Route[] {
	return [
		defineRoute({
			method: 'post',
			path: '/v1/restart',
			access: 'key',
			doc: 'Replaces every container of the app.',
			body: AppBody,
			handle: async ({ body, caller }) => {
				const appId = requireApp(body.appId, { caller, missing: 'Missing app id' });
				await deps.control.restartApp(appId, { force: body.force }).catch(asWholeAppFailure);
				return ok;
			},
		}),
		defineRoute({
			method: 'post',
			path: '/v1/purge',
			access: 'key',
			doc: 'Empties the volumes of the app.',
			body: AppBody,
			handle: async ({ body, caller }) => {
				const appId = requireApp(body.appId, { caller, missing: 'Invalid or missing appId' });
				await deps.control.purgeApp(appId, { force: body.force }).catch(asWholeAppFailure);
				return json({ Data: 'OK', Error: '' });
			},
		}),
		...singleServiceRoutes(deps),
		appRoute(deps),
	];
}

function singleServiceRoutes(deps: ApiDeps): Route[] {
	return [
		defineRoute({
			method: 'post',
			path: '/v1/apps/:appId/stop',
			access: 'key',
			doc: 'Stops the service of a single-service app.',
			params: AppParams,
			body: ForceBody,
			handle: async ({ params, body, caller }) => {
				const appId = reachableApp(params.appId, caller);
				return json({
					containerId: await deps.control
						.stopService(appId, {}, { force: body.force })
						.catch(asV1Refusal),
				});
			},
		}),
		defineRoute({
			method: 'post',
			path: '/v1/apps/:appId/start',
			access: 'key',
			doc: 'Starts the service of a single-service app.',
			params: AppParams,
			handle: async ({ params, caller }) => {
				const appId = reachableApp(params.appId, caller);
				return json({ containerId: await deps.control.startService(appId, {}).catch(asV1Refusal) });
			},
		}),
	];
}

function appRoute(deps: ApiDeps): Route {
	return defineRoute({
		method: 'get',
		path: '/v1/apps/:appId',
		access: 'key',
		doc: 'The container of a single-service app with its environment.',
		params: AppParams,
		handle: async ({ params, caller, signal }) => {
			if (params.appId === undefined) throw refuseText('BAD_REQUEST', 'Missing app id');
			if (!caller.reaches(params.appId, 'read')) {
				throw refuseJson('UNAUTHORIZED', 'Application is not available');
			}
			const rows = rowsOf(deps, params.appId);
			const [row] = rows;
			if (row?.containerId === undefined) throw refuseText('BAD_REQUEST', 'App not found');
			const serviceNames = new Set(rows.map(({ serviceName }) => serviceName));
			if (serviceNames.size > 1) throw refuseText('BAD_REQUEST', multiServiceNotice);
			const details = await deps.engine.inspectContainer(row.containerId, signal);
			return json({
				appId: row.appId,
				commit: row.commit,
				containerId: row.containerId,
				env: withoutKeys(details.env),
				imageId: details.engineImageId,
				releaseId: row.releaseId,
			});
		},
	});
}

/** What runs of the app: the target's own first, or what makes way for it. */
function rowsOf(deps: ApiDeps, appId: number): ServiceReport[] {
	return reportServices(deps.snapshot()).filter(
		(row) => row.containerId !== undefined && row.appId === appId,
	);
}

/** The environment as a map, without the keys that open the supervisor's and the cloud's API. */
function withoutKeys(env: readonly string[]): Record<string, string> {
	const pairs = env.map((entry): [string, string] => {
		const equals = entry.indexOf('=');
		return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
	});
	return Object.fromEntries(
		pairs.filter(([name]) => !/^(RESIN|BALENA)_(SUPERVISOR_)?API_KEY$/.test(name)),
	);
}

/** @throws the v1 refusals for a missing number and an app out of scope */
function requireApp(
	appId: number | undefined,
	{ caller, missing }: { caller: Caller; missing: string },
): AppId {
	const parsed = AppId.safeParse(appId);
	if (!parsed.success) throw refuseText('BAD_REQUEST', missing);
	if (!caller.reaches(parsed.data)) throw refuseJson('UNAUTHORIZED', 'Unauthorized');
	return parsed.data;
}

function reachableApp(appId: number | undefined, caller: Caller): AppId {
	const parsed = AppId.safeParse(appId);
	if (!parsed.success) throw refuseText('BAD_REQUEST', 'Invalid app id');
	if (!caller.reaches(parsed.data)) throw refuseText('UNAUTHORIZED', 'Unauthorized');
	return parsed.data;
}

/** A missing app or service is a bad request in v1, told as plain text; only a service that the target lacks is not found. */
function asV1Refusal(err: unknown): never {
	if (hasCode(err, 'SERVICE_NOT_IN_TARGET')) throw refuseText(err.code, err.message);
	const isRefusal = selectionCodes.some((code) => hasCode(err, code));
	throw isRefusal ? refuseText('BAD_REQUEST', messageOf(err)) : err;
}
