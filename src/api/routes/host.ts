import { z } from 'zod';
import { messageOf, SupervisorError } from '../../kit/errors.ts';
import { json, noContent, ok, refuseText, stream, success } from '../answer.ts';
import { looseBody, looseFlag, looseInteger, looseText } from '../coerce.ts';
import { readHostConfigBody } from '../host-config-body.ts';
import type { HostApi } from '../host-deps.ts';
import { defineRoute, type Route } from '../route.ts';

interface HostRoutesDeps {
	readonly host: HostApi;
}

/** Endpoints about the operating system that the supervisor runs on. */
export function hostRoutes(deps: HostRoutesDeps): Route[] {
	return [
		defineRoute({
			method: 'post',
			path: '/v1/blink',
			access: 'host',
			ignoresBody: true,
			doc: 'Blinks the light of the device for 15 s; does nothing where there is none.',
			handle: () => {
				deps.host.light.blink();
				return ok;
			},
		}),
		...hostConfigRoutes(deps),
		defineRoute({
			method: 'get',
			path: '/v2/device/vpn',
			access: 'key',
			doc: 'Whether the VPN to the cloud is switched on and connected.',
			handle: async () => success({ vpn: await deps.host.vpn.status() }),
		}),
		journalRoute(deps),
		...connectivityRoutes(deps),
	];
}

function hostConfigRoutes({ host }: HostRoutesDeps): Route[] {
	return [
		defineRoute({
			method: 'get',
			path: '/v1/device/host-config',
			access: 'host',
			doc: 'Name and proxy of the host.',
			handle: async () => json({ network: await host.network.read() }),
		}),
		defineRoute({
			method: 'patch',
			path: '/v1/device/host-config',
			access: 'host',
			doc: 'Changes name and proxy of the host; refused while a service holds an update lock.',
			body: z.unknown(),
			handle: async ({ body }) => {
				const { patch, oddities } = readHostConfigBody(body);
				const { force } = z.object({ force: looseFlag }).parse(body);
				await host.changeNetwork(patch, { force, oddities }).catch(asText);
				return ok;
			},
		}),
	];
}

/** Every failure of the change is told as plain text. */
function asText(err: unknown): never {
	throw refuseText(err instanceof SupervisorError ? err.code : 'INTERNAL', messageOf(err));
}

/** Words of journalctl's `--output`. */
const Format = looseText.transform((word = 'short') =>
	/^[a-z-]{1,30}$/.test(word) ? word : 'short',
);
/** Numbers are taken as well; a program's argument ends at a zero byte. */
const Value = z
	.unknown()
	.optional()
	.transform((value) => (typeof value === 'number' ? String(value) : value))
	.pipe(looseText)
	.refine((text) => text?.includes('\0') !== true, 'must not hold a zero byte');

const JournalBody = looseBody({
	all: looseFlag,
	follow: looseFlag,
	count: looseInteger,
	unit: Value,
	containerId: Value,
	format: Format,
	since: Value,
	until: Value,
});

function journalRoute({ host }: HostRoutesDeps): Route {
	return defineRoute({
		method: 'post',
		path: '/v2/journal-logs',
		access: 'host',
		doc: 'The journal of the host, as journalctl writes it; without end when followed.',
		body: JournalBody,
		handle: async ({ body: { containerId, ...query }, signal }) => {
			const journal = await host.journal.read({ ...query, identifier: containerId }, signal);
			return stream('text/plain; charset=utf-8', journal);
		},
	});
}

/** Switches of 2017. */
function connectivityRoutes({ host }: HostRoutesDeps): Route[] {
	const row = (method: 'post' | 'delete', isOn: boolean): Route =>
		defineRoute({
			method,
			path: '/v1/tcp-ping',
			access: 'host',
			doc: `Switches the probe of the connection to the cloud ${isOn ? 'on' : 'off'}.`,
			handle: async () => {
				await host.setConnectivityCheck(isOn);
				return noContent;
			},
		});
	return [row('post', true), row('delete', false)];
}
