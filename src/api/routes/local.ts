import { z } from 'zod';
import type { LocalControl } from '../../control/local-control.ts';
import { stream, success } from '../answer.ts';
import { defineRoute, type Route } from '../route.ts';

export interface LocalApi extends LocalControl {
	/**
	 * First a greeting, at once and by itself, then every line from now on, until the signal fires: JSON objects, one a
	 * line, some at a time.
	 */
	readonly logs: (signal: AbortSignal) => AsyncIterable<string>;
}

/** Endpoints by which a developer's command line puts apps on the device (contract 1.5 rows 23, 24, 26). */
export function localRoutes({ local }: { readonly local: LocalApi }): Route[] {
	return [
		defineRoute({
			method: 'get',
			path: '/v2/local/target-state',
			access: 'key',
			doc: 'The target state as command-line clients know it.',
			handle: async ({ caller }) => {
				const { apps, ...rest } = await local.state();
				const isVisible = ([appId]: [string, unknown]): boolean =>
					caller.reaches(Number(appId), 'read');
				const visible = Object.entries(apps).filter(isVisible);
				return success({ state: { local: { ...rest, apps: Object.fromEntries(visible) } } });
			},
		}),
		defineRoute({
			method: 'post',
			path: '/v2/local/target-state',
			access: 'key',
			doc: 'Puts apps on the device, in local mode only; answers before they run.',
			body: z.unknown(),
			handle: async ({ body }) => {
				await local.setTarget(body);
				return success({ message: 'OK' });
			},
		}),
		defineRoute({
			method: 'get',
			path: '/v2/local/logs',
			access: 'key',
			doc: 'Lines of all services and of the supervisor as they come, one JSON object a line, without end.',
			handle: ({ signal }) =>
				stream(
					'application/x-ndjson',
					shown(local.logs(signal), () => local.isOn),
				),
		}),
	];
}

/** Outside local mode nobody but the cloud is shown lines: any app's key gets here. */
async function* shown(lines: AsyncIterable<string>, isOn: () => boolean): AsyncGenerator<string> {
	let isGreeting = true;
	for await (const text of lines) {
		if (isGreeting || isOn()) yield text;
		isGreeting = false;
	}
}
