import { noContent, ok, accepted, refuseJson, text } from '../answer.ts';
import { looseBody, looseFlag } from '../coerce.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';

/** Endpoints about the supervisor itself. */
export function livenessRoutes(deps: ApiDeps): Route[] {
	return [
		defineRoute({
			method: 'get',
			path: '/v1/healthy',
			access: 'open',
			doc: 'OK while the supervisor does its work, else Unhealthy.',
			handle: async () =>
				(await deps.isHealthy()) ? ok : { kind: 'text', status: 500, text: 'Unhealthy' },
		}),
		defineRoute({
			method: 'post',
			path: '/v1/regenerate-api-key',
			access: 'key',
			ignoresBody: true,
			doc: 'Replaces the key that makes the call; answers the new one.',
			handle: async ({ caller }) => {
				const replaced = caller.key && (await deps.keys.regenerateApiKey(caller.key));
				if (!replaced) throw refuseJson('INTERNAL', 'The key that made the call is not known');
				deps.onKeyRegenerated();
				return text(replaced.key);
			},
		}),
		defineRoute({
			method: 'post',
			path: '/v1/update',
			access: 'control',
			doc: 'Asks the cloud for the target state now.',
			body: looseBody({ force: looseFlag, cancel: looseFlag }),
			handle: async ({ body }) => ((await deps.control.update(body)) ? noContent : accepted),
		}),
		defineRoute({
			method: 'get',
			path: '/v2/version',
			access: 'key',
			doc: 'The version of the supervisor.',
			handle: () => ({
				kind: 'json',
				status: 200,
				json: { status: 'success', version: deps.version },
			}),
		}),
	];
}
