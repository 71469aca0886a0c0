import { z } from 'zod';
import { hasCode } from '../../kit/errors.ts';
import { AppId } from '../../model/ids.ts';
import type { Control, ServiceSelector } from '../../control/control.ts';
import { reportAppByImage } from '../../report/app-status.ts';
import { asWholeAppFailure, json, ok, refuseJson, refuseText } from '../answer.ts';
import type { Caller } from '../auth.ts';
import { looseBody, looseFlag, looseInteger, looseText } from '../coerce.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';

const AppParams = z.object({ appId: looseText });
const ForceBody = looseBody({ force: looseFlag });
const ServiceBody = looseBody({ serviceName: looseText, imageId: looseInteger, force: looseFlag });

interface ServiceCall {
	readonly appId: AppId;
	readonly selector: ServiceSelector;
	readonly force: boolean;
}

type Verb = (control: Control, call: ServiceCall) => Promise<unknown>;

const serviceVerbs: Record<string, { readonly doc: string; readonly run: Verb }> = {
	'restart-service': {
		doc: 'Replaces the container of a service by one made from the target.',
		run: (control, { appId, selector, force }) =>
			control.restartService(appId, selector, { force }),
	},
	'stop-service': {
		doc: 'Stops a service and keeps its container.',
		run: (control, { appId, selector, force }) => control.stopService(appId, selector, { force }),
	},
	'start-service': {
		doc: 'Starts a stopped service.',
		run: (control, { appId, selector }) => control.startService(appId, selector),
	},
};

/** Endpoints on apps with any number of services. */
export function appsV2Routes(deps: ApiDeps): Route[] {
	return [
		...Object.entries(serviceVerbs).map(([name, { doc, run }]) =>
			serviceRoute(deps, { name, doc, run }),
		),
		appActionRoute('restart', (id, force) => deps.control.restartApp(id, { force })),
		appActionRoute('purge', (id, force) => deps.control.purgeApp(id, { force })),
		appStateRoute(deps),
	];
}

function serviceRoute(
	deps: ApiDeps,
	{ name, doc, run }: { name: string; doc: string; run: Verb },
): Route {
	return defineRoute({
		method: 'post',
		path: `/v2/applications/:appId/${name}`,
		access: 'key',
		doc,
		params: AppParams,
		body: ServiceBody,
		handle: async ({ params, body, caller }) => {
			const appId = requireApp(params.appId, { caller, invalid: 'Invalid app id' });
			const { serviceName, imageId, force } = body;
			await run(deps.control, { appId, selector: { serviceName, imageId }, force }).catch(asText);
			return ok;
		},
	});
}

const selectionCodes = [
	'APP_NOT_FOUND',
	'SERVICE_NOT_FOUND',
	'SERVICE_NOT_IN_TARGET',
	'BAD_REQUEST',
] as const;

/** What was not found is told as plain text here; every other failure goes to the error mapper. */
function asText(err: unknown): never {
	for (const code of selectionCodes) {
		if (hasCode(err, code)) throw refuseText(code, err.message);
	}
	throw err;
}

function appActionRoute(
	name: 'restart' | 'purge',
	run: (appId: AppId, force: boolean) => Promise<void>,
): Route {
	return defineRoute({
		method: 'post',
		path: `/v2/applications/:appId/${name}`,
		access: 'key',
		doc:
			name === 'restart'
				? 'Replaces every container of the app.'
				: 'Empties the volumes of the app.',
		params: AppParams,
		body: ForceBody,
		handle: async ({ params, body, caller }) => {
			const appId = requireApp(params.appId, { caller, invalid: 'Missing app id' });
			await run(appId, body.force).catch(asWholeAppFailure);
			return ok;
		},
	});
}

function appStateRoute(deps: ApiDeps): Route {
	return defineRoute({
		method: 'get',
		path: '/v2/applications/:appId/state',
		access: 'key',
		doc: 'Services of one app, by the number of their image.',
		params: AppParams,
		handle: ({ params, caller }) => {
			const parsed = AppId.safeParse(params.appId);
			if (!parsed.success) {
				throw refuseJson('BAD_REQUEST', `Invalid application ID: ${params.appId ?? ''}`);
			}
			const answer = caller.reaches(parsed.data, 'read')
				? reportAppByImage(deps.snapshot(), parsed.data)
				: undefined;
			if (answer === undefined) {
				throw refuseJson('APP_NOT_KNOWN', `Application ID does not exist: ${parsed.data}`);
			}
			return json(answer);
		},
	});
}

function requireApp(
	given: string | undefined,
	{ caller, invalid }: { caller: Caller; invalid: string },
): AppId {
	const parsed = AppId.safeParse(given);
	if (!parsed.success) throw refuseJson('BAD_REQUEST', invalid);
	if (!caller.reaches(parsed.data)) throw refuseJson('UNAUTHORIZED', 'Unauthorized');
	return parsed.data;
}
