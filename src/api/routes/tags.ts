import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import { accepted, failed, refuseJson, success, type Answer } from '../answer.ts';
import type { HostApi } from '../host-deps.ts';
import { defineRoute, type Route } from '../route.ts';

/** Endpoints about the device's tags in the cloud. */
export function tagRoutes({ host }: { readonly host: Pick<HostApi, 'tags'> }): Route[] {
	return [
		defineRoute({
			method: 'get',
			path: '/v2/device/tags',
			access: 'read',
			doc: 'The tags of the device, as the cloud has them now.',
			handle: async ({ signal }): Promise<Answer> =>
				host.tags.read(signal).then((tags) => success({ tags }), failed),
		}),
		defineRoute({
			method: 'patch',
			path: '/v2/device/tags',
			access: 'control',
			doc: 'Sets tags; the cloud is told in the background. Other tags stay.',
			body: z.unknown(),
			handle: async ({ body }): Promise<Answer> =>
				host.tags
					.set(readTags(body))
					.then(() => ({ ...accepted, kind: 'json', json: { status: 'success' } }), failed),
		}),
	];
}

function readTags(body: unknown): Record<string, string> {
	if (!isRecord(body)) throw refuseJson('BAD_REQUEST', 'Tags must be an object of strings');
	return Object.fromEntries(
		Object.entries(body).map(([name, value]) => {
			if (typeof value !== 'string') {
				throw refuseJson('BAD_REQUEST', `The value of tag ${name} must be a string`);
			}
			if (name === '' || /\s/.test(name)) {
				throw refuseJson('BAD_REQUEST', 'The name of a tag must not be empty nor have spaces');
			}
			return [name, value];
		}),
	);
}
