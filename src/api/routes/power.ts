import type { PowerOrder } from '../../ports/host.ts';
import { refuseData } from '../answer.ts';
import { looseBody, looseFlag } from '../coerce.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';

/** Endpoints that take the device down. */
export function powerRoutes(deps: ApiDeps): Route[] {
	return [
		powerRoute(deps, 'reboot', 'Reboots the device; refused while a service holds an update lock.'),
		powerRoute(
			deps,
			'shutdown',
			'Turns the device off; refused while a service holds an update lock.',
		),
	];
}

function powerRoute({ control }: ApiDeps, order: PowerOrder, doc: string): Route {
	return defineRoute({
		method: 'post',
		path: `/v1/${order}`,
		access: 'host',
		doc,
		body: looseBody({ force: looseFlag }),
		handle: async ({ body }) => {
			await control.goDown(order, body).catch((err: unknown) => {
				throw refuseData(err);
			});
			return { kind: 'json', status: 202, json: { Data: 'OK', Error: null } };
		},
	});
}
